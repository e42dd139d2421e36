"""`staging-kubernetes` through the real engine onto a real control plane, and `gitops/` on top, as ArgoCD would."""

from __future__ import annotations

import base64
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from contracts.kubernetes.parts import PREFIX
from embedded.definitions import obtain
from embedded.gitops import Target, sync
from embedded.home import cache_dir
from embedded.kubernetes.cluster import clusters_of
from embedded.kubernetes_plugin.api import Api
from embedded.kubernetes_plugin.kubeconfig import load
from tests.stacks.kubernetes.kit import ACCOUNT, PROJECT, REGION, changed_cluster

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine
STACK = "staging-kubernetes"


@dataclass(frozen=True)
class Layer:
    """The stack, and the cluster that it is deployed to."""

    session: Session
    api: Api

    def pulumi(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        done = self.session.pulumi([*arguments, "--stack", STACK], cwd=PROJECT, capture=True)
        assert done.returncode == 0, f"pulumi {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done

    def up(self) -> None:
        self.pulumi("up", "--yes", "--skip-preview", "--suppress-progress")

    def changes(self) -> list[str]:
        steps = json.loads(self.pulumi("preview", "--json").stdout)["steps"]
        return [
            f"{step['op']} {step['urn'].rsplit('::', 1)[-1]}" for step in steps if step["op"] not in {"same", "read"}
        ]

    def resources(self) -> list[dict[str, Any]]:
        return json.loads(self.pulumi("stack", "export").stdout)["deployment"].get("resources") or []


client: Any = boto3.client  # whose overloads know no dictionaries of arguments


def kubeconfig(session: Session) -> str:
    """Of a new cluster of the cloud, in the name of its administrator."""
    who = {"region_name": REGION, "aws_access_key_id": ACCOUNT, "aws_secret_access_key": "x"}
    eks, ec2 = (client(service, endpoint_url=session.cloud.url, **who) for service in ("eks", "ec2"))
    subnets = [each["SubnetId"] for each in ec2.describe_subnets()["Subnets"][:2]]
    role = f"arn:aws:iam::{ACCOUNT}:role/eks"
    eks.create_cluster(name="staging", roleArn=role, resourcesVpcConfig={"subnetIds": subnets})
    cluster = next(found for found in clusters_of(session.cloud.home) if found.name == "staging")
    pki = cluster.folder(session.cloud.home) / "pki"

    def encoded(name: str) -> str:
        return base64.b64encode((pki / name).read_bytes()).decode()

    user = {"client-certificate-data": encoded("admin.crt"), "client-key-data": encoded("admin.key")}
    place = {"server": cluster.endpoint, "certificate-authority-data": encoded("ca.crt")}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "staging", "cluster": place}],
            "users": [{"name": "admin", "user": user}],
            "contexts": [{"name": "staging", "context": {"cluster": "staging", "user": "admin"}}],
            "current-context": "staging",
        }
    )


def deployed_region(session: Session, outputs: dict[str, Any], scratch: Path) -> None:
    """Let the backend know a stack of the region that exports these outputs."""
    urn = "urn:pulumi:staging::atoll::pulumi:pulumi:Stack::atoll-staging"
    resource = {"urn": urn, "custom": False, "type": "pulumi:pulumi:Stack", "outputs": outputs}
    manifest = {"time": "2026-01-01T00:00:00Z", "magic": "", "version": ""}
    state = scratch / "region.json"
    state.write_text(json.dumps({"version": 3, "deployment": {"manifest": manifest, "resources": [resource]}}))
    for arguments in (("init", "staging", "--no-select"), ("import", "--stack", "staging", "--file", str(state))):
        done = session.pulumi(["stack", *arguments], cwd=PROJECT, capture=True)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def layer(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Layer:
    config = kubeconfig(session)
    outputs = changed_cluster(kubeconfig=config)
    deployed_region(session, outputs, tmp_path_factory.mktemp("region"))
    done = session.pulumi(["stack", "init", STACK, "--no-select"], cwd=PROJECT, capture=True)
    assert done.returncode == 0, done.stderr
    found = Layer(session, Api(load(config, None, None, {})))
    found.up()
    return found


def test_second_preview_is_empty_when_the_layer_is_up(layer: Layer) -> None:
    assert layer.changes() == []


def test_gitops_is_taken_by_the_cluster_and_the_program_stays_quiet_afterwards(layer: Layer) -> None:
    entry = layer.api.get("/api/v1/namespaces/argocd/secrets/cluster-staging")["metadata"]
    target = Target(name="staging", labels=entry["labels"], annotations=entry["annotations"])
    assert entry["labels"][f"{PREFIX}/karpenter"] == "true"
    report = sync(layer.api, PROJECT, target, obtain(cache_dir()).custom)
    assert report.refused == ()
    assert (
        layer.api.get("/apis/karpenter.k8s.aws/v1/ec2nodeclasses/default")["spec"]["role"] == "staging-karpenter-node"
    )
    assert layer.changes() == []


def test_root_application_and_projects_are_objects_of_the_cluster(layer: Layer) -> None:
    root = layer.api.get("/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/root")
    assert root["spec"]["project"] == "platform"
    names = layer.api.get("/apis/argoproj.io/v1alpha1/namespaces/argocd/appprojects")["items"]
    assert {"default", "platform"} <= {each["metadata"]["name"] for each in names}


def test_namespace_of_argocd_refuses_a_privileged_pod(layer: Layer) -> None:
    from embedded.kubernetes_plugin.errors import ApiError

    container = {"name": "a", "image": "example/a:1", "securityContext": {"privileged": True}}
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [container]}}
    with pytest.raises(ApiError, match='violates PodSecurity "restricted:latest"'):
        layer.api.ask("POST", "/api/v1/namespaces/argocd/pods?dryRun=All", body)


def test_nothing_is_left_when_the_layer_is_destroyed(layer: Layer) -> None:
    layer.pulumi("destroy", "--yes", "--skip-preview", "--suppress-progress")
    try:
        assert layer.resources() == []
        assert layer.api.find("/api/v1/namespaces/argocd") is None
    finally:
        layer.up()  # tests come in any order, and the others look at what is up
