"""Alarms do something when they fire."""

from __future__ import annotations

from collections.abc import Iterator

from policies.control import Control, Pillar, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import PASS, Undecided, Verdict, all_of, any_of

COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
LISTENERS = (
    ("aws:ecs/service:Service", "alarms.alarmNames"),
    ("aws:codedeploy/deploymentGroup:DeploymentGroup", "alarmConfiguration.alarms"),
)
"""Type → property with the alarms that roll a deployment back."""


def check(alarm: Subject) -> Verdict:
    """Actions are on, but there are none, where nobody says otherwise. A deployment or a composite alarm may listen."""
    own = _tells(alarm)
    return PASS if own == PASS else any_of(own, *_heard(alarm))


def _tells(alarm: Subject) -> Verdict:
    return all_of(alarm.read("actionsEnabled", default=True).must_be(True), alarm.read("alarmActions").must_be_set())


def _heard(alarm: Subject) -> Iterator[Verdict]:
    """What those who listen to it make of it."""
    for kind, path in LISTENERS:
        found = alarm.companions(kind, path)
        yield from (PASS for _ in found.certain)
        yield from (Undecided(f"{path} of {other}") for other in found.possible)
    for composite in alarm.view.of_type(COMPOSITE):
        rule, name = composite.read("alarmRule"), alarm.read("name").value
        quoted = isinstance(rule.value, str) and isinstance(name, str) and f'"{name}"' in rule.value
        if quoted or alarm.urn in {other.urn for other in composite.referred("alarmRule")}:
            yield _tells(composite)
        elif not rule.known and not composite.referred("alarmRule"):
            yield Undecided(f"alarmRule of {composite}")


CONTROL = Control(
    id="alarm-tells-somebody",
    title="Alarms do something when they fire",
    severity=Severity.HIGH,
    rationale="An alarm that nobody hears is a line of a dashboard.",
    remediation=Remediation(
        summary="Give it an action",
        snippet=(
            "cloudwatch.MetricAlarm(\n"
            '    name, comparison_operator="GreaterThanThreshold", evaluation_periods=1,\n'
            "    alarm_actions=[topic.arn]\n"
            ")"
        ),
    ),
    catalogue=("CW-04",),
    pillar=Pillar.RELIABILITY,
    types=("aws:cloudwatch/metricAlarm:MetricAlarm", COMPOSITE),
    check=check,
    looks_around=True,
)
