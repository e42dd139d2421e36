"""Orders: placed once, cancelled, decided about and started, on a real PostgreSQL."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.services import world
from tests.services.world import Aws, Bench, Sql, invoke

pytestmark = pytest.mark.embedded
app = world.entry("order/order", "app")
approve = world.entry("order/order", "approve")
processing = world.entry("order/order", "processing")
reject = world.entry("order/order", "reject")
validate = world.entry("order/order", "validate")

ANNA = {"sub": "anna", "cognito:groups": "[customers]"}
BOSS = {"sub": "boss", "cognito:groups": "[customers order-approvers]"}
ONE = str(uuid.UUID(int=1))
Receive = Callable[[], list[dict[str, Any]]]


class Shop:
    """Where orders go."""

    def __init__(self, aws: Aws, bench: Bench) -> None:
        self.bus = aws.bus("OrderPlaced", "OrderFulfilled", "OrderRejected")
        self.queue = aws.queue("OrderProcessing")
        self.notices = aws.topic("OrderNotified", fifo=True)
        self.undone: list[str] = []
        for operation in ("release", "refundPayment"):
            bench.serve(operation, lambda event, _, what=operation: self.undone.append(what) or {})

    def told(self) -> list[tuple[str, dict[str, Any]]]:
        return [(each["body"]["detail-type"], each["body"]["detail"]) for each in self.bus()]


@pytest.fixture
def shop(sql: Sql, aws: Aws, bench: Bench) -> Shop:
    invoke_prices(sql)
    return Shop(aws, bench)


def invoke_prices(sql: Sql) -> None:
    from orders import store

    store.database.transaction(lambda t: None)  # makes the tables
    for sku, price, currency in (("pen", 250, "EUR"), ("desk", 60_000, "EUR"), ("pencil", 100, "USD")):
        sql.run(
            "orders", "INSERT INTO products VALUES (:sku, :price, :currency)", sku=sku, price=price, currency=currency
        )


def order(identity: str | None = ONE, **items: int) -> dict[str, Any]:
    lines = [{"sku": sku, "count": count} for sku, count in (items or {"pen": 2}).items()]
    return {"items": lines, "payment_method": "tok_visa"} | ({"order_id": identity} if identity else {})


def place(request: dict[str, Any], claims: dict[str, Any] = ANNA) -> tuple[int, dict[str, Any]]:
    answer = invoke(app.lambda_handler, world.over_http("POST /api/v1/process", request, claims=claims))
    return answer["statusCode"], json.loads(answer["body"])


def test_order_is_taken_and_told_when_it_is_placed(shop: Shop) -> None:
    status, body = place(order())
    assert status == 202
    total = {"value": 500, "currency": "EUR"}
    items = [{"sku": "pen", "count": 2}]
    assert body == {"order_id": ONE, "customer_id": "anna", "items": items, "total": total, "status": "placed"}
    ((kind, detail),) = shop.told()
    assert kind == "Order Placed"
    assert detail["event_id"] == world.event_id("OrderPlaced", ONE)
    ((message),) = shop.queue()
    assert message["body"] | {"event_id": ""} == {
        "order_id": ONE,
        "customer_id": "anna",
        "size": "small",
        "items": items,
        "total": total,
        "payment_method": "tok_visa",
        "event_id": "",
    }
    assert message["told"]["correlation_id"] == "trace-me"


def test_order_is_taken_once_when_it_is_placed_twice(shop: Shop) -> None:
    assert place(order()) == place(order())
    assert len(shop.bus()) == len(shop.queue()) == 1


def test_order_is_refused_when_its_id_is_anothers(shop: Shop) -> None:
    place(order())
    for request, claims in ((order(pen=3), ANNA), (order(), BOSS)):
        status, body = place(request, claims)
        assert (status, body["title"]) == (409, "OrderConflictException")
    assert len(shop.queue()) == 1


def test_order_is_the_persons_own_when_the_body_names_another(shop: Shop) -> None:
    assert place(order() | {"customer_id": "boss"})[1]["customer_id"] == "anna"
    assert invoke(app.lambda_handler, order(None) | {"customer_id": "boss"})["customer_id"] == "boss"


@pytest.mark.parametrize(
    ("items", "told"),
    [({"pen": 1, "unicorn": 1}, "there is no unicorn"), ({"pen": 1, "pencil": 1}, "not EUR and USD")],
)
def test_order_is_refused_when_its_articles_cannot_be_sold(shop: Shop, items: dict[str, int], told: str) -> None:
    status, body = place(order(ONE, **items))
    assert (status, body["title"]) == (422, "UnknownArticleException")
    assert told in body["detail"]
    assert shop.bus() == shop.queue() == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"items": []}, "items must contain at least 1 items"),
        ({"items": [{"sku": "pen", "count": 0}]}, "items.0.count must be bigger than or equal to 1"),
        ({"items": [{"sku": "pen", "count": 1}], "order_id": "1"}, "order_id must be uuid"),
        ("{", "the body is no JSON"),
        ("[]", "the body must be a JSON object"),
    ],
)
def test_order_is_refused_when_the_contract_does_not_allow_it(shop: Shop, body: Any, told: str) -> None:
    status, answer = place(body)
    assert (status, answer["title"]) == (400, "InvalidRequestException")
    assert told in answer["detail"]


def test_order_is_large_when_it_is_worth_a_thousand(shop: Shop) -> None:
    place(order(desk=2))
    assert shop.queue()[0]["body"]["size"] == "large"


def test_order_is_found_over_graphql_and_websocket_when_it_is_ones_own(shop: Shop) -> None:
    place(order())

    def graph(field: str, claims: dict[str, Any]) -> Any:
        kind = "Query" if field == "order" else "Mutation"
        info = {"parentTypeName": kind, "fieldName": field}
        return invoke(app.lambda_handler, {"info": info, "arguments": {"id": ONE}, "identity": {"claims": claims}})

    assert graph("order", ANNA)["total"] == {"value": 500, "currency": "EUR"}
    with pytest.raises(Exception, match="there is no order") as caught:
        graph("order", BOSS)
    assert type(caught.value).__name__ == "OrderNotFoundException"
    socket = {"requestContext": {"connectionId": "c", "routeKey": "$default"}}
    asked = socket | {"body": json.dumps({"action": "status", "order_id": ONE})}
    assert json.loads(invoke(app.lambda_handler, asked)["body"]) == {"order_id": ONE, "status": "placed"}
    assert invoke(app.lambda_handler, socket | {"body": '{"action": "dance"}'})["statusCode"] == 404
    connect = {"requestContext": {"connectionId": "c", "routeKey": "$connect"}}
    assert invoke(app.lambda_handler, connect)["statusCode"] == 200
    assert graph("cancelOrder", ANNA)["reason"] == "cancelled"


def test_cancelled_order_gives_everything_back_once_when_cancelled_twice(shop: Shop, sql: Sql) -> None:
    place(order())
    mutation = {"info": {"parentTypeName": "Mutation", "fieldName": "cancelOrder"}, "arguments": {"id": ONE}}
    for _ in range(2):
        answer = invoke(app.lambda_handler, mutation | {"identity": {"claims": ANNA}})
        assert (answer["status"], answer["reason"]) == ("rejected", "cancelled")
    assert shop.undone == ["release", "refundPayment"]
    assert [kind for kind, _ in shop.told()] == ["Order Placed", "Order Rejected"]
    assert shop.notices() == []  # not this function's to send
    assert invoke(processing.deliver, {}) == {"sent": 1}
    assert [each["body"]["status"] for each in shop.notices()] == ["rejected"]
    sql.run("orders", "UPDATE orders SET status = 'fulfilled'")
    with pytest.raises(Exception, match="have left"):
        invoke(app.lambda_handler, mutation | {"identity": {"claims": ANNA}})


def test_what_cannot_be_undone_at_once_waits_when_a_neighbour_is_down(shop: Shop, bench: Bench) -> None:
    place(order())

    def down(event: Any, context: Any) -> Any:
        raise RuntimeError("down")

    bench.serve("refundPayment", down)
    mutation = {"info": {"parentTypeName": "Mutation", "fieldName": "cancelOrder"}, "arguments": {"id": ONE}}
    assert invoke(app.lambda_handler, mutation | {"identity": {"claims": ANNA}})["status"] == "rejected"
    bench.serve("refundPayment", lambda event, _: {})
    assert invoke(processing.deliver, {}) == {"sent": 2}
    assert shop.undone == ["release", "release"]


def test_workflow_starts_once_when_the_message_comes_twice(
    shop: Shop, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(order())
    message = shop.queue()[0]["body"]
    role = "arn:aws:iam::123456789012:role/workflow"
    definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    machine = aws.client("stepfunctions").create_state_machine(name="orders", definition=definition, roleArn=role)
    monkeypatch.setenv("ORDER_PROCESSING_WORKFLOW_WORKFLOW_ARN", machine["stateMachineArn"])
    for _ in range(2):
        assert world.failed(invoke(processing.handler, world.from_queue(message))) == []
    found = aws.client("stepfunctions").list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
    assert [each["name"] for each in found] == [ONE]
    given = aws.client("stepfunctions").describe_execution(executionArn=found[0]["executionArn"])["input"]
    assert json.loads(given) == {name: value for name, value in message.items() if name != "event_id"}


def test_only_poison_goes_back_when_it_is_among_good_messages(
    shop: Shop, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []

    class Workflows:
        def start_execution(self, **wanted: str) -> None:
            if wanted["name"] in started:
                told: Any = {"Error": {"Code": "ExecutionAlreadyExists"}}
                raise ClientError(told, "StartExecution")
            started.append(wanted["name"])

    monkeypatch.setenv("ORDER_PROCESSING_WORKFLOW_WORKFLOW_ARN", "arn")
    monkeypatch.setattr(processing, "client", lambda _: Workflows())
    place(order())
    good = shop.queue()[0]["body"]
    answer = invoke(processing.handler, world.from_queue("{", good, {"order_id": ONE}, "[]", good))
    assert world.failed(answer) == ["m0", "m2", "m3"]
    assert started == [ONE]


def test_validation_gives_the_order_as_it_is_kept_when_the_customer_exists(shop: Shop, bench: Bench) -> None:
    bench.serve("getUser", lambda event, _: {"id": event["id"], "email": "anna@example.com"}, TIMEOUT_MS="1500")
    place(order())
    claimed = shop.queue()[0]["body"] | {"total": {"value": 1, "currency": "EUR"}}
    assert invoke(validate.handler, claimed)["total"] == {"value": 500, "currency": "EUR"}
    assert bench.asked == [("getUser", {"id": "anna"})]
    assert place(order())[1]["status"] == "validated"


def test_validation_fails_when_the_customer_does_not_exist_or_cannot_be_asked(shop: Shop, bench: Bench) -> None:
    place(order())
    message = shop.queue()[0]["body"]
    for name, expected in (("UserNotFoundException", "OrderInvalidException"), ("OSError", "OSError")):
        failure = type(name, (Exception,), {})

        def fail(event: Any, context: Any, failure: type[Exception] = failure) -> Any:
            raise failure("nobody")

        bench.serve("getUser", fail)
        with pytest.raises(Exception, match=r"does not exist|nobody") as caught:
            invoke(validate.handler, message)
        assert type(caught.value).__name__ == expected


def test_quote_has_the_price_when_called_by_a_workflow(shop: Shop) -> None:
    assert invoke(validate.quote, {"items": [{"sku": "pen", "count": 3}]}) == {
        "total": {"value": 750, "currency": "EUR"}
    }


class Answers:
    """Step Functions, as far as it is answered."""

    def __init__(self) -> None:
        self.given: list[dict[str, Any]] = []

    def send_task_success(self, **told: Any) -> None:
        self._once(told)

    def send_task_failure(self, **told: Any) -> None:
        self._once(told)

    def _once(self, told: dict[str, Any]) -> None:
        if self.given:
            raise ClientError({"Error": {"Code": "TaskTimedOut"}}, "SendTaskSuccess")
        self.given.append(told)


def decide(approved: bool, claims: dict[str, Any] = BOSS, identity: str = ONE) -> tuple[int, dict[str, Any]]:
    route = "POST /api/v1/orders/{id}/decision"
    event = world.over_http(route, {"approved": approved}, path={"id": identity}, claims=claims)
    answer = invoke(approve.handler, event)
    return answer["statusCode"], json.loads(answer["body"])


@pytest.mark.parametrize("approved", [True, False])
def test_decision_reaches_the_workflow_once_when_it_is_given_twice(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, approved: bool
) -> None:
    answers = Answers()
    monkeypatch.setattr(approve, "client", lambda _: answers)
    place(order(desk=2))
    assert decide(approved)[0] == 404
    invoke(approve.handler, {"task_token": "token-1", "input": shop.queue()[0]["body"]})
    assert [each["group"] for each in shop.notices()] == ["anna"]
    assert decide(approved, ANNA)[1]["title"] == "NotAllowedException"
    for _ in range(2):
        assert decide(approved)[0] == 200
    assert decide(not approved)[0] == 409
    ((given),) = answers.given
    assert given["taskToken"] == "token-1"
    if approved:
        assert json.loads(given["output"]) == {"approved_by": "boss"}
    else:
        assert given["error"] == "OrderNotApprovedException"


def test_decision_is_refused_when_the_workflow_waits_no_longer(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers()
    answers.given.append({})
    monkeypatch.setattr(approve, "client", lambda _: answers)
    place(order(desk=2))
    invoke(approve.handler, {"task_token": "token-1", "input": shop.queue()[0]["body"]})
    assert decide(True)[1]["title"] == "OrderClosedException"


def test_approver_function_serves_nothing_else_when_asked_over_http(shop: Shop) -> None:
    forged = world.over_http("POST /api/v1/other", {"task_token": "t", "input": {"order_id": ONE}}, claims=ANNA)
    assert invoke(approve.handler, forged)["statusCode"] == 404


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("OutOfStockException", "out-of-stock"),
        ("OrderNotApprovedException", "not-approved"),
        ("States.Timeout", "not-approved"),
        ("OrderInvalidException", "invalid"),
    ],
)
def test_rejection_is_told_once_when_the_workflow_asks_twice(shop: Shop, error: str, reason: str) -> None:
    place(order())
    given = shop.queue()[0]["body"] | {"error": {"Error": error, "Cause": "x"}}
    for _ in range(2):
        assert invoke(reject.handler, given)["reason"] == reason
    rejected = [detail for kind, detail in shop.told() if kind == "Order Rejected"]
    assert [each["reason"] for each in rejected] == [reason]
    assert [(each["group"], each["body"]["status"]) for each in shop.notices()] == [("anna", "rejected")]


def test_order_is_rejected_once_when_the_declined_payment_is_replayed(shop: Shop) -> None:
    place(order())
    event = world.from_bus("Payment Declined", {"payment_id": "p", "order_id": ONE, "reason": "declined"})
    for _ in range(2):
        assert invoke(reject.handler, event)["reason"] == "payment-failed"
    assert [kind for kind, _ in shop.told()] == ["Order Placed", "Order Rejected"]
