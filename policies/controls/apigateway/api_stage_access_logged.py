"""Stages of HTTP and WebSocket APIs log who calls."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(stage: Subject) -> Verdict:
    """There are no logs where nobody says so."""
    return stage.read("accessLogSettings.destinationArn").must_be_set()


CONTROL = Control(
    id="api-stage-access-logged",
    title="Stages of HTTP and WebSocket APIs log who calls",
    severity=Severity.MEDIUM,
    rationale="Nobody can say who called what.",
    remediation=Remediation(
        summary="Name a log group",
        snippet=(
            'apigatewayv2.Stage(\n    name, access_log_settings={"destination_arn": group.arn, "format": log_format}\n)'
        ),
    ),
    catalogue=("API-02",),
    types=("aws:apigatewayv2/stage:Stage",),
    check=check,
)
