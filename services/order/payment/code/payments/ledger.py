"""What has been taken for which order. The provider is called between transactions, never within one.

A payment is written down as pending before the provider hears of it, under an id that follows from the order. So
however often a capture is begun, interrupted and begun again, the provider sees one id, and takes the money once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from runtime.events import event_id
from runtime.outbox import Outbox
from runtime.sql import Database, Row, Transaction

from payments.errors import PaymentConflictException, PaymentFailedException, PaymentNotFoundException
from payments.provider import Charge, DeclinedError, Provider

NOTHING = {"value": 0, "currency": "XXX"}
"""No money: XXX is ISO 4217 for no currency."""
BATCH = 20
"""Payments that are settled at a time."""


class Ledger:
    """The payments of a database."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox

    def capture(self, provider: Provider, order_id: str, amount: dict[str, Any], method: str) -> dict[str, Any]:
        """Take the money for an order, once.

        Raises:
            PaymentFailedException: it is refused, now or before.
            PaymentConflictException: another amount was taken, or asked for, before.
            ProviderUnavailableError: the provider has not answered; asking again is safe.
        """
        payment = self._database.transaction(lambda t: _begun(t, order_id, amount))
        if payment["status"] in {"declined", "refunding", "refunded"}:
            raise PaymentFailedException(payment["reason"] or "the payment has been given back")
        if (payment["value"], payment["currency"]) != (amount["value"], amount["currency"]):
            raise PaymentConflictException(f"order {order_id} has a payment of another amount")
        if payment["status"] == "captured":
            return shown(payment)
        try:
            provider.charge(Charge(payment["payment_id"], payment["value"], payment["currency"], method))
        except DeclinedError as error:
            self._end(payment, "declined", "PaymentDeclined", reason=str(error))
            raise PaymentFailedException(str(error)) from None
        ended = self._end(payment, "captured", "PaymentCaptured")
        if ended["status"] != "captured":
            # It was given back while the provider was busy.
            raise PaymentFailedException(ended["reason"] or "the payment has been given back")
        return shown(ended)

    def refund(self, provider: Provider, order_id: str) -> dict[str, Any]:
        """Give back what was taken for an order; what was never taken never will be.

        Raises:
            ProviderUnavailableError: the provider has not answered; asking again is safe.
        """
        payment = self._database.transaction(lambda t: _refunding(t, order_id))
        if payment["status"] != "refunding":
            return shown(payment)
        provider.reverse(payment["payment_id"])
        return shown(self._end(payment, "refunded", "PaymentRefunded"))

    def find(self, order_id: str) -> dict[str, Any]:
        """The payment of an order.

        Raises:
            PaymentNotFoundException: there is none.
        """
        payment = self._database.transaction(
            lambda t: t.one("SELECT * FROM payments WHERE order_id = :order", order=order_id)
        )
        if payment is None:
            raise PaymentNotFoundException(f"nothing was ever taken for order {order_id}")
        return shown(payment)

    def settle(self, provider: Provider, older_than: timedelta) -> int:
        """Finish what was interrupted long ago; returns how many payments that were.

        A capture that nobody waits for any more is taken back and declined; a refund is carried out.

        Raises:
            ProviderUnavailableError: the provider has not answered; the next run goes on.
        """
        unfinished = self._database.transaction(
            lambda t: t.run(
                "SELECT * FROM payments WHERE status IN ('pending', 'refunding') "
                "AND changed_at <= now() - CAST(:age AS interval) ORDER BY changed_at LIMIT :most",
                age=older_than,
                most=BATCH,
            )
        )
        for payment in unfinished:
            provider.reverse(payment["payment_id"])
            if payment["status"] == "pending":
                self._end(payment, "declined", "PaymentDeclined", reason="the provider did not answer in time")
            else:
                self._end(payment, "refunded", "PaymentRefunded")
        return len(unfinished)

    def _end(self, payment: Row, status: str, channel: str, *, reason: str | None = None) -> Row:
        """Write down how it ended, and that others must hear of it; the first end counts, and is returned."""

        def work(transaction: Transaction) -> Row:
            ended = transaction.one(
                "UPDATE payments SET status = :status, reason = :reason, changed_at = now() "
                "WHERE order_id = :order AND status = :before RETURNING *",
                status=status,
                reason=reason,
                order=payment["order_id"],
                before=payment["status"],
            )
            if ended is None:
                return _found(transaction, payment["order_id"])
            detail = {"payment_id": ended["payment_id"], "order_id": ended["order_id"]}
            detail |= {"amount": shown(ended)["amount"]} if reason is None else {"reason": reason}
            self._outbox.add(transaction, channel, detail, event_id(channel, ended["payment_id"]))
            return ended

        return self._database.transaction(work)


def shown(payment: Row) -> dict[str, Any]:
    """A payment as the contract shows it."""
    return {
        "payment_id": payment["payment_id"],
        "order_id": payment["order_id"],
        "status": payment["status"],
        "amount": {"value": payment["value"], "currency": payment["currency"]},
    }


def _begun(transaction: Transaction, order_id: str, amount: dict[str, Any]) -> Row:
    # Of two at the same moment, PostgreSQL may see either of the two unique columns first.
    transaction.run(
        "INSERT INTO payments (order_id, payment_id, status, value, currency) "
        "VALUES (:order, :id, 'pending', :value, :currency) ON CONFLICT DO NOTHING",
        order=order_id,
        id=event_id("payment", order_id),
        **amount,
    )
    return _found(transaction, order_id)


def _refunding(transaction: Transaction, order_id: str) -> Row:
    transaction.run(
        "INSERT INTO payments (order_id, payment_id, status, value, currency, reason) "
        "VALUES (:order, :id, 'refunded', :value, :currency, 'the order was cancelled') ON CONFLICT DO NOTHING",
        order=order_id,
        id=event_id("payment", order_id),
        **NOTHING,
    )
    transaction.run(
        "UPDATE payments SET status = 'refunding', changed_at = now() "
        "WHERE order_id = :order AND status IN ('pending', 'captured')",
        order=order_id,
    )
    return _found(transaction, order_id)


def _found(transaction: Transaction, order_id: str) -> Row:
    return transaction.run("SELECT * FROM payments WHERE order_id = :order", order=order_id)[0]
