"""Grants against contracts: what is granted too much or too little in a service's stack is seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from analysis.iam import Comparison, compare, read_model
from console.offline import record_stack
from contracts.services.bindings import Service
from contracts.settings import ServiceStackSettings, load_any
from graph.nodes import Node
from graph.resource_graph import ResourceGraph
from graph.values import FrozenMap, Reference, Unknown
from stacks.service.plan import SERVICES, checked_service
from tests.conftest import PROJECT

POLICY = "dev-user-RegisterUser-permissions"
Change = Callable[[list[dict[str, Any]]], None]


@cache
def recorded(stack: str) -> ResourceGraph:
    return record_stack(PROJECT / f"Pulumi.{stack}.yaml").graph


@cache
def service(stack: str) -> Service:
    settings = load_any(PROJECT / f"Pulumi.{stack}.yaml")
    assert isinstance(settings, ServiceStackSettings)
    return checked_service(settings, SERVICES)


def compared(graph: ResourceGraph) -> Comparison:
    region = recorded("dev")
    return compare(read_model(graph, region), graph, service(graph.stack), region)


def changed(change: Change, name: str = POLICY) -> Comparison:
    """The user service's stack with another policy of one role."""
    graph = recorded("user-dev")
    return compared(
        ResourceGraph(
            [_with(node, change) if node.name == name else node for node in graph],
            project=graph.project,
            stack=graph.stack,
        )
    )


def _with(node: Node, change: Change) -> Node:
    policy = node.inputs["policy"]
    assert isinstance(policy, Unknown)
    marks = {f"<{index}>": part for index, part in enumerate(policy.parts) if isinstance(part, Reference)}
    names = {part: mark for mark, part in marks.items()}
    document = json.loads("".join(part if isinstance(part, str) else names[part] for part in policy.parts))
    change(document["Statement"])
    parts: list[str | Reference] = [json.dumps(document)]
    for mark, reference in marks.items():
        parts = [piece for part in parts for piece in _split(part, mark, reference)]
    return replace(node, inputs=FrozenMap({**node.inputs, "policy": Unknown(tuple(parts))}))


def _split(part: str | Reference, mark: str, reference: Reference) -> list[str | Reference]:
    if isinstance(part, Reference):
        return [part]
    pieces: list[str | Reference] = []
    for index, text in enumerate(part.split(mark)):
        pieces += [*([reference] if index else []), text]
    return pieces


def by_sid(statements: list[dict[str, Any]], sid: str) -> dict[str, Any]:
    return next(each for each in statements if each["Sid"] == sid)


def seen(found: Comparison) -> set[tuple[str, str]]:
    """Statement and resource of what nothing explains, but for what makes the databases."""
    return {(each.sid, each.resource) for each in found.unexplained if "databases-setup" not in each.role}


def test_nothing_is_seen_when_nothing_is_changed() -> None:
    found = changed(lambda _: None)
    assert seen(found) == set()
    assert found.missing == ()


def test_foreign_store_is_seen_when_a_role_may_read_it() -> None:
    table = "arn:aws:dynamodb:us-east-1:222222222222:table/dev-analytics-metrics"
    given = {"Sid": "Peek", "Effect": "Allow", "Action": ["dynamodb:GetItem"], "Resource": [table]}
    found = changed(lambda statements: statements.append(given))
    assert seen(found) == {("Peek", table)}
    assert str(next(each for each in found.unexplained if each.sid == "Peek")) == (
        f"dev-user-RegisterUser-function-us-east-1 may dynamodb:getitem on {table} "
        f"(inline policy {POLICY} Peek), and nothing asks for it"
    )


@pytest.mark.parametrize(
    ("sid", "element", "value"),
    [
        ("PublishMessages", "Action", ["sns:*"]),
        ("PublishMessages", "Action", ["sns:Publish", "sns:DeleteTopic"]),
        ("PublishMessages", "Resource", "*"),
        ("PublishMessages", "Resource", "arn:aws:sns:us-east-1:222222222222:dev-user-*"),
        ("PublishMessages", "Resource", "arn:aws:sns:us-east-1:222222222222:dev-order-OrderNotifications.fifo"),
        ("LogInToDatabase", "Resource", "arn:aws:rds-db:us-east-1:222222222222:dbuser:*/users"),
        ("LogInToDatabase", "Resource", "arn:aws:rds-db:us-east-1:222222222222:dbuser:db-1/orders"),
        ("PutEvents", "Condition", {}),
        ("PutEvents", "Condition", {"StringEquals": {"events:source": ["user-service", "order-service"]}}),
        ("UseSecretsKey", "Condition", {}),
        ("WriteLogs", "Resource", "arn:aws:logs:us-east-1:222222222222:log-group:*"),
        ("DecryptVariables", "Condition", {}),
        ("AttachToVpc", "Resource", "arn:aws:ec2:us-east-1:222222222222:subnet/*"),
    ],
)
def test_statement_is_seen_when_it_grants_more_than_is_asked_for(sid: str, element: str, value: Any) -> None:
    found = changed(lambda statements: by_sid(statements, sid).update({element: value}))
    assert {each for each, _ in seen(found)} == {sid}


def test_not_action_is_seen_whatever_it_leaves_out() -> None:
    given = {"Sid": "AllBut", "Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
    assert {sid for sid, _ in seen(changed(lambda statements: statements.append(given)))} == {"AllBut"}


@pytest.mark.parametrize("sid", ["PublishMessages", "LogInToDatabase", "PutEvents", "ReadAddresses", "UseSecretsKey"])
def test_edge_without_a_grant_is_seen_when_its_statement_is_gone(sid: str) -> None:
    found = changed(lambda statements: statements.remove(by_sid(statements, sid)))
    assert found.missing
    assert {each.role for each in found.missing} == {"dev-user-RegisterUser-function-us-east-1"}
    assert all(f"({sid}) needs it" in str(each) for each in found.missing)


def test_edge_without_a_grant_is_seen_when_a_condition_is_stricter() -> None:
    narrower = {"StringEquals": {"events:source": "user-service", "events:detail-type": ["Never"]}}
    found = changed(lambda statements: by_sid(statements, "PutEvents").update({"Condition": narrower}))
    assert {each.action for each in found.missing} == {"events:PutEvents"}


def test_trigger_is_asked_for_only_where_there_is_one() -> None:
    """What a queue's trigger needs is explained by the trigger, not by the name of the statement."""
    graph = recorded("order-dev")
    kind = "aws:lambda/eventSourceMapping:EventSourceMapping"
    without = [node for node in graph if node.type != kind]
    found = compared(ResourceGraph(without, project=graph.project, stack=graph.stack))
    assert {each.sid for each in found.unexplained} >= {"TakeBatches"}
