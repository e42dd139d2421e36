"""Builds write logs."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict, any_of


def check(project: Subject) -> Verdict:
    """They go to CloudWatch where nobody says otherwise."""
    return any_of(
        project.read("logsConfig.cloudwatchLogs.status", default="ENABLED").must_be("ENABLED"),
        project.read("logsConfig.s3Logs.status", default="DISABLED").must_be("ENABLED"),
    )


CONTROL = Control(
    id="codebuild-logged",
    title="Builds write logs",
    severity=Severity.HIGH,
    rationale="Nobody can tell what a build did, or who changed what it deployed.",
    remediation=Remediation(
        summary="Write logs to CloudWatch",
        snippet=(
            "codebuild.Project(\n"
            '    name, logs_config={"cloudwatch_logs": {"status": "ENABLED", "group_name": group.name}},\n'
            ")"
        ),
    ),
    catalogue=("CB-02",),
    types=("aws:codebuild/project:Project",),
    check=check,
)
