"""A container on App Runner (API-2): no sample uses it, so that a new service does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.services.scaffold import Shape, create
from tests.contracts.services.kit import edit
from tests.kit import GraphView
from tests.stacks.service.kit import ACCOUNT, REGION, composed

WEB = """\
  app_runner:
    web: {image: v1, cpu: 256, memory_mib: 512, scaling: {minimum: 1, maximum: 4}, requests_per_instance: 50}
"""
NAME = "dev-hello-web"


@pytest.fixture
def view(tmp_path: Path) -> GraphView:
    """A new service, of which App Runner answers one operation, and which alone keeps items."""
    create(tmp_path, "demo/hello", Shape.REST)
    contract = "demo/hello/contract.yaml"
    edit(tmp_path, contract, "compute:\n", f"compute:\n{WEB}")
    edit(tmp_path, contract, "GET /items/{id}: {function: get-item}", "GET /items/{id}: {container: web}")
    edit(
        tmp_path,
        contract,
        "partition_key: {attribute: id, type: S}",
        "partition_key: {attribute: id, type: S}\n      by: [web]",
    )
    return composed("events", services=tmp_path, contract="demo/hello")


def test_service_of_the_contract_runs_with_a_role_of_its_own_that_app_runner_takes(view: GraphView) -> None:
    service = f"{NAME}-service"
    assert view.value(service, "serviceName") == NAME
    assert view.value(service, "instanceConfiguration.cpu") == "256"
    scaling: Any = view.node(f"{NAME}-scaling").inputs
    assert (scaling["minSize"], scaling["maxSize"], scaling["maxConcurrency"]) == (1, 4, 50)
    view.assert_wired(service, "instanceConfiguration.instanceRoleArn", f"{NAME}-task-role.arn")
    role = view.node(f"{NAME}-task-role").inputs
    [statement] = json.loads(str(role["assumeRolePolicy"]))["Statement"]
    assert statement["Principal"] == {"Service": "tasks.apprunner.amazonaws.com"}
    assert role["name"] == f"{NAME}-task-{REGION}"


def test_role_has_the_rights_of_the_edges_when_the_container_uses_a_store(view: GraphView) -> None:
    policy = json.loads(str(view.value(f"{NAME}-task-permissions", "policy")))
    granted = [statement for statement in policy["Statement"] if "dynamodb:GetItem" in statement["Action"]]
    assert [statement["Resource"] for statement in granted] == [
        f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/dev-hello-items"
    ]


def test_api_leads_to_the_services_address_when_a_route_names_it(view: GraphView) -> None:
    view.assert_wired("dev-hello-hello-integration-container-web", "integrationUri", f"{NAME}-service.serviceUrl")
