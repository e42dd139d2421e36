"""An embedded EKS cluster is a real control plane, which knows the cloud's identities."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import psutil
import pytest

from embedded.cloud import Cloud
from embedded.kubernetes.cluster import clusters_of
from embedded.kubernetes_plugin.errors import ApiError
from tests.embedded.control_plane import ACCOUNT, ControlPlane

pytestmark = pytest.mark.embedded
POLICIES = "arn:aws:eks::aws:cluster-access-policy"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    made = Cloud.start(tmp_path_factory.mktemp("kubernetes"), port=0, idle=600)
    yield made
    running = Cloud.running(made.home)
    if running:
        running.stop()


@pytest.fixture(scope="module")
def plane(cloud: Cloud) -> ControlPlane:
    """One cluster with two teams: A may edit its namespace by RBAC, B may view its own by an access policy."""
    made = ControlPlane.create(cloud, "main")
    iam, eks = made.client("iam"), made.client("eks")
    for team in ("team-a", "team-b", "stranger"):
        iam.create_role(RoleName=team, Path="/teams/", AssumeRolePolicyDocument="{}")
    for team in ("team-a", "team-b"):
        principal = f"arn:aws:iam::{ACCOUNT}:role/teams/{team}"
        eks.create_access_entry(clusterName="main", principalArn=principal, kubernetesGroups=[team])
    eks.associate_access_policy(
        clusterName="main",
        principalArn=f"arn:aws:iam::{ACCOUNT}:role/teams/team-b",
        policyArn=f"{POLICIES}/AmazonEKSViewPolicy",
        accessScope={"type": "namespace", "namespaces": ["team-b"]},
    )
    admin = made.admin()
    for team in ("team-a", "team-b"):
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": team}}
        admin.apply(f"/api/v1/namespaces/{team}", body, manager="test")
    group = "rbac.authorization.k8s.io"
    path = f"/apis/{group}/v1/namespaces/team-a/rolebindings/edit"
    binding = {
        "apiVersion": f"{group}/v1", "kind": "RoleBinding", "metadata": {"name": "edit", "namespace": "team-a"},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "edit"},
        "subjects": [{"apiGroup": group, "kind": "Group", "name": "team-a"}],
    }  # fmt: skip
    admin.apply(path, binding, manager="test")
    return made


def test_described_endpoint_and_authority_are_those_of_the_control_plane(plane: ControlPlane) -> None:
    shown = plane.client("eks").describe_cluster(name="main")["cluster"]
    authority = (plane.record.folder(plane.cloud.home) / "pki" / "ca.crt").read_bytes()
    assert shown["endpoint"] == plane.record.endpoint
    assert base64.b64decode(shown["certificateAuthority"]["data"]) == authority
    assert plane.admin().get("/version")["gitVersion"].startswith("v1.")


def test_creator_of_a_cluster_is_its_administrator(plane: ControlPlane) -> None:
    assert plane.as_key(ACCOUNT).get("/api/v1/nodes")["items"] == []


def test_team_works_in_its_namespace_and_cannot_touch_another(plane: ControlPlane) -> None:
    api = plane.as_role("team-a")
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "mine"}, "data": {"a": "1"}}
    assert api.apply("/api/v1/namespaces/team-a/configmaps/mine", body, manager="ann")["data"] == {"a": "1"}
    with pytest.raises(ApiError, match=r'assumed-role/team-a/ann" cannot patch resource "configmaps".*"team-b"'):
        api.apply("/api/v1/namespaces/team-b/configmaps/mine", body, manager="ann")
    with pytest.raises(ApiError, match="cannot delete resource"):
        api.delete("/api/v1/namespaces/team-b", {})


def test_access_policy_allows_what_it_says_where_it_says(plane: ControlPlane) -> None:
    api = plane.as_role("team-b")
    assert api.get("/api/v1/namespaces/team-b/configmaps")["kind"] == "ConfigMapList"
    for refused in ("/api/v1/namespaces/team-b/secrets", "/api/v1/namespaces/team-a/configmaps"):
        with pytest.raises(ApiError, match="forbidden"):
            api.get(refused)


def test_role_without_an_access_entry_is_nobody(plane: ControlPlane) -> None:
    with pytest.raises(ApiError, match="Unauthorized"):
        plane.as_role("stranger").get("/api/v1/namespaces")


def test_pod_is_refused_when_its_namespace_is_restricted(plane: ControlPlane) -> None:
    admin = plane.admin()
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "strict", "labels": labels}}
    admin.apply("/api/v1/namespaces/strict", space, manager="test")
    spec = {"containers": [{"name": "c", "image": "i", "securityContext": {"privileged": True}}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}
    with pytest.raises(ApiError, match='violates PodSecurity "restricted'):
        admin.apply("/api/v1/namespaces/strict/pods/p", pod, manager="test")


def test_control_plane_and_objects_survive_when_only_the_gateway_restarts(plane: ControlPlane) -> None:
    before = plane.cloud.status().clusters
    plane.cloud.restart_gateway()
    assert plane.cloud.status().clusters == before
    assert plane.admin().get("/api/v1/namespaces/team-a")["status"]["phase"] == "Active"


def test_cluster_sleeps_until_it_is_asked_and_leaves_nothing_when_deleted(plane: ControlPlane) -> None:
    other = ControlPlane.create(plane.cloud, "other")
    [status] = [item for item in plane.cloud.status().clusters if item.name == "other"]
    assert (status.state, status.pids) == ("asleep", [])
    folder = other.record.folder(plane.cloud.home)
    other.client("eks").delete_cluster(name="other")
    assert not folder.exists()
    assert [item.name for item in clusters_of(plane.cloud.home)] == ["main"]


def test_nothing_of_a_control_plane_listens_beyond_loopback(plane: ControlPlane) -> None:
    [status] = [item for item in plane.cloud.status().clusters if item.name == "main"]
    assert len(status.pids) == 4
    for pid in status.pids:
        listening = [item.laddr.ip for item in psutil.Process(pid).net_connections("inet") if item.status == "LISTEN"]
        assert set(listening) <= {"127.0.0.1"}


def test_programs_end_with_their_cloud(tmp_path_factory: pytest.TempPathFactory) -> None:
    cloud = Cloud.start(tmp_path_factory.mktemp("ending"), port=0, idle=600)
    try:
        plane = ControlPlane.create(cloud, "short")
        plane.admin().get("/version")
        [status] = cloud.status().clusters
        processes = [psutil.Process(pid) for pid in status.pids]
    finally:
        cloud.stop()
    assert [item for item in processes if item.is_running() and item.status() != psutil.STATUS_ZOMBIE] == []


def test_reason_reaches_the_client_when_the_programs_cannot_be_had(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path_factory.mktemp("missing")
    for name, value in (("ATOLL_CACHE", str(home / "cache")), ("ATOLL_ENGINE_MIRROR", str(home)), ("PATH", "/usr/bin")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(home / "uv"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    cloud = Cloud.start(home, port=0, idle=600)
    try:
        plane = ControlPlane.create(cloud, "none")
        monkeypatch.setattr("embedded.kubernetes_plugin.api._PATIENCE", 0.0)
        with pytest.raises(ApiError, match=r"control plane of none is not available(.|\n)*- build: "):
            plane.admin().get("/version")
    finally:
        cloud.stop()
