"""URLs of functions ask for a signature."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(url: Subject) -> Verdict:
    """The provider wants a type; NONE is for everyone."""
    return url.read("authorizationType", default="NONE").must_be("AWS_IAM")


CONTROL = Control(
    id="lambda-url-authorized",
    title="URLs of functions ask for a signature",
    severity=Severity.HIGH,
    rationale="Everyone on the internet runs the function.",
    remediation=Remediation(
        summary="Set authorization_type to AWS_IAM",
        snippet='lambda_.FunctionUrl(name, function_name=function.name, authorization_type="AWS_IAM")',
    ),
    catalogue=("LAM-06",),
    types=("aws:lambda/functionUrl:FunctionUrl",),
    check=check,
)
