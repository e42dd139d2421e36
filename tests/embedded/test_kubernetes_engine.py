"""The kubernetes plug-in's stand-in under the real engine, on a cluster that the same program makes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from embedded.session import DELIVERY_ACCOUNT, Session
from tests.embedded.control_plane import ControlPlane

pytestmark = pytest.mark.engine

PROGRAM = '''
import json, pulumi, pulumi_aws as aws, pulumi_kubernetes as k8s
from pulumi import ResourceOptions as Options

def principals(name):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": name}, "Action": "sts:AssumeRole"}]})

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
subnets = [aws.ec2.Subnet(f"subnet-{zone}", vpc_id=vpc.id, cidr_block=f"10.0.{number}.0/24",
                          availability_zone=f"us-east-1{zone}") for number, zone in enumerate("ab")]
role = aws.iam.Role("cluster", assume_role_policy=principals("eks.amazonaws.com"))
cluster = aws.eks.Cluster("main", name="main", role_arn=role.arn,
    vpc_config={"subnet_ids": [item.id for item in subnets]},
    access_config={"authentication_mode": "API", "bootstrap_cluster_creator_admin_permissions": True})

def kubeconfig(told):
    server, authority, name = told
    command = {"apiVersion": "client.authentication.k8s.io/v1beta1", "command": "aws",
               "args": ["eks", "get-token", "--cluster-name", name, "--output", "json"]}
    return json.dumps({"apiVersion": "v1", "kind": "Config", "current-context": "main",
        "clusters": [{"name": "main", "cluster": {"server": server, "certificate-authority-data": authority}}],
        "contexts": [{"name": "main", "context": {"cluster": "main", "user": "main"}}],
        "users": [{"name": "main", "user": {"exec": command}}]})

content = pulumi.Output.all(cluster.endpoint, cluster.certificate_authority.data, cluster.name).apply(kubeconfig)
provider = k8s.Provider("main", kubeconfig=content, enable_patch_force=True)
on = Options(provider=provider)
for team in ("team-a", "team-b"):
    member = aws.iam.Role(team, name=team, assume_role_policy=principals("ec2.amazonaws.com"))
    aws.eks.AccessEntry(team, cluster_name=cluster.name, principal_arn=member.arn, kubernetes_groups=[team])
    space = k8s.core.v1.Namespace(team, metadata={"name": team,
        "labels": {"pod-security.kubernetes.io/enforce": "restricted"}}, opts=on)
    place = {"namespace": space.metadata.name}
    k8s.core.v1.ResourceQuota(f"{team}-quota", metadata=place, opts=on,
        spec={"hard": {"pods": QUOTA, "limits.cpu": "4000m"}})
    k8s.core.v1.LimitRange(f"{team}-limits", metadata=place, opts=on,
        spec={"limits": [{"type": "Container", "default": {"cpu": "500m"}, "default_request": {"cpu": "100m"}}]})
    k8s.networking.v1.NetworkPolicy(f"{team}-deny", metadata=place, opts=on,
        spec={"pod_selector": {}, "policy_types": ["Ingress", "Egress"]})
    edit = k8s.rbac.v1.Role(f"{team}-edit", metadata=place, opts=on,
        rules=[{"api_groups": ["", "apps"], "resources": ["*"], "verbs": ["*"]}])
    k8s.rbac.v1.RoleBinding(f"{team}-edit", metadata=place, opts=on,
        role_ref={"api_group": "rbac.authorization.k8s.io", "kind": "Role", "name": edit.metadata.name},
        subjects=[{"api_group": "rbac.authorization.k8s.io", "kind": "Group", "name": team}])
    k8s.apps.v1.Deployment(f"{team}-web", metadata=place, opts=on, spec={"replicas": 2,
        "selector": {"match_labels": {"app": "web"}}, "template": {"metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "web", "image": "web"}]}}})
    k8s.core.v1.Secret(f"{team}-key", metadata=place, opts=on,
        string_data={"key": pulumi.Output.secret("hunter2-and-a-half")})
definition = k8s.apiextensions.v1.CustomResourceDefinition("widgets", metadata={"name": "widgets.example.com"}, opts=on,
    spec={"group": "example.com", "scope": "Namespaced",
        "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
        "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"open_apiv3_schema": {"type": "object",
            "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer", "default": 3}}}}}}}]})
k8s.apiextensions.CustomResource("widget", api_version="example.com/v1", kind="Widget",
    metadata={"namespace": "team-a"}, spec={}, opts=Options(provider=provider, depends_on=[definition, space]))
k8s.yaml.ConfigGroup("group", yaml=["""
apiVersion: v1
kind: ConfigMap
metadata: {name: from-yaml, namespace: default}
data: {a: "1"}
"""], opts=Options(providers={"kubernetes": provider}))
'''


@dataclass
class Project:
    """A Pulumi project in a folder of its own."""

    session: Session
    folder: Path
    plane: ControlPlane = field(init=False)

    def write(self, quota: str) -> None:
        (self.folder / "Pulumi.yaml").write_text("name: kubernetes-plugin\nruntime: python\n")
        (self.folder / "__main__.py").write_text(PROGRAM.replace("QUOTA", repr(quota)))

    def run(self, *arguments: str) -> str:
        done = self.session.pulumi(arguments, cwd=self.folder, capture=True)
        assert done.returncode == 0, f"pulumi {' '.join(arguments)}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def operations(self) -> dict[str, str]:
        """Logical name -> operation of a preview, for what would change."""
        steps = json.loads(self.run("preview", "--json"))["steps"]
        kinds = {step["urn"].split("::")[-1]: step["op"] for step in steps}
        return {name: kind for name, kind in kinds.items() if kind != "same"}

    def state(self) -> dict[str, Any]:
        return json.loads(self.run("stack", "export"))["deployment"]


@pytest.fixture(scope="module")
def project(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The program, deployed once; the tests of this file change and repair it, the last one destroys it."""
    made = Project(session, tmp_path_factory.mktemp("project"))
    made.write("10")
    made.run("stack", "init", "test")
    made.run("up", "--yes", "--skip-preview")
    made.plane = ControlPlane(session.cloud, "main")
    yield made
    made.run("destroy", "--yes", "--skip-preview")
    assert "resources" not in made.state()
    assert session.cloud.status().clusters == []


def test_state_hides_secrets(project: Project) -> None:
    assert "hunter2" not in json.dumps(project.state())


def test_drift_is_repaired(project: Project) -> None:
    admin = project.plane.admin()
    [policy] = admin.get("/apis/networking.k8s.io/v1/namespaces/team-a/networkpolicies")["items"]
    [quota] = admin.get("/api/v1/namespaces/team-a/resourcequotas")["items"]
    policy_path = f"/apis/networking.k8s.io/v1/namespaces/team-a/networkpolicies/{policy['metadata']['name']}"
    quota_path = f"/api/v1/namespaces/team-a/resourcequotas/{quota['metadata']['name']}"
    admin.delete(policy_path, {})
    change = {"spec": {"hard": {"pods": "99"}}}
    admin.ask("PATCH", f"{quota_path}?fieldManager=kubectl-edit", change, "application/merge-patch+json")
    assert project.operations() == {"team-a-deny": "update", "team-a-quota": "update"}
    project.run("up", "--yes", "--skip-preview", "--refresh")
    assert admin.get(quota_path)["spec"]["hard"] == quota["spec"]["hard"]
    assert len(admin.get("/apis/networking.k8s.io/v1/namespaces/team-a/networkpolicies")["items"]) == 1


def test_second_preview_is_empty_and_a_later_one_shows_what_the_program_changed(project: Project) -> None:
    assert project.operations() == {}
    project.write("20")
    assert project.operations() == {"team-a-quota": "update", "team-b-quota": "update"}
    project.write("10")


def test_privileged_pod_is_refused_and_a_team_cannot_touch_another(project: Project) -> None:
    pod = {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
        "spec": {"containers": [{"name": "c", "image": "i", "securityContext": {"privileged": True}}]},
    }  # fmt: skip
    team = project.plane.as_role("team-a", account=DELIVERY_ACCOUNT)
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}}
    assert team.apply("/api/v1/namespaces/team-a/configmaps/m", config, manager="ann")["kind"] == "ConfigMap"
    with pytest.raises(Exception, match='violates PodSecurity "restricted'):
        team.apply("/api/v1/namespaces/team-a/pods/p", pod, manager="ann")
    with pytest.raises(Exception, match=r"cannot patch resource .*team-b"):
        team.apply("/api/v1/namespaces/team-b/configmaps/m", config, manager="ann")
