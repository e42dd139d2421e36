"""Functions that are called asynchronously keep what they could not do."""

from __future__ import annotations

from policies.control import Control, Pillar, Remediation, Severity
from policies.related import has_companion, merged
from policies.subject import Subject
from policies.verdicts import NotApplicable, Undecided, Verdict, any_of

ASYNCHRONOUS = {
    f"{name}.amazonaws.com" for name in ("events", "s3", "sns", "ses", "iot", "config", "logs", "scheduler")
}
"""Services that hand an event over and do not wait. Lambda guide, "Invoking a function asynchronously"."""


def check(function: Subject) -> Verdict:
    """Asynchronous callers are told by who may call it."""
    config = has_companion(
        function,
        "it has no destination for failures",
        ("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "functionName"),
        check=lambda invoke: invoke.read("destinationConfig.onFailure.destination").must_be_set(),
    )
    callers = merged(function.companions("aws:lambda/permission:Permission", "function"))
    principals = [caller.read("principal") for caller in callers.certain]
    if any(str(principal.value) in ASYNCHRONOUS for principal in principals):
        return any_of(function.read("deadLetterConfig.targetArn").must_be_set(), config)
    unknown = [principal.undecided() for principal in principals if not principal.known]
    unknown += [Undecided(f"function of {caller}") for caller in callers.possible]
    return unknown[0] if unknown else NotApplicable("nothing calls it asynchronously")


CONTROL = Control(
    id="lambda-failures-kept",
    title="Functions that are called asynchronously keep what they could not do",
    severity=Severity.MEDIUM,
    rationale="After three tries an event is gone, and nobody knows.",
    remediation=Remediation(
        summary="Name a queue for failures",
        snippet=(
            "lambda_.FunctionEventInvokeConfig(\n"
            "    name,\n"
            "    function_name=function.name,\n"
            '    destination_config={"on_failure": {"destination": queue.arn}},\n'
            ")"
        ),
    ),
    catalogue=("LAM-05",),
    pillar=Pillar.RELIABILITY,
    types=("aws:lambda/function:Function",),
    check=check,
    looks_around=True,
)
