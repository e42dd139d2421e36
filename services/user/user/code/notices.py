"""Function notify-user: tells people what happened, each thing once, in the order of their message group."""

from __future__ import annotations

from customers import people, wishes
from customers.telling import MAIL
from runtime.events import publish
from runtime.log import logger
from runtime.messages import Message, queue_handler
from runtime.sql import Row, Transaction
from runtime.validation import text

SUBJECTS = {
    "order-placed": "We have your order",
    "order-fulfilled": "Your order is on its way",
    "order-rejected": "Your order cannot be carried out",
}
"""Kind of notice → subject; others concern the account."""


def _notify(message: Message) -> None:
    user_id, kind = text(message.body, "user_id"), text(message.body, "kind")
    person = people.database.transaction(lambda t: _begun(t, message.identity, user_id))
    if person is None:
        logger.info("told before", extra={"event_id": message.identity})
        return
    about_order = kind in SUBJECTS
    wants = wishes.database.transaction(lambda t: wishes.find(t, user_id))
    if wants["order_mail"] or not about_order:
        order = f" {message.body['order_id']}" if "order_id" in message.body else ""
        subject = SUBJECTS.get(kind, "Your account")
        mail = {
            "mail_id": message.identity,
            "user_id": user_id,
            "to": person["email"],
            "subject": subject,
            "text": f"Hello {person['name']},\n\n{subject.lower()}{order}: {kind}.\n",
        }
        publish(MAIL, mail, identity=message.identity)
    people.database.transaction(
        lambda t: t.run("UPDATE notices SET sent_at = now() WHERE event_id = :id", id=message.identity)
    )


def _begun(transaction: Transaction, identity: str, user_id: str) -> Row | None:
    """The person, if they have not been told; one who was interrupted before is told under the same mail_id again."""
    person = people.find(transaction, user_id)
    transaction.run(
        "INSERT INTO notices (event_id, user_id) VALUES (:id, :user) ON CONFLICT (event_id) DO NOTHING",
        id=identity,
        user=user_id,
    )
    told = transaction.run("SELECT sent_at FROM notices WHERE event_id = :id FOR UPDATE", id=identity)[0]
    return person if told["sent_at"] is None else None


handler = queue_handler(_notify)
