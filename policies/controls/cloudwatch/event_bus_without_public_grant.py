"""Custom event buses have a policy that names who may publish."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.grants import nothing_for_everyone
from policies.subject import Subject
from policies.verdicts import Fail, Undecided, Verdict, all_of

POLICY = "aws:cloudwatch/eventBusPolicy:EventBusPolicy"
PERMISSION = "aws:cloudwatch/eventPermission:EventPermission"


def check(bus: Subject) -> Verdict:
    """A bus has no policy where nobody says otherwise."""
    policies = bus.companions(POLICY, "eventBusName")
    permissions = bus.companions(PERMISSION, "eventBusName")
    possible = (*policies.possible, *permissions.possible)
    if not policies.certain and not permissions.certain:
        return Undecided(f"eventBusName of {possible[0]}") if possible else Fail("it has no resource policy")
    return all_of(
        *(nothing_for_everyone(policy.read("policy")) for policy in policies.certain),
        *(_named(permission) for permission in permissions.certain),
    )


def _named(permission: Subject) -> Verdict:
    """An older spelling: everyone, unless a condition names an organization."""
    who = permission.read("principal")
    if who.known and who.value == "*" and permission.read("condition.value").missing:
        return Fail(f"{permission} allows everyone")
    return who.must_be_set()


CONTROL = Control(
    id="event-bus-without-public-grant",
    title="Custom event buses have a policy that names who may publish",
    severity=Severity.LOW,
    rationale="Whoever may publish starts what listens: orders, payments, deletions.",
    remediation=Remediation(
        summary="Add a policy that names the accounts",
        snippet="cloudwatch.EventBusPolicy(name, event_bus_name=bus.name, policy=policy_document)",
    ),
    catalogue=("EB-01",),
    types=("aws:cloudwatch/eventBus:EventBus",),
    check=check,
    looks_around=True,
)
