"""Queries to public zones are logged."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Fail, NotApplicable, Undecided, Verdict, any_of

LOG = "aws:route53/queryLog:QueryLog"


def check(zone: Subject) -> Verdict:
    """Queries are not logged where nobody says so. A zone of VPCs is private, and logged by its resolver."""
    networks = zone.blocks("vpcs")
    if networks:
        return NotApplicable("it is a private zone")
    logs = zone.companions(LOG, "zoneId")
    if networks is None or (logs.possible and not logs.certain):
        return Undecided("vpcs" if networks is None else f"zoneId of {logs.possible[0]}")
    if not logs.certain:
        return Fail("its queries are not logged")
    return any_of(*(log.read("cloudwatchLogGroupArn").must_be_set() for log in logs.certain))


CONTROL = Control(
    id="route53-public-zone-queries-logged",
    title="Queries to public zones are logged",
    severity=Severity.MEDIUM,
    rationale="Nobody notices names that were taken over, or data that leaves in queries.",
    remediation=Remediation(
        summary="Log queries to a log group of us-east-1",
        snippet="route53.QueryLog(name, zone_id=zone.zone_id, cloudwatch_log_group_arn=group.arn)",
    ),
    catalogue=("R53-01",),
    types=("aws:route53/zone:Zone",),
    check=check,
    looks_around=True,
)
