"""Everything below gitops/ in a real control plane: nothing refused, and what bounds teams really bounds them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from contracts.kubernetes.parts import PREFIX
from contracts.settings import KubernetesStackSettings, load_any
from embedded.cloud import Cloud
from embedded.definitions import obtain
from embedded.gitops import Report, Target, sync
from embedded.home import cache_dir
from embedded.kubernetes_plugin.errors import ApiError
from stacks.kubernetes.entry import switches
from tests.embedded.control_plane import ACCOUNT, ControlPlane
from tests.stacks.kubernetes.kit import FILE, PROJECT

pytestmark = pytest.mark.embedded
TEAMS = {"order-developers": "staging-order", "user-developers": "staging-user"}


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A cluster on which the people of two teams may log in; their rights come from gitops/ alone."""
    cloud = Cloud.start(tmp_path_factory.mktemp("gitops"), port=0, idle=600)
    made = ControlPlane.create(cloud, "staging")
    iam, eks = made.client("iam"), made.client("eks")
    for group in TEAMS:
        iam.create_role(RoleName=group, AssumeRolePolicyDocument="{}")
        principal = f"arn:aws:iam::{ACCOUNT}:role/{group}"
        eks.create_access_entry(clusterName="staging", principalArn=principal, kubernetesGroups=[group])
    yield made
    if running := Cloud.running(cloud.home):
        running.stop()


@pytest.fixture(scope="module")
def report(plane: ControlPlane) -> Report:
    settings = load_any(FILE)
    assert isinstance(settings, KubernetesStackSettings)
    labels = {f"{PREFIX}/{switch}": "true" for switch in switches(settings)}
    drawn = {"karpenter-node-role": "staging-node", "karpenter-discovery": "staging", "mesh-network": "staging"}
    annotations = {f"{PREFIX}/{key}": value for key, value in drawn.items()}
    target = Target(name=settings.cluster, labels=labels, annotations=annotations)
    return sync(plane.admin(), PROJECT, target, obtain(cache_dir()).custom)


def test_nothing_is_refused_when_everything_is_brought_in(report: Report) -> None:
    assert report.refused == ()
    kinds = [line.split()[1] for line in report.applied]
    assert {"Application", "NodePool", "PeerAuthentication", "Schedule", "ResourceQuota"} - set(kinds) == {
        "Application"
    }
    definitions = [index for index, kind in enumerate(kinds) if kind == "CustomResourceDefinition"]
    assert definitions == list(range(len(definitions)))  # before everything else


def test_values_that_aws_drew_are_written_into_objects(plane: ControlPlane, report: Report) -> None:
    found = plane.admin().get("/apis/karpenter.k8s.aws/v1/ec2nodeclasses/default")["spec"]
    assert found["role"] == "staging-node"
    assert found["subnetSelectorTerms"] == [{"tags": {"karpenter.sh/discovery": "staging"}}]


@pytest.mark.parametrize("namespace", TEAMS.values())
def test_namespaces_of_teams_are_bounded(plane: ControlPlane, report: Report, namespace: str) -> None:
    api = plane.admin()
    quota = api.get(f"/api/v1/namespaces/{namespace}/resourcequotas/team")["spec"]["hard"]
    assert quota["services.loadbalancers"] == "0"
    assert api.get(f"/api/v1/namespaces/{namespace}/limitranges/team")["spec"]["limits"]
    policies = api.get(f"/apis/networking.k8s.io/v1/namespaces/{namespace}/networkpolicies")["items"]
    denied = next(each for each in policies if each["metadata"]["name"] == "default-deny")
    assert denied["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def pod(namespace: str, **security: Any) -> dict[str, Any]:
    container = {"name": "a", "image": "example/a:1", "securityContext": security}
    return {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": namespace},
        "spec": {"containers": [container]},
    }  # fmt: skip


RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def created(plane: ControlPlane, body: dict[str, Any]) -> dict[str, Any]:
    path = f"/api/v1/namespaces/{body['metadata']['namespace']}/pods?dryRun=All"
    return plane.admin().ask("POST", path, body)


def test_privileged_pod_is_refused_in_the_namespace_of_a_team(plane: ControlPlane, report: Report) -> None:
    with pytest.raises(ApiError, match='violates PodSecurity "restricted:latest": privileged'):
        created(plane, pod("staging-order", privileged=True))


def test_restricted_pod_is_taken_and_gets_the_limits_of_its_namespace(plane: ControlPlane, report: Report) -> None:
    made = created(plane, pod("staging-order", **RESTRICTED))
    assert made["spec"]["containers"][0]["resources"] == {
        "requests": {"cpu": "50m", "memory": "128Mi"},
        "limits": {"memory": "256Mi"},
    }


def test_pod_beyond_the_largest_size_is_refused(plane: ControlPlane, report: Report) -> None:
    body = pod("staging-order", **RESTRICTED)
    body["spec"]["containers"][0]["resources"] = {"requests": {"memory": "9Gi"}, "limits": {"memory": "9Gi"}}
    with pytest.raises(ApiError, match="maximum memory usage per Container is 8Gi"):
        created(plane, body)


def test_load_balancer_of_a_team_is_refused(plane: ControlPlane, report: Report) -> None:
    body = {
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "namespace": "staging-order"},
        "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
    }  # fmt: skip
    with pytest.raises(ApiError, match="exceeded quota: team"):
        plane.admin().ask("POST", "/api/v1/namespaces/staging-order/services?dryRun=All", body)


def test_team_sees_its_own_namespace_and_touches_no_other(plane: ControlPlane, report: Report) -> None:
    people = plane.as_role("order-developers")
    assert people.get("/api/v1/namespaces/staging-order/pods")["items"] == []
    for path in ("pods", "configmaps"):
        with pytest.raises(ApiError, match=rf'cannot list resource "{path}".*"staging-user"'):
            people.get(f"/api/v1/namespaces/staging-user/{path}")
    with pytest.raises(ApiError, match=r'cannot delete resource "pods".*"staging-user"'):
        people.delete("/api/v1/namespaces/staging-user/pods/a", {})


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("get", "/api/v1/namespaces/staging-order/secrets/a"),
        ("delete", "/api/v1/namespaces/staging-order/resourcequotas/team"),
        ("delete", "/apis/networking.k8s.io/v1/namespaces/staging-order/networkpolicies/default-deny"),
        ("delete", "/apis/security.istio.io/v1/namespaces/staging-order/peerauthentications/strict"),
        ("delete", "/api/v1/namespaces/staging-order"),
    ],
)
def test_team_cannot_read_secrets_nor_remove_its_bounds(
    plane: ControlPlane, report: Report, verb: str, path: str
) -> None:
    people = plane.as_role("order-developers")
    with pytest.raises(ApiError, match=f"cannot {verb} resource"):
        people.get(path) if verb == "get" else people.delete(path, {})
