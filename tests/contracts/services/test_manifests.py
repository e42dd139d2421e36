"""What a deployment on Kubernetes becomes: six manifests that fit together, restricted, scaled as the contract says."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.services.manifests import manifests
from tests.contracts.services.compiled import ACCOUNT, service


@pytest.fixture(scope="module")
def made() -> dict[str, dict[str, Any]]:
    of = service("order/inventory", folder="fixture")
    found = manifests(of, "inventory", {"ENVIRONMENT": "dev"}, registry="registry.example/dev")
    return {manifest["kind"]: manifest for manifest in found}


def test_every_kind_is_there_once_in_the_domains_namespace(made: dict[str, dict[str, Any]]) -> None:
    assert set(made) == {
        "ServiceAccount", "Deployment", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget", "NetworkPolicy",
    }  # fmt: skip
    assert {(each["metadata"]["name"], each["metadata"]["namespace"]) for each in made.values()} == {
        ("inventory-inventory", "dev-order")
    }


def test_pod_has_the_contracts_size_port_and_role(made: dict[str, dict[str, Any]]) -> None:
    pod = made["Deployment"]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    assert container["image"] == "registry.example/dev/inventory-inventory:v1.4.2"
    assert container["resources"] == {"requests": {"cpu": "250m", "memory": "256Mi"}, "limits": {"memory": "256Mi"}}
    assert container["ports"][0]["containerPort"] == 9090
    assert {"name": "ENVIRONMENT", "value": "dev"} in container["env"]
    role = made["ServiceAccount"]["metadata"]["annotations"]["eks.amazonaws.com/role-arn"]
    assert role == f"arn:aws:iam::{ACCOUNT}:role/dev-inventory-inventory-task-us-east-1"


def test_pod_is_restricted(made: dict[str, dict[str, Any]]) -> None:
    """The restricted profile of the pod security standards."""
    pod = made["Deployment"]["spec"]["template"]["spec"]
    context = pod["containers"][0]["securityContext"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert context["allowPrivilegeEscalation"] is False
    assert context["capabilities"] == {"drop": ["ALL"]}


def test_selectors_choose_the_pods(made: dict[str, dict[str, Any]]) -> None:
    labels = made["Deployment"]["spec"]["template"]["metadata"]["labels"]
    for chosen in (
        made["Deployment"]["spec"]["selector"]["matchLabels"],
        made["Service"]["spec"]["selector"],
        made["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        made["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
    ):
        assert chosen.items() <= labels.items()


def test_pods_scale_between_the_contracts_bounds(made: dict[str, dict[str, Any]]) -> None:
    spec = made["HorizontalPodAutoscaler"]["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 6)
    assert spec["scaleTargetRef"]["name"] == made["Deployment"]["metadata"]["name"]
    assert "replicas" not in made["Deployment"]["spec"]


def test_only_dns_and_the_ports_of_its_edges_are_open(made: dict[str, dict[str, Any]]) -> None:
    spec = made["NetworkPolicy"]["spec"]
    assert {port["port"] for rule in spec["egress"] for port in rule["ports"]} == {53, 443, 5432}
    assert [port["port"] for rule in spec["ingress"] for port in rule["ports"]] == [9090]
