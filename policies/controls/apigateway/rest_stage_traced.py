"""Stages of REST APIs are traced."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.corrections import setting
from policies.subject import Subject
from policies.verdicts import Verdict


def check(stage: Subject) -> Verdict:
    """They are not where nobody says so."""
    return stage.read("xrayTracingEnabled", default=False).must_be(True)


CONTROL = Control(
    id="rest-stage-traced",
    title="Stages of REST APIs are traced",
    severity=Severity.LOW,
    rationale="Nobody can say where a slow call spends its time.",
    remediation=Remediation(
        summary="Set xray_tracing_enabled", snippet="apigateway.Stage(name, xray_tracing_enabled=True)"
    ),
    catalogue=("API-05",),
    types=("aws:apigateway/stage:Stage",),
    check=check,
    correct=setting("xrayTracingEnabled", True),
)
