"""People: registered once, told once and in order, on a real PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.services import world
from tests.services.world import Aws, Sql, invoke

app = world.entry("user/user", "app")
events = world.entry("user/user", "events")
notices = world.entry("user/user", "notices")
preferences = world.entry("user/user", "preferences")
updates = world.entry("user/user", "updates")
welcome = world.entry("user/user", "welcome")

Receive = Callable[[], list[dict[str, Any]]]
ANNA = {"id": "anna", "email": "anna@example.com", "name": "Anna"}
REGISTERED = {
    "user_id": "anna",
    "email": "anna@example.com",
    "name": "Anna",
    "registered_at": "2026-01-31T23:30:00+00:00",
    "event_id": "e1",
}


@pytest.fixture
def bus(sql: Sql, aws: Aws) -> Receive:
    return aws.bus("UserRegistered")


@pytest.fixture
def topic(aws: Aws) -> Receive:
    return aws.topic("UserEvent")


@pytest.fixture
def mail(aws: Aws) -> Receive:
    return aws.topic("MailRequested")


@pytest.mark.embedded
def test_person_is_registered_and_told_of_once_when_asked_twice(bus: Receive, topic: Receive) -> None:
    first = invoke(app.register, ANNA)
    assert invoke(app.register, ANNA) == first
    assert invoke(app.handler, {"id": "anna"}) == first
    ((event),) = bus()
    assert event["body"]["detail-type"] == "User Registered"
    assert event["body"]["detail"]["registered_at"] == first["registered_at"]
    ((told),) = topic()
    assert (told["body"]["kind"], told["told"]["severity"]) == ("registered", "LOW")


@pytest.mark.embedded
def test_registration_is_refused_when_the_address_is_anothers(bus: Receive, topic: Receive) -> None:
    invoke(app.register, ANNA)
    request = {"email": "ANNA@example.com", "name": "Other"}
    answer = invoke(app.register, world.over_http("POST /users", request, claims={"sub": "other"}))
    assert answer["statusCode"] == 409
    assert json.loads(answer["body"])["title"] == "EmailTakenException"
    assert len(bus()) == 1


@pytest.mark.embedded
def test_event_is_sent_by_the_clock_when_it_could_not_be_sent_at_once(
    bus: Receive, topic: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setenv("USER_REGISTERED_BUS_NAME", "no-such-bus")
        invoke(app.register, ANNA)
    assert (bus(), len(topic())) == ([], 1)
    assert invoke(app.deliver, {}) == {"sent": 1}
    assert len(bus()) == 1
    assert invoke(app.deliver, {}) == {"sent": 0}


@pytest.mark.embedded
def test_person_is_not_found_or_not_shown_when_it_is_not_the_callers_business(bus: Receive) -> None:
    with pytest.raises(Exception, match="nobody has the id") as caught:
        invoke(app.handler, {"id": "nobody"})
    assert type(caught.value).__name__ == "UserNotFoundException"
    event = world.over_http("GET /users/{id}", path={"id": "anna"}, claims={"sub": "other"})
    assert invoke(app.handler, event)["statusCode"] == 403
    with pytest.raises(Exception, match="id must be a text"):
        invoke(app.handler, {})


@pytest.mark.embedded
def test_wishes_keep_what_is_not_given_when_they_change(sql: Sql, topic: Receive) -> None:
    assert invoke(preferences.read, {"id": "anna"}) == {"id": "anna", "language": "en", "order_mail": True}
    assert invoke(preferences.write, {"id": "anna", "language": "de"})["order_mail"] is True
    changed = {"id": "anna", "language": "de", "order_mail": False}
    for _ in range(2):
        assert invoke(preferences.write, {"id": "anna", "order_mail": False}) == changed
    assert invoke(preferences.read, {"id": "anna"}) == changed
    identities = [each["body"]["event_id"] for each in topic()]
    assert (len(identities), len(set(identities))) == (3, 2)
    with pytest.raises(Exception, match="language must match pattern"):
        invoke(preferences.write, {"id": "anna", "language": "klingon"})


def test_welcome_mail_is_the_same_mail_when_the_event_comes_twice(aws: Aws, mail: Receive) -> None:
    for number in range(2):
        invoke(welcome.handler, world.from_bus("User Registered", REGISTERED, f"bus-{number}"))
    first, second = mail()
    assert first["body"] == second["body"]
    assert first["body"]["to"] == "anna@example.com"
    assert first["body"]["mail_id"] == world.event_id("welcome", "anna")


def test_welcome_mail_is_refused_when_the_event_has_no_address(aws: Aws, mail: Receive) -> None:
    broken = {name: value for name, value in REGISTERED.items() if name != "email"}
    with pytest.raises(Exception, match="must contain"):
        invoke(welcome.handler, world.from_bus("User Registered", broken))
    assert mail() == []


def test_alarming_event_reaches_the_person_and_every_event_the_audit_when_it_happens(aws: Aws) -> None:
    audit, queue = aws.topic("UserAudited"), aws.queue("UserNotifications", fifo=True)
    event = {"event_id": "e1", "user_id": "anna", "kind": "locked", "severity": "CRITICAL"}
    for _ in range(2):
        invoke(events.handler, world.from_topic(event, {**event, "event_id": "e2", "severity": "LOW"}))
    ((message),) = queue()
    assert message["group"] == "anna"
    assert message["body"] == {"user_id": "anna", "kind": "locked", "event_id": "e1"}
    assert [each["told"]["severity"] for each in audit()] == ["CRITICAL", "LOW"] * 2


@pytest.mark.embedded
def test_activity_and_registration_count_once_when_they_come_twice_among_poison(bus: Receive, sql: Sql) -> None:
    event = {"event_id": "e1", "user_id": "anna", "kind": "locked", "severity": "HIGH"}
    envelope = {"Type": "Notification", "MessageId": "s1", "Message": json.dumps(event)}
    answer = invoke(events.log_activity, world.from_queue(envelope, "poison", envelope, {**event, "severity": "?"}))
    assert world.failed(answer) == ["m1", "m3"]
    assert sql.run("users", "SELECT event_id, severity FROM activities") == [["e1", "HIGH"]]
    registered = world.from_bus("User Registered", REGISTERED)
    answer = invoke(events.count_registrations, world.from_queue(registered, registered, {"detail": 1}))
    assert world.failed(answer) == ["m2"]
    assert [str(row[0]) for row in sql.run("users", "SELECT day FROM registrations")] == ["2026-01-31"]


def test_order_event_is_queued_once_in_the_customers_group_when_it_comes_twice(aws: Aws) -> None:
    queue = aws.queue("UserNotifications", fifo=True)
    for kind, identity in (("Placed", "e1"), ("Fulfilled", "e2"), ("Placed", "e1"), ("Rejected", "e3")):
        detail = {"order_id": "o1", "customer_id": "anna", "event_id": identity}
        detail |= {"reason": "cancelled"} if kind == "Rejected" else {}
        invoke(updates.handler, world.from_bus(f"Order {kind}", detail))
    messages = queue()
    assert [each["body"]["kind"] for each in messages] == ["order-placed", "order-fulfilled", "order-rejected"]
    assert {each["group"] for each in messages} == {"anna"}
    with pytest.raises(KeyError):
        invoke(updates.handler, world.from_bus("Order Eaten", {"order_id": "o1", "customer_id": "anna"}))


@pytest.mark.embedded
def test_person_is_told_once_and_in_order_when_messages_repeat(bus: Receive, topic: Receive, mail: Receive) -> None:
    invoke(app.register, ANNA)
    placed = {"user_id": "anna", "kind": "order-placed", "order_id": "o1", "event_id": "e1"}
    done = {"user_id": "anna", "kind": "order-fulfilled", "order_id": "o1", "event_id": "e2"}
    answer = invoke(notices.handler, world.from_queue(placed, placed, done, fifo="anna"))
    assert world.failed(answer) == []
    assert [each["body"]["mail_id"] for each in mail()] == ["e1", "e2"]


@pytest.mark.embedded
def test_mail_about_orders_is_not_sent_when_the_person_does_not_want_it(
    bus: Receive, topic: Receive, mail: Receive
) -> None:
    invoke(app.register, ANNA)
    invoke(preferences.write, {"id": "anna", "order_mail": False})
    about_order = {"user_id": "anna", "kind": "order-placed", "order_id": "o1", "event_id": "e1"}
    about_account = {"user_id": "anna", "kind": "locked", "event_id": "e2"}
    invoke(notices.handler, world.from_queue(about_order, about_account, fifo="anna"))
    assert [each["body"]["mail_id"] for each in mail()] == ["e2"]


@pytest.mark.embedded
def test_what_is_behind_a_poison_message_waits_when_it_is_in_the_same_group(
    bus: Receive, topic: Receive, mail: Receive
) -> None:
    invoke(app.register, ANNA)
    good = {"user_id": "anna", "kind": "order-placed", "order_id": "o1", "event_id": "e1"}
    answer = invoke(notices.handler, world.from_queue(good, "poison", {**good, "event_id": "e2"}, fifo="anna"))
    assert world.failed(answer) == ["m1", "m2"]
    assert [each["body"]["mail_id"] for each in mail()] == ["e1"]


@pytest.mark.embedded
def test_the_same_mail_is_asked_for_again_when_it_was_interrupted(
    bus: Receive, topic: Receive, mail: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoke(app.register, ANNA)
    message = {"user_id": "anna", "kind": "order-placed", "order_id": "o1", "event_id": "e1"}
    with monkeypatch.context() as broken:
        broken.delenv("MAIL_REQUESTED_TOPIC_ARN")
        assert world.failed(invoke(notices.handler, world.from_queue(message, fifo="anna"))) == ["m0"]
    assert world.failed(invoke(notices.handler, world.from_queue(message, fifo="anna"))) == []
    assert [each["body"]["mail_id"] for each in mail()] == ["e1"]
