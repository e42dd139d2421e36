"""A container that another account calls (PrivateLink on both sides, NET-6), and tables in other regions (DB-2)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pulumi
import pytest

from contracts.outputs.service import record_path
from graph.values import Unknown
from tests.contracts.services.kit import edit
from tests.kit import GraphView
from tests.stacks.service.kit import ACCOUNT, OTHER, PROJECT, REGION, composed, region

ACCOUNTS = {"analytics/analytics": OTHER, "order/order": ACCOUNT}
SERVICE_NAME = f"com.amazonaws.vpce.{REGION}.vpce-svc-01"
CALL = "    calls: {getCart: {interaction: sync, timeout_ms: 500, by: [EventProcessor]}}\n"
RECORD = {
    "schema_version": 1,
    "contract": "order/order",
    "version": "1.4.0",
    "environment": "dev",
    "region": REGION,
    "account_id": ACCOUNT,
    "endpoint_services": {"order-api": SERVICE_NAME},
}


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """The sample estate, but analytics reads the cart, which a container of order answers."""
    left_out = shutil.ignore_patterns("__pycache__")
    folder = Path(shutil.copytree(PROJECT / "services", tmp_path / "services", ignore=left_out))
    before = "  order/order:\n    version: 1.x\n"
    edit(folder, "analytics/analytics/contract.yaml", before, before + CALL)
    return folder


def consumer(estate: Path, **changes: Any) -> GraphView:
    """The stack of analytics, in its own account."""
    settings: dict[str, Any] = {
        "account": {"id": OTHER, "deploy_role": "AtollDeploy"},
        "accounts": ACCOUNTS,
        "records": {record_path("dev", REGION, "order/order"): json.dumps(RECORD)},
        "exports": region(account_id=OTHER),
    }
    return composed("analytics", services=estate, **(settings | changes))


def below(view: GraphView, prefix: str) -> list[tuple[str, str]]:
    return sorted((node.type.rpartition(":")[2], node.name) for node in view.graph if node.name.startswith(prefix))


def test_provider_offers_its_container_to_the_consumers_account_alone(estate: Path) -> None:
    view = composed("order", services=estate, accounts=ACCOUNTS)
    name = "dev-order-order-api-private"
    assert below(view, name) == [
        ("Listener", f"{name}-front-listener"),
        ("LoadBalancer", f"{name}-front-nlb"),
        ("NetworkLoadBalancer", f"{name}-front"),
        ("PrivateEndpointService", name),
        ("TargetGroup", f"{name}-front-target"),
        ("TargetGroupAttachment", f"{name}-front-attachment"),
        ("VpcEndpointService", f"{name}-service"),
    ]
    assert view.value(f"{name}-service", "allowedPrincipals") == [f"arn:aws:iam::{OTHER}:root"]
    view.assert_wired(f"{name}-service", "networkLoadBalancerArns", f"{name}-front-nlb.arn")
    view.assert_wired(f"{name}-front-attachment", "targetId", "dev-order-alb.arn")


def test_nothing_is_offered_when_the_consumer_is_in_the_same_account(estate: Path) -> None:
    assert below(composed("order", services=estate), "dev-order-order-api-private") == []


def test_consumer_reaches_the_container_through_an_endpoint_of_its_own(estate: Path) -> None:
    view = consumer(estate)
    name = "dev-analytics-to-order-order-api"
    assert below(view, name) == [
        ("PrivateEndpoint", name),
        ("SecurityGroup", f"{name}-security-group"),
        ("SecurityGroupEgressRule", f"{name}-egress-analytics"),
        ("SecurityGroupIngressRule", f"{name}-ingress-analytics"),
        ("VpcEndpoint", f"{name}-endpoint"),
    ]
    assert view.value(f"{name}-endpoint", "serviceName") == SERVICE_NAME
    view.assert_wired(f"{name}-ingress-analytics", "referencedSecurityGroupId", "dev-analytics-security-group.id")
    url = view.value("dev-analytics-EventProcessor-function", "environment.variables.GET_CART_URL")
    assert isinstance(url, Unknown)
    view.assert_depends("dev-analytics-EventProcessor-function", f"{name}-endpoint")


def test_tables_are_copied_with_the_key_of_each_region_when_they_are_replicated(estate: Path) -> None:
    edit(
        estate,
        "analytics/analytics/contract.yaml",
        "      partition_key: {attribute: metric, type: S}\n",
        "      partition_key: {attribute: metric, type: S}\n      replicated: true\n",
    )
    view = composed("analytics", services=estate, replica_regions=["us-west-2", "eu-west-1"])
    table = view.node("dev-analytics-metrics-table").inputs
    found = json.loads(json.dumps(table["replicas"], default=dict))
    assert [(each["regionName"], each["propagateTags"]) for each in found] == [
        ("us-west-2", True),
        ("eu-west-1", True),
    ]
    assert [each["kmsKeyArn"] for each in found] == [
        f"arn:aws:kms:{each}:{ACCOUNT}:key/database" for each in ("us-west-2", "eu-west-1")
    ]
    assert (table["streamEnabled"], table["streamViewType"]) == (True, "NEW_AND_OLD_IMAGES")
    assert "replicas" not in view.node("dev-analytics-user-table-table").inputs


def test_command_is_named_when_the_provider_was_deployed_before_it_had_this_consumer(estate: Path) -> None:
    record = json.dumps({**RECORD, "endpoint_services": {}})
    with pytest.raises(pulumi.RunError) as caught:
        consumer(estate, records={record_path("dev", REGION, "order/order"): record})
    assert "has no private address of order-api in its record" in str(caught.value)
    assert str(caught.value).endswith("atoll stack up order-dev")
