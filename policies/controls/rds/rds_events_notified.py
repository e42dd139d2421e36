"""Failures and maintenance of databases are notified."""

from __future__ import annotations

from policies.control import Control, Pillar, Remediation, Severity
from policies.databases import CLUSTER, INSTANCE
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Verdict, all_of, any_of

SUBSCRIPTION = "aws:rds/eventSubscription:EventSubscription"
EVENTS = {INSTANCE: ("failure", "maintenance", "configuration change"), CLUSTER: ("failure", "maintenance")}
"""Type → categories that somebody must hear of."""
SOURCES = {INSTANCE: "db-instance", CLUSTER: "db-cluster"}


def check(database: Subject) -> Verdict:
    """A subscription without a source type, without sources or without categories is for all of them."""
    subscriptions = database.view.of_type(SUBSCRIPTION)
    if not subscriptions:
        return Fail("the stack subscribes to no events of databases")
    return all_of(*(_notified(database, event, subscriptions) for event in EVENTS[database.type]))


def _notified(database: Subject, event: str, subscriptions: tuple[Subject, ...]) -> Verdict:
    return any_of(*(_covers(subscription, database, event) for subscription in subscriptions))


def _covers(subscription: Subject, database: Subject, event: str) -> Verdict:
    source = SOURCES[database.type]
    verdict = all_of(
        subscription.read("enabled", default=True).must_be(True),
        subscription.read("sourceType", default=source).must_be(source),
        _has(subscription, "eventCategories", event),
        _names(subscription, database),
    )
    return Fail(f"no subscription tells of {event}") if isinstance(verdict, Fail) else verdict


def _has(subscription: Subject, path: str, wanted: str) -> Verdict:
    listed = subscription.read(path)
    return PASS if listed.must_not_be_set() == PASS else listed.must_contain(wanted)


def _names(subscription: Subject, database: Subject) -> Verdict:
    listed = subscription.read("sourceIds")
    if listed.must_not_be_set() == PASS or database.urn in {o.urn for o in subscription.referred("sourceIds")}:
        return PASS
    names = database.identifiers()
    return any_of(*(listed.must_contain(name) for name in sorted(names))) if names else listed.undecided()


CONTROL = Control(
    id="rds-events-notified",
    title="Failures and maintenance of databases are notified",
    severity=Severity.LOW,
    rationale="Who learns of a failover from users learns of it late.",
    remediation=Remediation(
        summary="Subscribe a topic to the events of databases",
        snippet=('rds.EventSubscription(name, sns_topic=topic.arn, event_categories=["failure",\n"maintenance"])'),
    ),
    catalogue=("RDS-20",),
    pillar=Pillar.RELIABILITY,
    types=(INSTANCE, CLUSTER),
    check=check,
    looks_around=True,
)
