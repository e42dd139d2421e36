"""Log groups keep their events as long as asked, and not for ever."""

from __future__ import annotations

from policies.control import Control, ControlSettings, Remediation, Severity, settings_of
from policies.subject import Subject
from policies.verdicts import PASS, Fail, NotApplicable, Verdict


class Settings(ControlSettings):
    """How long."""

    days: int = 365
    """Least days."""


def check(group: Subject) -> Verdict:
    """AWS keeps events for ever where nobody says otherwise, or says 0."""
    if group.read("logGroupClass", default="STANDARD").value == "DELIVERY":
        return NotApplicable("AWS fixes the retention of the class DELIVERY")
    settings: Settings = settings_of(group.view, CONTROL)
    days = group.read("retentionInDays", default=0)
    if days.known and days.must_be(0) == PASS:
        return Fail("retentionInDays is not set, so that events are kept, and paid, for ever")
    return days.must_be_at_least(settings.days, " days")


CONTROL = Control(
    id="log-group-retention-set",
    title="Log groups keep their events as long as asked, and not for ever",
    severity=Severity.MEDIUM,
    rationale="An incident is found after months; without logs of that time nobody can say what was taken.",
    remediation=Remediation(summary="Set the retention", snippet="cloudwatch.LogGroup(name, retention_in_days=365)"),
    catalogue=("CW-02",),
    settings=Settings,
    types=("aws:cloudwatch/logGroup:LogGroup",),
    check=check,
)
