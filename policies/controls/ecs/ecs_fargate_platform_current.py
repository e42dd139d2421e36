"""Fargate runs the latest platform."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.corrections import setting
from policies.subject import Subject
from policies.verdicts import Verdict


def check(service: Subject) -> Verdict:
    """LATEST where nobody says otherwise; 1.4.0 is what that is on Linux."""
    return service.read("platformVersion", default="LATEST").must_be_one_of(("LATEST", "1.4.0"))


CONTROL = Control(
    id="ecs-fargate-platform-current",
    title="Fargate runs the latest platform",
    severity=Severity.MEDIUM,
    rationale="An old platform gets no patches.",
    remediation=Remediation(
        summary="Leave platform_version out, or say LATEST",
        snippet='ecs.Service(name, launch_type="FARGATE", platform_version="LATEST")',
    ),
    catalogue=("ECS-08",),
    types=("aws:ecs/service:Service",),
    check=check,
    correct=setting("platformVersion", "LATEST"),
)
