"""Alarms do something when they fire."""

from __future__ import annotations

from policies.control import Control, Pillar, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict, all_of


def check(alarm: Subject) -> Verdict:
    """Actions are on, but there are none, where nobody says otherwise."""
    return all_of(alarm.read("actionsEnabled", default=True).must_be(True), alarm.read("alarmActions").must_be_set())


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
            "    alarm_actions=[topic.arn],\n"
            ")"
        ),
    ),
    catalogue=("CW-04",),
    pillar=Pillar.RELIABILITY,
    types=("aws:cloudwatch/metricAlarm:MetricAlarm",),
    check=check,
)
