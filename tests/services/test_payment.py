"""Payments: the money is taken once, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.services import world
from tests.services.world import Aws, Sql, invoke

pytestmark = pytest.mark.embedded
payment = world.entry("order/payment", "payment")

from payments.provider import PROVIDERS, Charge, DeclinedError, LocalProvider, ProviderUnavailableError  # noqa: E402

EVENTS = ("PaymentCaptured", "PaymentDeclined", "PaymentRefunded")
Bus = Callable[[], list[dict[str, Any]]]


class Watched:
    """A provider that keeps what it was asked for, and charges an id once, as real ones do."""

    def __init__(self) -> None:
        self.charged: dict[str, Charge] = {}
        self.asked = 0
        self.reversed: list[str] = []
        self.lose_answers = 0

    def charge(self, charge: Charge) -> None:
        self.asked += 1
        LocalProvider().charge(charge)
        if charge.payment_id in self.reversed:
            raise DeclinedError("reversed")
        self.charged.setdefault(charge.payment_id, charge)
        if self.lose_answers:
            self.lose_answers -= 1
            raise ProviderUnavailableError("the line is dead")

    def reverse(self, payment_id: str) -> None:
        self.reversed.append(payment_id)
        self.charged.pop(payment_id, None)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Watched:
    watched = Watched()
    monkeypatch.setitem(PROVIDERS, "watched", lambda: watched)
    monkeypatch.setenv("PAYMENT_PROVIDER", "watched")
    return watched


@pytest.fixture
def bus(sql: Sql, aws: Aws) -> Bus:
    return aws.bus(*EVENTS)


def order(identity: str = "o1", value: int = 1200, method: str = "tok_visa") -> dict[str, Any]:
    return {"order_id": identity, "total": {"value": value, "currency": "EUR"}, "payment_method": method}


def age(sql: Sql) -> None:
    sql.run("payments", "UPDATE payments SET changed_at = now() - interval '1 hour'")


def told(bus: Bus) -> list[tuple[str, dict[str, Any]]]:
    return [(each["body"]["detail-type"], each["body"]["detail"]) for each in bus()]


def test_capture_takes_the_money_and_tells_when_the_provider_agrees(provider: Watched, bus: Bus) -> None:
    answer = invoke(payment.capture, order())
    assert answer == {
        "payment_id": world.event_id("payment", "o1"),
        "order_id": "o1",
        "status": "captured",
        "amount": {"value": 1200, "currency": "EUR"},
    }
    assert [(charge.value, charge.currency) for charge in provider.charged.values()] == [(1200, "EUR")]
    ((kind, detail),) = told(bus)
    assert kind == "Payment Captured"
    assert detail["amount"] == {"value": 1200, "currency": "EUR"}
    assert detail["event_id"] == world.event_id("PaymentCaptured", answer["payment_id"])


def test_capture_charges_once_when_called_twice(provider: Watched, bus: Bus) -> None:
    assert invoke(payment.capture, order()) == invoke(payment.capture, order())
    assert provider.asked == 1
    assert len(bus()) == 1


def test_capture_charges_once_when_two_call_at_the_same_moment(provider: Watched, bus: Bus) -> None:
    together = Barrier(2)

    def ask(_: int) -> dict[str, Any]:
        together.wait(10)
        try:
            return invoke(payment.capture, order())
        finally:
            payment.database.close()

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(ask, range(2))
    assert first == second
    assert len(provider.charged) == 1
    assert len(bus()) == 1


def test_capture_charges_once_when_the_providers_answer_was_lost(provider: Watched, bus: Bus) -> None:
    provider.lose_answers = 1
    with pytest.raises(ProviderUnavailableError):
        invoke(payment.capture, order())
    assert bus() == []
    assert invoke(payment.capture, order())["status"] == "captured"
    assert len(provider.charged) == 1
    assert len(bus()) == 1


def test_capture_fails_for_good_when_the_provider_declines(provider: Watched, bus: Bus) -> None:
    for _ in range(2):
        with pytest.raises(Exception, match="the card is declined") as caught:
            invoke(payment.capture, order(method="tok_declined"))
        assert type(caught.value).__name__ == "PaymentFailedException"
    assert provider.asked == 1
    assert [(kind, detail["reason"]) for kind, detail in told(bus)] == [("Payment Declined", "the card is declined")]


def test_capture_is_refused_when_the_order_was_charged_another_amount(provider: Watched, bus: Bus) -> None:
    invoke(payment.capture, order())
    answer = invoke(payment.capture, world.over_http("POST /payments", order(value=1)))
    assert answer["statusCode"] == 409
    assert '"PaymentConflictException"' in answer["body"]
    assert provider.asked == 1


def test_declined_capture_is_status_402_when_called_over_http(provider: Watched, bus: Bus) -> None:
    answer = invoke(payment.capture, world.over_http("POST /payments", order(method="tok_declined")))
    assert answer["statusCode"] == 402
    assert answer["headers"]["Content-Type"] == "application/problem+json"


def test_refund_gives_the_money_back_once_when_called_twice(provider: Watched, bus: Bus) -> None:
    taken = invoke(payment.capture, order())
    for _ in range(2):
        assert invoke(payment.refund, {"order_id": "o1"})["status"] == "refunded"
    assert provider.reversed == [taken["payment_id"]]
    assert [kind for kind, _ in told(bus)] == ["Payment Captured", "Payment Refunded"]
    with pytest.raises(Exception, match="given back"):
        invoke(payment.capture, order())


def test_capture_is_refused_when_its_refund_came_first(provider: Watched, bus: Bus) -> None:
    assert invoke(payment.refund, {"order_id": "o1"})["amount"] == {"value": 0, "currency": "XXX"}
    with pytest.raises(Exception, match="the order was cancelled"):
        invoke(payment.capture, order())
    assert provider.asked == 0
    assert bus() == []


def test_settlement_takes_back_and_declines_when_a_capture_was_left_behind(
    provider: Watched, bus: Bus, sql: Sql
) -> None:
    with pytest.raises(ProviderUnavailableError):
        invoke(payment.capture, order(method="tok_unreachable"))
    assert invoke(payment.settle, {}) == {"settled": 0, "sent": 0}
    age(sql)
    assert invoke(payment.settle, {}) == {"settled": 1, "sent": 1}
    assert provider.reversed == [world.event_id("payment", "o1")]
    assert [kind for kind, _ in told(bus)] == ["Payment Declined"]
    assert invoke(payment.read, {"order_id": "o1"})["status"] == "declined"
    assert invoke(payment.settle, {}) == {"settled": 0, "sent": 0}


def test_settlement_finishes_a_refund_when_it_was_interrupted(
    provider: Watched, bus: Bus, sql: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoke(payment.capture, order())

    def dead(_: str) -> None:
        raise ProviderUnavailableError("the line is dead")

    with monkeypatch.context() as broken:
        broken.setattr(provider, "reverse", dead)
        with pytest.raises(ProviderUnavailableError):
            invoke(payment.refund, {"order_id": "o1"})
    age(sql)
    assert invoke(payment.settle, {})["settled"] == 1
    assert [kind for kind, _ in told(bus)] == ["Payment Captured", "Payment Refunded"]


def test_event_waits_in_the_outbox_when_the_bus_cannot_be_reached(
    provider: Watched, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setenv("PAYMENT_CAPTURED_BUS_NAME", "no-such-bus")
        assert invoke(payment.capture, order())["status"] == "captured"
    assert bus() == []
    assert invoke(payment.settle, {}) == {"settled": 0, "sent": 1}
    assert [kind for kind, _ in told(bus)] == ["Payment Captured"]


def test_payment_is_not_found_when_nothing_was_ever_taken(sql: Sql) -> None:
    with pytest.raises(Exception, match="nothing was ever taken") as caught:
        invoke(payment.read, {"order_id": "o9"})
    assert type(caught.value).__name__ == "PaymentNotFoundException"


def test_capture_names_the_setting_when_there_is_no_such_provider(sql: Sql, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYMENT_PROVIDER", "paypall")
    with pytest.raises(Exception, match="PAYMENT_PROVIDER is 'paypall'; there is local"):
        invoke(payment.settle, {})
