"""What must not happen unseen in an account raises an alarm."""

from __future__ import annotations

from collections import defaultdict

from policies.control import Control, Remediation, Severity
from policies.metric_filters import REQUIRED, finds
from policies.readings import Reading
from policies.subject import Companions, Subject, View
from policies.verdicts import PASS, Fail, Undecided, Verdict, all_of, any_of

GROUP = "aws:cloudwatch/logGroup:LogGroup"
FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def check(trail: Subject) -> Verdict:
    """A trail writes to no log group, and nobody is told, where nobody says otherwise."""
    group = trail.read("cloudWatchLogsGroupArn")
    if group.must_be_set() != PASS:
        return group.must_be_set()
    groups = [other for other in trail.referred("cloudWatchLogsGroupArn") if other.type == GROUP]
    groups = groups or [g for g in trail.view.of_type(GROUP) if str(group.value).removesuffix(":*") in g.identifiers()]
    if not groups:
        return Undecided("cloudWatchLogsGroupArn: a log group of another stack")
    around = groups[0].companions(FILTER, "logGroupName")
    return all_of(*(_heard(what, pattern, around) for what, pattern in REQUIRED.items()))


def _heard(what: str, pattern: str, around: Companions) -> Verdict:
    """Whether some filter finds it, and an alarm tells of what that filter counts."""
    found: list[Verdict] = [Undecided(f"logGroupName of {each}") for each in around.possible]
    for each in around.certain:
        own = each.read("pattern")
        if not own.known:
            found.append(Undecided(f"pattern of {each}"))
        elif finds(str(own.value), pattern):
            found.append(_alarmed(each))
    return any_of(*found, Fail(f"no alarm tells of {what}"))


def _alarmed(metric: Subject) -> Verdict:
    name, space = metric.read("metricTransformation.name"), metric.read("metricTransformation.namespace")
    for reading in (name, space):
        if not reading.known:
            return Undecided(f"{reading.path} of {metric}")
    heard = metric.view.once(ALARM, "", lambda: _by_metric(metric.view))
    alarms = (*heard.get(str(name.value), ()), *heard.get(None, ()))
    return any_of(*(_tells(a, name, space) for a in alarms), Fail(f"no alarm looks at what {metric} counts"))


def _by_metric(stack: View) -> dict[str | None, list[Subject]]:
    """Name of a metric → alarms about it; None → those of which nobody knows the metric."""
    found: dict[str | None, list[Subject]] = defaultdict(list)
    for alarm in stack.of_type(ALARM):
        name = alarm.read("metricName")
        found[str(name.value) if name.known else None].append(alarm)
    return found


def _tells(alarm: Subject, name: Reading, space: Reading) -> Verdict:
    return all_of(
        alarm.read("metricName").must_be(str(name.value)),
        alarm.read("namespace").must_be(str(space.value)),
        alarm.read("actionsEnabled", default=True).must_be(True),
        alarm.read("alarmActions").must_be_set(),
    )


CONTROL = Control(
    id="trail-changes-alarmed",
    title="What must not happen unseen in an account raises an alarm",
    severity=Severity.MEDIUM,
    rationale="Who turns the trail off, or opens a bucket, is noticed only if somebody is told.",
    remediation=Remediation(
        summary="For each pattern add a filter of the trail's log group and an alarm with an action",
        snippet=(
            "cloudwatch.LogMetricFilter(\n"
            '    name, log_group_name=group.name, pattern="{($.eventName = StopLogging)}",\n'
            '    metric_transformation={"name": "trail-changes", "namespace": "Atoll", "value": "1"},\n'
            ")"
        ),
    ),
    catalogue=("CW-03",),
    types=("aws:cloudtrail/trail:Trail",),
    check=check,
    looks_around=True,
)
