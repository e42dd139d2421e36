"""An order through the workflow of its contract, with every service's handlers, PostgreSQL, queues and topics."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from tests.services import world
from tests.services.flow import Walk, order_workflow
from tests.services.world import Aws, Bench, Sql, invoke

pytestmark = pytest.mark.embedded
app = world.entry("order/order", "app")
approve = world.entry("order/order", "approve")
fulfill = world.entry("order/order", "fulfill")
reject = world.entry("order/order", "reject")
validate = world.entry("order/order", "validate")
payment = world.entry("order/payment", "payment")
stock = world.entry("order/inventory", "stock")
users = world.entry("user/user", "app")
updates = world.entry("user/user", "updates")
notices = world.entry("user/user", "notices")

from orders.errors import OrderNotApprovedException  # noqa: E402

ONE = str(uuid.UUID(int=1))
BUS = (
    "OrderPlaced",
    "OrderFulfilled",
    "OrderRejected",
    "PaymentCaptured",
    "PaymentDeclined",
    "PaymentRefunded",
    "UserRegistered",
)


class Estate:
    """Every service, wired as the contracts say."""

    def __init__(self, sql: Sql, aws: Aws, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sql, self.aws = sql, aws
        self.bus = aws.bus(*BUS)
        self.orders = aws.queue("OrderProcessing")
        self.notices = aws.topic("OrderNotified", fifo=True)
        self.notifications = aws.queue("UserNotifications", fifo=True)
        self.mail = aws.topic("MailRequested")
        aws.topic("UserEvent")
        aws.client("s3").create_bucket(Bucket="assets")
        for name, value in (
            ("INVOICES_BUCKET", "assets"),
            ("INVOICES_PREFIX", "invoices/"),
            ("PAYMENT_PROVIDER", "local"),
        ):
            monkeypatch.setenv(name, value)
        bench.serve("getUser", users.handler)
        bench.serve("confirm", stock.confirm)
        bench.serve("release", stock.release)
        bench.serve("refundPayment", payment.refund)
        from orders import store

        store.database.transaction(lambda t: None)
        sql.run("orders", "INSERT INTO products VALUES ('pen', 250, 'EUR'), ('desk', 60000, 'EUR')")
        invoke(users.register, {"id": "anna", "email": "anna@example.com", "name": "Anna"})
        invoke(stock.replace, {"sku": "pen", "on_hand": 10})
        invoke(stock.replace, {"sku": "desk", "on_hand": 10})

    def place(self, sku: str = "pen", count: int = 2, method: str = "tok_visa") -> dict[str, Any]:
        """Place an order over HTTP; what the queue hands to the workflow."""
        request = {"order_id": ONE, "items": [{"sku": sku, "count": count}], "payment_method": method}
        event = world.over_http("POST /api/v1/process", request, claims={"sub": "anna"})
        assert invoke(app.lambda_handler, event)["statusCode"] == 202
        return next(each["body"] for each in self.orders())

    def walk(self, **options: Any) -> Walk:
        return order_workflow(
            {
                "ValidateOrder": validate.handler,
                "reserve": stock.reserve,
                "release": stock.release,
                "capturePayment": payment.capture,
                "AskForApproval": approve.handler,
                "FulfillOrder": fulfill.handler,
                "RejectOrder": reject.handler,
            },
            **options,
        )

    def deliver(self) -> list[str]:
        """What the rules do with everything on the bus; the types of its events."""
        seen: list[str] = []
        for each in self.bus():
            event = each["body"]
            seen.append(event["detail-type"])
            if event["detail-type"] == "Payment Declined":
                invoke(reject.handler, event)
            if event["detail-type"].startswith("Order "):
                invoke(updates.handler, event)
        return seen

    def notify(self) -> list[dict[str, Any]]:
        """Hand the messages of UserNotifications on; the messages."""
        messages = self.notifications()
        for each in messages:
            invoke(notices.handler, world.from_queue(each["body"], fifo=each["group"]))
        return messages

    @property
    def order(self) -> tuple[str, str | None]:
        status, reason = self.sql.run("orders", "SELECT status, reason FROM orders")[0]
        return status, reason

    @property
    def reserved(self) -> int:
        return self.sql.run("stock", "SELECT sum(reserved) FROM stock")[0][0]


@pytest.fixture
def estate(sql: Sql, aws: Aws, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Estate:
    return Estate(sql, aws, bench, monkeypatch)


def test_order_is_fulfilled_when_everything_goes_well(estate: Estate) -> None:
    walk = estate.walk()
    assert walk.run(estate.place())["status"] == "fulfilled"
    assert walk.visited == ["ValidateOrder", "CheckInventory", "Large", "ProcessPayment", "FulfillOrder"]
    assert walk.error is None
    assert estate.order == ("fulfilled", None)
    assert estate.sql.run("stock", "SELECT on_hand, reserved FROM stock WHERE sku = 'pen'") == [[8, 0]]
    assert estate.sql.run("payments", "SELECT status, value FROM payments") == [["captured", 500]]
    invoice = estate.aws.client("s3").get_object(Bucket="assets", Key=f"invoices/{ONE}.json")["Body"].read()
    assert json.loads(invoice)["total"] == {"value": 500, "currency": "EUR"}
    assert estate.deliver() == ["User Registered", "Order Placed", "Payment Captured", "Order Fulfilled"]
    assert [(each["group"], each["body"]["kind"]) for each in estate.notify()] == [
        ("anna", "order-placed"),
        ("anna", "order-fulfilled"),
    ]
    assert [each["body"]["to"] for each in estate.mail()] == ["anna@example.com"] * 2


def test_nothing_happens_twice_when_the_whole_order_runs_again(estate: Estate) -> None:
    order = estate.place()
    estate.walk().run(order)
    events = [each["body"] for each in estate.bus()]
    again = estate.walk()
    again.run(order)
    assert again.error == "OrderRejected"
    assert estate.order == ("fulfilled", None)
    assert estate.bus() == []
    assert estate.sql.run("stock", "SELECT on_hand, reserved FROM stock WHERE sku = 'pen'") == [[8, 0]]
    # A replay of the archive: the same events an hour later, when FIFO queues have forgotten them.
    for number in range(2):
        for event in events:
            if event["detail-type"].startswith("Order "):
                invoke(updates.handler, {**event, "id": f"replayed-{number}"})
    assert len(estate.notify()) == 2
    for each in events:
        if each["detail-type"] == "Order Fulfilled":
            message = {"user_id": "anna", "kind": "order-fulfilled", "event_id": each["detail"]["event_id"]}
            invoke(notices.handler, world.from_queue(message, fifo="anna"))
    assert len(estate.mail()) == 2


def test_stock_is_given_back_when_the_payment_fails(estate: Estate) -> None:
    walk = estate.walk()
    walk.run(estate.place(method="tok_declined"))
    assert walk.visited[-3:] == ["ProcessPayment", "ReleaseInventory", "PaymentFailed"]
    assert walk.error == "PaymentFailed"
    assert estate.reserved == 0
    assert "Payment Declined" in estate.deliver()
    assert estate.order == ("rejected", "payment-failed")
    assert estate.deliver() == ["Order Rejected"]
    assert [each["body"]["kind"] for each in estate.notify()] == ["order-placed", "order-rejected"]


def test_validation_is_tried_three_times_again_when_it_fails_for_now(estate: Estate, bench: Bench) -> None:
    failures = [RuntimeError("down")] * 3

    def sometimes(event: Any, context: Any) -> Any:
        if failures:
            raise failures.pop()
        return users.handler(event, context)

    bench.serve("getUser", sometimes)
    walk = estate.walk()
    walk.run(estate.place())
    assert walk.pauses == [2, 4, 8]
    assert walk.error is None


def test_order_is_rejected_when_validation_never_succeeds(estate: Estate) -> None:
    order = estate.place()
    estate.sql.run("users", "DELETE FROM users")
    walk = estate.walk()
    walk.run(order)
    assert walk.visited == ["ValidateOrder", "RejectOrder", "OrderRejected"]
    assert estate.order == ("rejected", "invalid")


def test_order_is_rejected_when_it_is_out_of_stock(estate: Estate) -> None:
    walk = estate.walk()
    walk.run(estate.place(count=11))
    assert walk.visited[-3:] == ["CheckInventory", "RejectOrder", "OrderRejected"]
    assert estate.order == ("rejected", "out-of-stock")
    assert estate.reserved == 0


@pytest.mark.parametrize("approved", [True, False])
def test_large_order_goes_as_the_approver_decides_when_one_does(estate: Estate, approved: bool) -> None:
    def decide(payload: dict[str, Any]) -> Any:
        assert payload["task_token"] == "token-1"
        assert estate.order == ("waiting-for-approval", None)
        if not approved:
            raise OrderNotApprovedException("no")
        return {"approved_by": "boss"}

    walk = estate.walk(decide=decide)
    walk.run(estate.place("desk", 2))
    if approved:
        assert walk.visited[-4:] == ["Large", "Approve", "ProcessPayment", "FulfillOrder"]
        assert estate.order == ("fulfilled", None)
    else:
        assert walk.visited[-4:] == ["Approve", "ReleaseRefused", "RejectOrder", "OrderRejected"]
        assert estate.order == ("rejected", "not-approved")
        assert estate.reserved == 0


def test_nothing_is_charged_or_held_when_the_order_is_cancelled_before_its_workflow_gets_there(estate: Estate) -> None:
    order = estate.place()
    mutation = {"info": {"parentTypeName": "Mutation", "fieldName": "cancelOrder"}, "arguments": {"id": ONE}}
    event = mutation | {"identity": {"claims": {"sub": "anna"}}}
    assert invoke(app.lambda_handler, event)["status"] == "rejected"
    for name, handler, refused in (
        ("reserve", stock.reserve, "ReservationClosedException"),
        ("capture", payment.capture, "PaymentFailedException"),
        ("fulfill", fulfill.handler, "OrderClosedException"),
    ):
        with pytest.raises(Exception, match=r"released|cancelled") as caught:
            invoke(handler, order)
        assert type(caught.value).__name__ == refused, name
    assert estate.reserved == 0
    assert estate.order == ("rejected", "cancelled")
