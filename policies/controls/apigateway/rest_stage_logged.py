"""Stages of REST APIs log calls and errors."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.related import has_companion
from policies.subject import Subject
from policies.verdicts import Verdict, all_of


def check(stage: Subject) -> Verdict:
    """Both, for access logs do not say why a call failed."""
    errors = has_companion(
        stage,
        "no method settings log its errors",
        ("aws:apigateway/methodSettings:MethodSettings", "stageName"),
        check=lambda methods: all_of(
            methods.read("methodPath").must_be("*/*"),
            methods.read("settings.loggingLevel").must_be_one_of(("ERROR", "INFO")),
        ),
    )
    return all_of(stage.read("accessLogSettings.destinationArn").must_be_set(), errors)


CONTROL = Control(
    id="rest-stage-logged",
    title="Stages of REST APIs log calls and errors",
    severity=Severity.MEDIUM,
    rationale="Nobody can say who called what, and why it failed.",
    remediation=Remediation(
        summary="Log access, and errors of all methods",
        snippet=(
            "apigateway.MethodSettings(\n"
            '    name, stage_name=stage.stage_name, method_path="*/*", settings={"logging_level": "ERROR"}\n'
            ")"
        ),
    ),
    catalogue=("API-03",),
    types=("aws:apigateway/stage:Stage",),
    check=check,
    looks_around=True,
)
