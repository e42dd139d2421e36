"""Grants: exactly what edges, events, queues and stores need; take one away and its grant is gone (CON-4, CON-7)."""

from __future__ import annotations

import re

import pytest

from contracts.services.grants import callable_by, grants
from contracts.services.naming import Runner, RunnerKind
from tests.contracts.services.compiled import ACCOUNT, DRAWN, OTHER, REGION, calls, estate, ids, rights, service

ARN = re.compile(r"arn:aws:[a-z0-9-]+:([a-z0-9-]*):([0-9]{12})?:\S+")
BY_DESIGN = {("kms:Decrypt", "key/*"), ("kms:GenerateDataKey", "key/*")}
"""Keys are named by their alias in a condition: their ids are drawn."""


@pytest.mark.parametrize(("consumer", "provider", "operation"), list(calls()))
def test_grant_is_gone_and_no_other_when_an_edge_is_removed(consumer: str, provider: str, operation: str) -> None:
    whole = service(consumer)
    consumes = dict(whole.loaded.contract.consumes)
    without = {name: call for name, call in consumes[provider].calls.items() if name != operation}
    consumes[provider] = consumes[provider].model_copy(update={"calls": without})
    before, after = rights(whole), rights(service(consumer, consumes=consumes))
    assert after < before
    lost = before - after
    makers = {use.runner for use in whole.uses if use.endpoint.operation == operation}
    name = provider.split("/")[1]
    assert {runner for runner, _, _ in lost} == makers
    assert {action for _, action, _ in lost} == {"lambda:InvokeFunction"}
    assert all(f":function:dev-{name}-" in resource for _, _, resource in lost)


@pytest.mark.parametrize("contract_id", ids())
def test_grant_is_gone_and_no_other_when_an_event_is_no_longer_published(contract_id: str) -> None:
    whole = service(contract_id)
    provides = whole.loaded.contract.provides
    for label, event in provides.events.items():
        others = {name: each for name, each in provides.events.items() if name != label}
        lost = rights(whole) - rights(service(contract_id, provides=provides.model_copy(update={"events": others})))
        wanted = "events:PutEvents" if event.bus else "sns:Publish"
        assert {action for _, action, _ in lost} <= {wanted, "kms:Decrypt", "kms:GenerateDataKey"}
        publishers = set(whole.by(event.by))
        assert {runner for runner, _, _ in lost} <= publishers


@pytest.mark.parametrize("contract_id", ids())
@pytest.mark.parametrize("kind", ["postgresql", "dynamodb", "redis", "s3", "opensearch"])
def test_grant_is_gone_when_a_store_is_removed(contract_id: str, kind: str) -> None:
    whole = service(contract_id)
    stores = whole.loaded.contract.stores
    for key in getattr(stores, kind):
        rest = {name: store for name, store in getattr(stores, kind).items() if name != key}
        lost = rights(whole) - rights(service(contract_id, stores=stores.model_copy(update={kind: rest})))
        if kind == "redis" and rest:
            continue  # the token is shared: a grant is gone with the last prefix of whoever uses it
        users = set(whole.by(getattr(stores, kind)[key].by))
        assert {runner for runner, _, _ in lost} == users


@pytest.mark.parametrize("contract_id", ids())
def test_every_grant_is_exact(contract_id: str) -> None:
    for _, action, resource in rights(service(contract_id)):
        assert "*" not in action
        if resource == "*":
            assert action in {"states:SendTaskFailure", "states:SendTaskSuccess"}
            continue
        assert ARN.fullmatch(resource), resource
        if "*" in resource:
            end = resource.rpartition(":")[2]
            assert (action, end) in BY_DESIGN or action.startswith(("s3:", "es:")), (action, resource)


@pytest.mark.parametrize(
    ("store", "verbs"),
    [
        (
            "dynamodb",
            "BatchGetItem BatchWriteItem ConditionCheckItem DeleteItem DescribeTable GetItem PutItem Query UpdateItem",
        ),
        ("es", "ESHttpDelete ESHttpGet ESHttpHead ESHttpPost ESHttpPut"),
        ("s3", "AbortMultipartUpload DeleteObject GetObject ListBucket PutObject"),
    ],
)
def test_actions_are_these_and_no_table_is_scanned_when_a_store_is_read_and_written(store: str, verbs: str) -> None:
    found = {action for _, action, _ in rights(service("analytics/analytics")) if action.startswith(f"{store}:")}
    assert found == {f"{store}:{verb}" for verb in verbs.split()}


@pytest.mark.parametrize("contract_id", ids())
def test_no_statement_id_is_there_twice(contract_id: str) -> None:
    of = service(contract_id)
    for runner in of.workers:
        sids = [grant.sid for grant in grants(of, runner, DRAWN)]
        assert len(sids) == len(set(sids)), sids
        assert all(re.fullmatch("[A-Za-z0-9]+", sid) for sid in sids)


def test_code_publishes_only_its_own_types_when_it_puts_events() -> None:
    of = service("order/order")
    runner = Runner(RunnerKind.FUNCTION, "FulfillOrder")
    [put] = [grant for grant in grants(of, runner, DRAWN) if grant.sid == "PutEvents"]
    assert put.statement() == {
        "Sid": "PutEvents",
        "Effect": "Allow",
        "Action": ["events:PutEvents"],
        "Resource": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/dev-events-application-events",
        "Condition": {"StringEquals": {"events:source": "order-service", "events:detail-type": ["Order Fulfilled"]}},
    }


def test_workflow_is_reported_to_by_the_function_that_asks_and_by_no_other() -> None:
    report = {"states:SendTaskSuccess", "states:SendTaskFailure"}
    reporters = {runner.key for runner, action, _ in rights(service("order/order")) if action in report}
    assert reporters == {"AskForApproval"}


def test_consumer_of_another_account_may_assume_one_role_and_call_nothing_itself() -> None:
    of = service("order/order", accounts={"order/payment": OTHER})
    to_payment = {(action, arn) for _, action, arn in rights(of) if OTHER in arn and "workflow" not in arn}
    assert ("sts:AssumeRole", f"arn:aws:iam::{OTHER}:role/dev-payment-for-order-us-east-1") in to_payment
    code = {
        (action, arn) for runner, action, arn in rights(of) if OTHER in arn and runner.kind is not RunnerKind.WORKFLOW
    }
    assert {action for action, _ in code} == {"sts:AssumeRole"}


def test_role_for_a_consumer_may_make_exactly_its_calls() -> None:
    payment = service("order/payment", account=OTHER, accounts={"order/order": ACCOUNT})
    [(consumer, uses)] = payment.foreign_callers.items()
    assert consumer == "order"
    [grant] = callable_by(uses)
    assert grant.actions == ("lambda:InvokeFunction",)
    assert sorted(grant.resources) == [
        f"arn:aws:lambda:{REGION}:{OTHER}:function:dev-payment-CapturePayment",
        f"arn:aws:lambda:{REGION}:{OTHER}:function:dev-payment-RefundPayment",
    ]


def test_shared_store_is_read_by_a_role_of_the_readers_own() -> None:
    of = service("order/inventory", folder="fixture")
    users = {arn for _, action, arn in rights(of) if action == "rds-db:connect"}
    assert users == {DRAWN.database_user_arn("stock"), DRAWN.database_user_arn("inventory_orders")}


def test_nobody_of_the_sample_reads_another_domains_store() -> None:
    """CON-7: every table, database, index and prefix that is granted is of the contract's own domain."""
    databases, prefixes = dict[str, str](), dict[str, str]()
    for loaded in estate().contracts:
        stores = loaded.contract.stores
        databases |= {store.database: loaded.contract.domain for store in stores.postgresql.values()}
        prefixes |= {store.prefix: loaded.contract.domain for store in stores.s3.values()}
    seen: set[str] = set()
    for contract_id in ids():
        domain, name = contract_id.split("/")
        for _, action, arn in rights(service(contract_id)):
            kind, verb = action.split(":")
            if action == "rds-db:connect":
                assert databases[arn.rpartition("/")[2]] == domain
            elif kind == "dynamodb":
                assert f"table/dev-{name}-" in arn
            elif kind == "es":
                assert f":domain/dev-{name}/" in arn
            elif kind == "s3" and verb != "ListBucket":
                assert prefixes[arn.partition("/")[2].removesuffix("*")] == domain
            else:
                continue
            seen.add(kind)
    assert seen == {"rds-db", "dynamodb", "es", "s3"}
