"""The order-processing example, deployed by the engine and executed: two accounts, real rows, messages and histories.

Every test looks at what was really done. Faults are made in the gateway, where a failing network would be; nothing in
the deployed services knows that it is watched.
"""

from __future__ import annotations

import json
import os
import subprocess
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from console.registry.access import registry
from console.registry.connection import Access
from console.registry.releasing import release
from contracts.services import read
from embedded.cloud import Cloud
from tests.embedded.execution import until
from tests.example.shop import CONSUMER, PROJECT, PROVIDER, REGION, Shop
from tests.example.watching import asked, notices, on_hand, payment, queued, replay, settled, status

pytestmark = pytest.mark.engine

HAPPY = ["ValidateOrder", "CheckInventory", "Large", "ProcessPayment", "FulfillOrder"]


@pytest.fixture
def cloud(shop: Shop) -> Iterator[Cloud]:
    yield shop.session.cloud
    shop.session.cloud.heal()


@pytest.fixture
def sku(shop: Shop) -> str:
    """An article of the test's own: ten of them, at 25 euros."""
    article = f"book-{uuid.uuid4().hex[:8]}"
    shop.stock(article, on_hand=10, price=2500)
    return article


def test_contract_that_one_account_publishes_is_found_from_the_other(
    shop: Shop, cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATOLL_CACHE", str(tmp_path))
    settings = shop.registry()
    provider, consumer = (
        Access(settings, cloud.environment(account, REGION), generation=cloud.generation)
        for account in (PROVIDER, CONSUMER)
    )
    contracts = [versions[max(versions)] for versions in read(PROJECT / "services").by_id.values()]
    release(provider, contracts, lambda _: None)
    began = datetime.now(UTC).timestamp()
    found = registry(consumer, fresh=True).resolve("order/payment", ">=2.0.0 <3.0.0", environment="dev", region=REGION)
    assert str(found.entry.version) == "2.1.0"
    assert found.deployment is not None
    assert found.deployment.account_id == PROVIDER
    assert found.deployment.functions["CapturePayment"].startswith(f"arn:aws:lambda:{REGION}:{PROVIDER}:function:")
    calls = [(call.account, call.service, call.action) for call in cloud.journal() if call.time >= began]
    assert calls[0] == (CONSUMER, "sts", "AssumeRole")
    assert {call[:2] for call in calls[1:]} == {(PROVIDER, "ssm")}


def test_order_is_taken_over_http_and_goes_through_when_all_is_well(shop: Shop, sku: str) -> None:
    order = shop.order(shop.ann, sku, count=2)
    execution = shop.ended(order)
    assert execution["status"] == "SUCCEEDED", shop.history(order)[-3:]
    assert shop.states(order) == HAPPY
    assert status(shop, order) == ["fulfilled", None]
    assert payment(shop, order) == [["captured", 5000]]
    assert on_hand(shop, sku) == [8, 0]
    assert shop.rows("stock", "SELECT status FROM reservations WHERE order_id = :id", id=order) == [["confirmed"]]
    bucket = f"app-assets-dev-{CONSUMER}"
    invoice = shop.client("s3").get_object(Bucket=bucket, Key=f"invoices/{order}.json")["Body"].read()
    assert json.loads(invoice)["total"] == {"value": 5000, "currency": "EUR"}


def test_order_is_refused_when_nobody_is_signed_in_or_the_token_is_forged(shop: Shop, sku: str) -> None:
    before = shop.rows("orders", "SELECT count(*) FROM orders")
    wish = {"items": [{"sku": sku, "count": 1}]}
    assert shop.http("POST", "/api/v1/process", wish)[0] == 401
    assert shop.http("POST", "/api/v1/process", wish, shop.ann.token[:-8] + "AAAAAAAA")[0] == 401
    assert shop.rows("orders", "SELECT count(*) FROM orders") == before


def test_other_account_is_entered_with_its_role_alone(shop: Shop, cloud: Cloud, sku: str) -> None:
    began = datetime.now(UTC).timestamp()
    order = shop.order(shop.ann, sku)
    assert shop.ended(order)["status"] == "SUCCEEDED"
    calls = [call for call in cloud.journal() if call.time >= began]
    assumed = [call.time for call in calls if (call.account, call.action) == (CONSUMER, "AssumeRole")]
    invoked = [call.time for call in calls if (call.account, call.action) == (PROVIDER, "Invoke")]
    assert len(invoked) >= 3, "reserve, capture and confirm are in the provider's account"
    assert assumed, "functions keep what they have assumed for a while; the workflow's tasks assume each time"
    assert min(assumed) < max(invoked)
    task = json.loads(
        shop.client("stepfunctions").describe_state_machine_for_execution(
            executionArn=shop.execution(order)["executionArn"]
        )["definition"]
    )["States"]["ProcessPayment"]
    role = f"arn:aws:iam::{PROVIDER}:role/dev-payment-for-order-us-east-1"
    assert task["Credentials"] == {"RoleArn": role}
    assert task["Resource"] == f"arn:aws:lambda:{REGION}:{PROVIDER}:function:dev-payment-CapturePayment"
    name = role.rpartition("/")[2]
    trust = shop.client("iam", PROVIDER).get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    assert CONSUMER in json.dumps(trust)


def test_validation_is_tried_again_after_2_4_and_8_seconds_and_then_given_up(
    shop: Shop, cloud: Cloud, sku: str
) -> None:
    cloud.fail(service="lambda", action="Invoke", account=PROVIDER, error="ServiceException", status=500)
    order = shop.order(shop.ann, sku)
    execution = shop.ended(order)
    cloud.heal()
    assert (execution["status"], execution["error"]) == ("FAILED", "OrderRejected")
    events = [event for event in shop.history(order) if event["type"].startswith(("TaskSch", "LambdaFunctionSch"))]
    validations = [e["timestamp"] for e in events if "dev-order-ValidateOrder" in json.dumps(e, default=str)]
    waits = [(later - earlier).total_seconds() for earlier, later in pairwise(validations)]
    assert len(waits) == 3, "three more attempts"
    assert [wait >= least for wait, least in zip(waits, (2, 4, 8), strict=True)] == [True] * 3
    assert shop.states(order) == ["ValidateOrder", "RejectOrder", "OrderRejected"]
    assert status(shop, order) == ["rejected", "invalid"]
    assert (payment(shop, order), on_hand(shop, sku)) == ([], [10, 0])


def test_order_goes_through_when_validation_fails_once(shop: Shop, cloud: Cloud, sku: str) -> None:
    cloud.fail(service="lambda", action="Invoke", account=PROVIDER, error="ServiceException", status=500)
    order = shop.order(shop.ann, sku)
    until(lambda: [event for event in shop.history(order) if event["type"].endswith("Failed")])
    cloud.heal()
    assert shop.ended(order)["status"] == "SUCCEEDED"
    assert shop.states(order) == HAPPY
    assert status(shop, order) == ["fulfilled", None]


def test_inventory_is_released_when_the_payment_fails(shop: Shop, sku: str) -> None:
    order = shop.order(shop.ann, sku, count=3, method="tok_declined")
    execution = shop.ended(order)
    assert (execution["status"], execution["error"]) == ("FAILED", "PaymentFailed")
    assert shop.states(order) == [*HAPPY[:4], "ReleaseInventory", "PaymentFailed"]
    failed = [event["taskFailedEventDetails"] for event in shop.history(order) if event["type"] == "TaskFailed"]
    assert [failure["error"] for failure in failed] == ["PaymentFailedException"], "by the name of its class"
    assert payment(shop, order) == [["declined", 7500]]
    assert shop.rows("stock", "SELECT status FROM reservations WHERE order_id = :id", id=order) == [["released"]]
    assert on_hand(shop, sku) == [10, 0]
    # The event PaymentDeclined crosses from the provider's bus into the consumer's account, and ends the order.
    until(lambda: status(shop, order) == ["rejected", "payment-failed"])


def test_customer_is_notified_in_order_and_once_of_what_happened_on_the_bus(shop: Shop, sku: str) -> None:
    bob = shop.sign_up("bob")
    queue = shop.queue("dev-user-UserNotifications.fifo", PROVIDER)
    with shop.paused("dev-user-notify-user", PROVIDER):
        order = shop.order(bob, sku)
        assert shop.ended(order)["status"] == "SUCCEEDED"
        until(lambda: shop.waiting(queue, PROVIDER) >= 2)
        found = notices(shop, queue, bob)
        assert [notice["kind"] for notice in found] == ["order-placed", "order-fulfilled"]
        assert {notice["order_id"] for notice in found} == {order}
        replay(shop)
        assert notices(shop, queue, bob) == found, "the same events again are the same messages"
    until(
        lambda: shop.rows("users", "SELECT 1 FROM notices WHERE user_id = :id AND sent_at IS NOT NULL", id=bob.id)[1:]
    )
    sent = shop.rows("users", "SELECT count(*) FROM notices WHERE user_id = :id", id=bob.id)
    assert sent == [[2]]


def test_replay_of_the_archive_changes_nothing(shop: Shop, sku: str) -> None:
    order = shop.order(shop.ann, sku, method="tok_declined")
    shop.ended(order)
    until(lambda: status(shop, order) == ["rejected", "payment-failed"])

    def everything() -> list[Any]:
        return [
            shop.rows("orders", "SELECT order_id, status, changed_at FROM orders ORDER BY order_id"),
            shop.rows("stock", "SELECT * FROM stock ORDER BY sku"),
            shop.rows("payments", "SELECT order_id, status FROM payments ORDER BY order_id"),
            shop.rows("users", "SELECT event_id FROM notices ORDER BY event_id"),
            len(shop.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]),
        ]

    machine = shop.outputs["order-dev"]["workflows"]["OrderProcessingWorkflow"]
    settled(everything)
    before = everything()
    sent = queued(shop)
    replay(shop)
    # A handler took the events again, and queued a notice again: how many there are depends on the orders before.
    until(lambda: queued(shop) > sent, 90)
    settled(everything)
    assert everything() == before


def test_message_is_set_aside_after_three_receives_and_works_when_redriven(shop: Shop, cloud: Cloud, sku: str) -> None:
    sqs = shop.client("sqs")
    url, dead = shop.queue("dev-order-OrderProcessing", CONSUMER), shop.queue("dev-order-OrderProcessing-dlq", CONSUMER)
    # Five minutes of invisibility after each failure are the contract's; the test has not that much time.
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
    try:
        cloud.fail(
            service="stepfunctions", action="StartExecution", account=CONSUMER, error="InternalError", status=500
        )
        order = shop.order(shop.ann, sku)
        until(lambda: shop.waiting(dead, CONSUMER) == 1, 90)
        [message] = sqs.receive_message(QueueUrl=dead, VisibilityTimeout=0, AttributeNames=["All"])["Messages"]
        assert json.loads(message["Body"])["order_id"] == order
        assert int(message["Attributes"]["ApproximateReceiveCount"]) - 1 == 3
        assert status(shop, order) == ["placed", None]
        cloud.heal()
        arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sqs.start_message_move_task(SourceArn=arn)
        assert shop.ended(order)["status"] == "SUCCEEDED"
        assert status(shop, order) == ["fulfilled", None]
        assert shop.waiting(dead, CONSUMER) == 0
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "300"})


@pytest.fixture
def dear(shop: Shop) -> str:
    """An article that nobody gets without an approval."""
    article = f"piano-{uuid.uuid4().hex[:8]}"
    shop.stock(article, on_hand=1, price=200_000)
    return article


def test_large_order_waits_for_a_person_and_goes_through_when_approved(shop: Shop, dear: str) -> None:
    order = shop.order(shop.ann, dear)
    until(lambda: asked(shop, order), 60)
    assert shop.execution(order)["status"] == "RUNNING"
    decision = f"/api/v1/orders/{order}/decision"
    assert shop.http("POST", decision, {"approved": True}, shop.ann.token)[0] == 403, "not by the customer"
    assert shop.http("POST", decision, {"approved": True}, shop.keeper.token)[0] == 200
    assert shop.ended(order)["status"] == "SUCCEEDED"
    assert shop.states(order) == [*HAPPY[:3], "Approve", *HAPPY[3:]]
    assert shop.http("POST", decision, {"approved": False}, shop.keeper.token)[0] == 409


def test_large_order_is_rejected_when_the_approver_says_no(shop: Shop, dear: str) -> None:
    order = shop.order(shop.ann, dear)
    until(lambda: asked(shop, order), 60)
    assert shop.http("POST", f"/api/v1/orders/{order}/decision", {"approved": False}, shop.keeper.token)[0] == 200
    assert shop.ended(order)["error"] == "OrderRejected"
    assert status(shop, order) == ["rejected", "not-approved"]
    assert (on_hand(shop, dear), payment(shop, order)) == ([1, 0], [])


def test_large_order_is_rejected_when_nobody_answers_in_time(shop: Shop, dear: str) -> None:
    states, machine = shop.client("stepfunctions"), shop.outputs["order-dev"]["workflows"]["OrderProcessingWorkflow"]
    deployed = states.describe_state_machine(stateMachineArn=machine)["definition"]
    hurried = json.loads(deployed)
    assert hurried["States"]["Approve"]["TimeoutSeconds"] == 86400
    hurried["States"]["Approve"]["TimeoutSeconds"] = 3  # the contract gives people a day
    states.update_state_machine(stateMachineArn=machine, definition=json.dumps(hurried))
    try:
        order = shop.order(shop.ann, dear)
        assert shop.ended(order)["error"] == "OrderRejected"
    finally:
        states.update_state_machine(stateMachineArn=machine, definition=deployed)
    assert shop.states(order) == [*HAPPY[:3], "Approve", "ReleaseRefused", "RejectOrder", "OrderRejected"]
    assert status(shop, order) == ["rejected", "not-approved"]
    assert (on_hand(shop, dear), payment(shop, order)) == ([1, 0], [])


def test_express_workflow_answers_with_price_and_stock_at_once(shop: Shop, sku: str) -> None:
    machine = shop.outputs["order-dev"]["workflows"]["QuoteWorkflow"]
    asked_for = {"items": [{"sku": sku, "count": 3}, {"sku": sku, "count": 9}]}
    answer = shop.client("stepfunctions").start_sync_execution(stateMachineArn=machine, input=json.dumps(asked_for))
    assert answer["status"] == "SUCCEEDED", answer
    price, stock = json.loads(answer["output"])
    assert price == {"total": {"value": 30_000, "currency": "EUR"}}
    assert stock == {"available": False, "missing": [sku]}


def test_container_behind_the_private_integration_shows_the_customer_their_own_order(shop: Shop, sku: str) -> None:
    order = shop.order(shop.ann, sku)
    shop.ended(order)
    code, seen = shop.http("GET", f"/api/v1/orders/{order}", token=shop.ann.token)
    assert (code, seen["status"], seen["items"]) == (200, "fulfilled", [{"sku": sku, "count": 1}])
    assert shop.http("GET", f"/api/v1/orders/{order}", token=shop.keeper.token)[0] == 404
    board = until(lambda: shop.http("GET", "/api/v1/notices", token=shop.ann.token)[1]["notices"])
    assert any(notice["order_id"] == order for notice in board), "kept in the real Redis"


@pytest.mark.parametrize("kind", ["integration", "end-to-end"])
def test_checks_of_the_delivery_pipeline_pass_when_the_stage_is_well(shop: Shop, sku: str, kind: str) -> None:
    customer = shop.sign_up("checker")
    pool = shop.outputs["user-dev"]["user_pools"]["platform-users"]
    name = f"atoll/dev/{uuid.uuid4().hex[:8]}"
    told = {
        "client_id": pool["clients"]["web-app-client"],
        "username": customer.email,
        "password": "Correct-horse-1",
    }
    shop.client("secretsmanager", PROVIDER).create_secret(Name=name, SecretString=json.dumps(told))
    api = shop.outputs["order-dev"]["http"]["orders"]["id"]
    environment = {
        **os.environ,
        **shop.session.variables,
        "AWS_ACCESS_KEY_ID": PROVIDER,
        "AWS_DEFAULT_REGION": REGION,
        "PATH": f"{PROJECT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "API_URL": shop.session.cloud.url,
        "API_HOST": f"{api}.execute-api.{REGION}.amazonaws.com",
        "E2E_SECRET": name,
        "E2E_SKU": sku,
        "TEST": kind,
    }
    told_to_run: dict[str, Any] = YAML(typ="safe", pure=True).load(PROJECT / "delivery" / "verify.yaml")  # pyright: ignore[reportUnknownMemberType]
    [command] = told_to_run["phases"]["build"]["commands"]
    done = subprocess.run(
        ["sh", "-c", command], cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
