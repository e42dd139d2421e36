"""Log groups keep their events as long as asked, and not for ever."""

from __future__ import annotations

from policies.control import Control, ControlSettings, Remediation, Severity, settings_of
from policies.subject import Subject
from policies.verdicts import PASS, Fail, NotApplicable, Verdict

TRAIL = "aws:cloudtrail/trail:Trail"


class Settings(ControlSettings):
    """How long."""

    days: int = 365
    """Least days of a log group that nobody audits, such as an application's."""
    audit_days: int = 365
    """Least days of what tells who did what: trails of calls and audit logs."""


def check(group: Subject) -> Verdict:
    """AWS keeps events for ever where nobody says otherwise, or says 0."""
    if group.read("logGroupClass", default="STANDARD").value == "DELIVERY":
        return NotApplicable("AWS fixes the retention of the class DELIVERY")
    settings: Settings = settings_of(group.view, CONTROL)
    days = group.read("retentionInDays", default=0)
    if days.known and days.must_be(0) == PASS:
        return Fail("retentionInDays is not set, so that events are kept, and paid, for ever")
    return days.must_be_at_least(settings.audit_days if _audits(group) else settings.days, " days")


def _audits(group: Subject) -> bool:
    """Whether a trail writes there, or its name says so."""
    names = (group.node.name, str(group.read("name").value))
    return bool(group.companions(TRAIL, "cloudWatchLogsGroupArn").certain) or any("audit" in n.lower() for n in names)


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
    looks_around=True,
)
