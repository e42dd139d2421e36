"""ArgoCD: what it is made of, who may do what, how people log in, and what may connect."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.kubernetes import ArgoCd, ArgoCdArgs, ClusterEntry, ClusterEntryArgs, Reach
from components.kubernetes.argocd_config import access, general
from components.kubernetes.argocd_workloads import parts, redis, workload
from contracts.kubernetes.versions import ARGOCD_IMAGE
from contracts.settings.kubernetes_layer import ArgoCdSettings, SingleSignOnSettings
from tests.kit import GraphView, record_component

SSO = SingleSignOnSettings(issuer="https://login.example.org", client_id="argocd", vault_entry="dev/argocd/sso")


def settings(**changes: Any) -> ArgoCdSettings:
    told = {"domain": "argocd.example.org", "replicas": 2, "controllers": 1, "sso": SSO, "admin_groups": ("admins",)}
    return ArgoCdSettings(**{**told, "cascade": True, **changes})


@pytest.fixture(scope="module")
def view() -> GraphView:
    return record_component(lambda: ArgoCd("dev", args=ArgoCdArgs(settings=settings())))


def test_parts_of_the_installation_are_exactly_these(view: GraphView) -> None:
    there = {name.removeprefix("dev-") for _, name in view.children("dev", "atoll:*")}
    processes = {"argocd-server", "argocd-repo-server", "argocd-applicationset-controller", "argocd-redis"}
    everyone = processes | {"argocd-application-controller"}
    assert {name for name in there if name in everyone} == everyone
    assert {f"account-{name}" for name in everyone} | {f"service-{name}" for name in everyone} <= there
    assert {"kind-applications", "kind-applicationsets", "kind-appprojects", "namespace", "keys"} <= there
    budgets = {name for name in there if name.startswith("budget-")}
    assert budgets == {f"budget-{name}" for name in processes - {"argocd-redis"}}


def test_objects_of_the_namespace_wait_for_it(view: GraphView) -> None:
    for node in view.graph.of_type("kubernetes:apps/v1:*"):
        view.assert_depends(node.name, "dev-namespace")


@pytest.mark.parametrize("part", parts(settings()), ids=lambda part: part.name)
def test_every_pod_is_restricted_and_bounded(part: Any) -> None:
    spec = workload(part)["template"]["spec"]
    [container] = spec["containers"]
    assert container["image"] == ARGOCD_IMAGE
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert container["resources"]["limits"]["memory"]
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    assert mounted == {volume["name"] for volume in spec["volumes"]}


def test_only_what_talks_to_the_api_server_has_a_token() -> None:
    told = {part.name: workload(part)["template"]["spec"]["automountServiceAccountToken"] for part in parts(settings())}
    assert {name for name, token in told.items() if not token} == {"argocd-repo-server"}


def test_password_of_redis_is_drawn_before_it_starts() -> None:
    spec = redis()["template"]["spec"]
    assert spec["initContainers"][0]["command"] == ["argocd", "admin", "redis-initial-password"]
    assert "--requirepass" in spec["containers"][0]["args"]


def test_copies_are_as_the_settings_say() -> None:
    copies = {part.name: part.replicas for part in parts(settings(replicas=3, controllers=2))}
    assert copies == {
        "argocd-server": 3,
        "argocd-repo-server": 3,
        "argocd-applicationset-controller": 2,
        "argocd-application-controller": 2,
    }


def test_people_log_in_at_the_companys_provider_and_the_secret_is_not_told() -> None:
    found = general(settings())
    assert found["admin.enabled"] == "false"
    oidc = json.loads(found["oidc.config"])
    assert (oidc["issuer"], oidc["clientID"]) == ("https://login.example.org", "argocd")
    assert oidc["clientSecret"] == "$argocd-sso:clientSecret"


def test_first_password_is_there_only_without_single_sign_on() -> None:
    found = general(settings(sso=None))
    assert found["admin.enabled"] == "true"
    assert "oidc.config" not in found


def test_nobody_is_anyone_without_a_group() -> None:
    assert access(("admins", "more admins")) == {
        "policy.csv": 'g, "admins", role:admin\ng, "more admins", role:admin\n',
        "policy.default": "",
        "scopes": "[groups, email]",
    }


def test_nothing_connects_that_is_not_said(view: GraphView) -> None:
    denied = view.node("dev-network-default-deny").inputs["spec"]
    assert denied == {"podSelector": {}, "policyTypes": ("Ingress", "Egress")}
    redis_policy: Any = view.node("dev-network-argocd-redis").inputs["spec"]
    [rule] = redis_policy["ingress"]
    assert [port["port"] for port in rule["ports"]] == [6379]
    assert {peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"] for peer in rule["from"]} == {
        "argocd-server", "argocd-repo-server", "argocd-application-controller"
    }  # fmt: skip


def test_other_cluster_is_entered_by_a_role_and_no_credential() -> None:
    reach = Reach(server="https://abc.example", certificate_authority="LS0t", name="west", role="arn:aws:iam::1:role/a")
    args = ClusterEntryArgs(
        cluster="west", environment="dev", switches=frozenset({"mesh"}), values={"region": "us-west-2"}, reach=reach
    )
    view = record_component(lambda: ClusterEntry("dev-west", args=args))
    metadata: Any = view.node("dev-west-entry").inputs["metadata"]
    assert metadata["labels"]["argocd.argoproj.io/secret-type"] == "cluster"
    assert metadata["labels"]["atoll.example/mesh"] == "true"
    assert metadata["annotations"] == {"atoll.example/region": "us-west-2"}
