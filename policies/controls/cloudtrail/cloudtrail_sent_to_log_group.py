"""Trails send events to CloudWatch Logs."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.trails import TRAIL
from policies.verdicts import Verdict, all_of


def check(trail: Subject) -> Verdict:
    """Both, for one is useless without the other."""
    return all_of(*(trail.read(f"cloudWatchLogs{part}Arn").must_be_set() for part in ("Group", "Role")))


CONTROL = Control(
    id="cloudtrail-sent-to-log-group",
    title="Trails send events to CloudWatch Logs",
    severity=Severity.LOW,
    rationale="Alarms on calls need them within minutes, not when the next file is written.",
    remediation=Remediation(
        summary="Name a log group and a role that may write to it",
        snippet=(
            "cloudtrail.Trail(\n    name, cloud_watch_logs_group_arn=group_arn, cloud_watch_logs_role_arn=role.arn\n)"
        ),
    ),
    catalogue=("CT-04",),
    types=(TRAIL,),
    check=check,
)
