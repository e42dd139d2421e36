"""A contract's deployments on Kubernetes: release, route, circuit breaking, and the callers that contracts name."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.kubernetes.services import service_objects
from contracts.services.bindings import Service
from contracts.settings.base import DeploymentStrategy
from tests.contracts.services.compiled import service

TRUST = "staging.atoll.example"


def of(**changes: Any) -> Service:
    """The fixture's inventory, whose deployment on Kubernetes may be changed."""
    plain = service("order/inventory", folder="fixture")
    compute = plain.loaded.contract.compute
    eks = {key: clause.model_copy(update=changes) for key, clause in compute.eks.items()}
    return service("order/inventory", folder="fixture", compute=compute.model_copy(update={"eks": eks}))


def made(**changes: Any) -> dict[tuple[str, str], dict[str, Any]]:
    objects = service_objects(of(**changes), TRUST)
    return {(each["kind"], each["metadata"]["name"]): each for each in objects}


def test_nothing_is_made_when_a_contract_runs_nothing_on_kubernetes() -> None:
    assert service_objects(service("user/user"), TRUST) == []


def test_canary_moves_requests_by_steps_and_goes_back_by_itself() -> None:
    found = made(deployment=DeploymentStrategy.CANARY)
    assert ("Deployment", "inventory-inventory") not in found
    strategy = found["Rollout", "inventory-inventory"]["spec"]["strategy"]["canary"]
    assert strategy["stableService"] == "inventory-inventory-stable"
    assert strategy["canaryService"] == "inventory-inventory-canary"
    assert [step["setWeight"] for step in strategy["steps"] if "setWeight" in step] == [5, 25, 50]
    assert strategy["trafficRouting"]["istio"]["virtualService"] == {"name": "inventory-inventory", "routes": ["all"]}
    assert [each["templateName"] for each in strategy["analysis"]["templates"]] == ["success-rate", "latency"]
    [route] = found["VirtualService", "inventory-inventory"]["spec"]["http"]
    assert [(each["destination"]["host"].split(".")[0], each["weight"]) for each in route["route"]] == [
        ("inventory-inventory-stable", 100),
        ("inventory-inventory-canary", 0),
    ]
    assert {("Service", f"inventory-inventory{suffix}") for suffix in ("", "-stable", "-canary")} <= set(found)


def test_analysis_holds_a_release_to_the_promise_of_the_contract() -> None:
    strategy = made()["Rollout", "inventory-inventory"]["spec"]["strategy"]["canary"]
    told = {each["name"]: each["value"] for each in strategy["analysis"]["args"]}
    slo = of().loaded.contract.slo
    assert float(told["at-least"]) == pytest.approx(1 - slo.error_rate_percent / 100)
    assert int(told["at-most-ms"]) == round(slo.latency_p95_ms * 1.2)


def test_blue_green_keeps_the_old_version_for_a_while() -> None:
    found = made(deployment=DeploymentStrategy.BLUE_GREEN)
    strategy = found["Rollout", "inventory-inventory"]["spec"]["strategy"]["blueGreen"]
    assert strategy["activeService"] == "inventory-inventory-active"
    assert strategy["previewService"] == "inventory-inventory-preview"
    assert strategy["scaleDownDelaySeconds"] == 600
    assert strategy["prePromotionAnalysis"]["templates"][0]["templateName"] == "success-rate"


def test_rolling_release_stays_a_deployment() -> None:
    found = made(deployment=DeploymentStrategy.ROLLING)
    assert ("Deployment", "inventory-inventory") in found
    assert not [kind for kind, _ in found if kind == "Rollout"]
    scaled = found["HorizontalPodAutoscaler", "inventory-inventory"]["spec"]["scaleTargetRef"]
    assert scaled["kind"] == "Deployment"


def test_autoscaler_sizes_the_rollout() -> None:
    scaled = made()["HorizontalPodAutoscaler", "inventory-inventory"]["spec"]["scaleTargetRef"]
    assert scaled == {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "inventory-inventory"}


def test_callers_are_admitted_by_the_identity_in_their_certificate() -> None:
    policy = made()["AuthorizationPolicy", "inventory-inventory"]["spec"]
    assert policy["action"] == "ALLOW"
    sources = [each["source"]["principals"] for rule in policy.get("rules", []) for each in rule["from"]]
    assert all(principal.startswith(f"{TRUST}/ns/") for principals in sources for principal in principals)


def test_circuit_breaks_for_every_name_of_the_service() -> None:
    found = made()
    for suffix in ("", "-stable", "-canary"):
        rule = found["DestinationRule", f"inventory-inventory{suffix}"]["spec"]
        assert rule["host"] == f"inventory-inventory{suffix}.dev-order.svc.cluster.local"
        assert rule["trafficPolicy"]["outlierDetection"]["maxEjectionPercent"] == 50
        assert rule["trafficPolicy"]["tls"] == {"mode": "ISTIO_MUTUAL"}


def test_retries_are_as_callers_agreed() -> None:
    [route] = made()["VirtualService", "inventory-inventory"]["spec"]["http"]
    assert route["retries"]["attempts"] >= 0
    assert "connect-failure" in route["retries"]["retryOn"]


@pytest.mark.embedded
@pytest.mark.parametrize("strategy", list(DeploymentStrategy))
def test_every_object_follows_the_real_schema_of_its_kind(strategy: DeploymentStrategy) -> None:
    from embedded.definitions import obtain
    from embedded.home import cache_dir

    schemas = obtain(cache_dir())
    objects = service_objects(of(deployment=strategy), TRUST)
    found = [f"{each['kind']} {problem}" for each in objects for problem in schemas.problems(each)]
    assert found == []
