"""Least privilege, measured on every rendered policy, by cloudsplaining and by AWS's own tables of actions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from cloudsplaining.scan.policy_document import PolicyDocument
from policy_sentry.querying.actions import get_action_data

from components.identity.statements import UNSCOPED_ACTIONS
from components.workflows.state_machine import LOG_DELIVERY
from graph.nodes import Node
from graph.values import Unknown
from tests.stacks.service.kit import ACCOUNT, CLUSTER, FIXTURE, OTHER, SERVICES, composed, region

ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
FREE = {
    *UNSCOPED_ACTIONS,
    *LOG_DELIVERY,
    "sns:Publish",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "states:SendTaskFailure",
    "states:SendTaskSuccess",
}
"""Actions that may stand beside `*`: AWS limits none of them to a resource, or (text messages) to no phone number."""
PLACEHOLDER = re.compile(r"\$\{urn:[^}]*\}|<unknown>")


APART = {
    "order/order": OTHER,
    **dict.fromkeys(("platform/events", "order/inventory", "order/payment", "user/user"), ACCOUNT),
}
"""Where the order service has an account of its own: its providers make roles for it, and it takes them."""
STACKS = {
    **{service: (service, {}) for service in SERVICES},
    "order apart": (
        "order",
        {
            "account": {"id": OTHER, "deploy_role": "AtollDeploy"},
            "accounts": APART,
            "exports": region(account_id=OTHER),
        },
    ),
    "inventory on Kubernetes": ("inventory", {"services": FIXTURE, "exports": region(kubernetes=CLUSTER)}),
    **{f"{service} beside": (service, {"accounts": APART}) for service in ("events", "inventory", "payment", "user")},
}
"""Name → service, and what is unlike its settings."""


@cache
def policies(stack: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Name and document of every policy of a role in a sample stack; what AWS draws stands as `drawn`."""
    return tuple(_documents(stack))


def _documents(stack: str) -> Iterator[tuple[str, dict[str, Any]]]:
    service, changes = STACKS[stack]
    for node in composed(service, **changes).graph.of_type(ROLE_POLICY):
        yield node.name, json.loads(_text(node))


def _text(node: Node) -> str:
    policy = node.inputs["policy"]
    text = str(policy) if isinstance(policy, Unknown) else policy
    assert isinstance(text, str)
    return PLACEHOLDER.sub("drawn", text)


def statements(service: str) -> Iterator[tuple[str, dict[str, Any], list[str], list[str]]]:
    """Policy, statement, its actions and its resources."""
    for name, document in policies(service):
        for statement in document["Statement"]:
            yield name, statement, _listed(statement["Action"]), _listed(statement["Resource"])


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("service", STACKS)
def test_cloudsplaining_finds_nothing_that_is_high(service: str) -> None:
    assert policies(service)
    for name, document in policies(service):
        judged = PolicyDocument(document)
        assert judged.contains_statement_using_not_action == [], name
        assert judged.allows_privilege_escalation == [], name
        assert judged.credentials_exposure == [] or _expected_credentials(judged.credentials_exposure), name
        assert judged.service_wildcard == [], name
        assert [each for each in judged.infrastructure_modification if each not in FREE] == [], name
        assert [each for each in judged.allows_data_exfiltration_actions if each not in FREE] == [], name


def _expected_credentials(found: list[str]) -> bool:
    """Assuming a role of one provider is how other accounts are called; it names that role."""
    return set(found) <= {"sts:AssumeRole"}


@pytest.mark.parametrize("service", STACKS)
def test_every_action_exists_and_none_is_a_wildcard(service: str) -> None:
    for name, _, actions, _ in statements(service):
        for action in actions:
            prefix, _, operation = action.partition(":")
            assert "*" not in action, (name, action)
            assert get_action_data(prefix, operation), f"{name}: AWS has no action {action}"


@pytest.mark.parametrize("service", STACKS)
def test_every_resource_is_of_a_type_that_an_action_beside_it_knows(service: str) -> None:
    for name, statement, actions, resources in statements(service):
        if statement["Effect"] == "Deny" or resources == ["drawn"]:
            continue
        known = {action: [each for each in resources if _takes(action, each)] for action in actions}
        used = {resource for found in known.values() for resource in found}
        assert [action for action, found in known.items() if not found] == [], (name, statement)
        assert [resource for resource in resources if resource not in used] == [], (name, statement)


def _takes(action: str, resource: str) -> bool:
    prefix, _, operation = action.partition(":")
    if resource == "*":
        return action in FREE
    return resource.startswith("drawn") or any(_fits(resource, each) for each in _formats(prefix, operation))


def _formats(prefix: str, operation: str) -> list[str]:
    found = get_action_data(prefix, operation)
    assert found
    return [row["resource_arn_format"] for row in found[prefix]]


def _fits(resource: str, arn_format: str) -> bool:
    """Whether an ARN has the form that AWS documents: each part of the one where the other has a placeholder."""
    pattern = re.sub(r"\\\$\\\{[^}]*\\\}", "[^ ]*", re.escape(arn_format))
    filled = (resource.replace("*", part) for part in ("x", "log-stream:x", "x:log-stream:x"))
    return arn_format != "*" and any(re.fullmatch(pattern, each) for each in filled)


def test_roles_are_taken_and_given_when_accounts_differ() -> None:
    """What crosses accounts is among what is measured."""
    taken = {
        arn
        for _, _, actions, resources in statements("order apart")
        if "sts:AssumeRole" in actions
        for arn in resources
    }
    given = {f"dev-{service}-for-order" for service in ("inventory", "payment", "user")}
    assert taken == {f"arn:aws:iam::{ACCOUNT}:role/{name}-us-east-1" for name in given}
    for service in ("inventory", "payment", "user"):
        assert f"dev-{service}-for-order-permissions" in dict(policies(f"{service} beside"))


def test_the_measure_sees_a_wildcard_and_an_escalation() -> None:
    """The tools are known to see what they are asked for."""
    wide = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    assert PolicyDocument(wide).service_wildcard == ["s3"]
    climbing = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"],
                "Resource": "*",
            }
        ],
    }
    assert PolicyDocument(climbing).allows_privilege_escalation
    assert not _fits("arn:aws:s3:::bucket", "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}")
    assert _fits("arn:aws:sqs:us-east-1:1:q", "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}")
