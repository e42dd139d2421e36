"""A deployment on Kubernetes: its stack makes what it needs of AWS, and the manifests fit (CON-4, IAM-3)."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from contracts.services.manifests import Manifest, manifests
from graph.values import MISSING
from tests.contracts.services.compiled import service
from tests.kit import GraphView
from tests.stacks.service.kit import ACCOUNT, CLUSTER, FIXTURE, ISSUER, PROVIDER, REGION, composed, region

NAME = "dev-inventory-inventory"


@cache
def view() -> GraphView:
    return composed("inventory", services=FIXTURE, exports=region(kubernetes=CLUSTER))


def compiled() -> dict[str, Manifest]:
    registry = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/dev"
    found = manifests(service("order/inventory", folder="fixture"), "inventory", {}, registry=registry)
    return {each["kind"]: each for each in found}


def test_role_is_taken_with_a_token_of_the_service_account_alone() -> None:
    role: Any = view().node(f"{NAME}-task-role").inputs
    [statement] = json.loads(role["assumeRolePolicy"])["Statement"]
    account = compiled()["ServiceAccount"]["metadata"]
    assert statement["Principal"] == {"Federated": PROVIDER}
    assert statement["Condition"] == {
        "StringEquals": {
            f"{ISSUER}:aud": "sts.amazonaws.com",
            f"{ISSUER}:sub": f"system:serviceaccount:{account['namespace']}:{account['name']}",
        }
    }
    assert account["annotations"] == {"eks.amazonaws.com/role-arn": f"arn:aws:iam::{ACCOUNT}:role/{role['name']}"}


def test_role_may_do_what_the_contracts_edges_need() -> None:
    policy = json.loads(str(view().value(f"{NAME}-task-permissions", "policy")))
    actions = {action for statement in policy["Statement"] for action in statement["Action"]}
    assert {"rds-db:connect", "xray:PutTraceSegments"} <= actions


def test_image_comes_from_the_repository_that_the_stack_makes() -> None:
    [repository] = view().graph.of_type("aws:ecr/repository:Repository")
    [container] = compiled()["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert container["image"] == f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{repository.inputs['name']}:v1.4.2"
    assert view().value(repository.name, "forceDelete") is not MISSING
