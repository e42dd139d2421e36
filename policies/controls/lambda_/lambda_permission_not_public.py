"""Nobody unknown may call a function."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Verdict, any_of


def check(permission: Subject) -> Verdict:
    """The ARN of a bucket does not say whose it is, so S3 needs the account."""
    principal = permission.read("principal")
    if not principal.known:
        return principal.undecided()
    who = str(principal.value)
    account, source = permission.read("sourceAccount").must_be_set(), permission.read("sourceArn").must_be_set()
    if who == "*":
        organization = permission.read("principalOrgId").must_be_set()
        limited = any_of(organization, account, source)
        return Fail('principal is "*", for everyone') if isinstance(limited, Fail) else limited
    if who in {"s3.amazonaws.com", "s3"}:
        return account
    return any_of(source, account) if who.endswith(".amazonaws.com") else PASS


CONTROL = Control(
    id="lambda-permission-not-public",
    title="Nobody unknown may call a function",
    severity=Severity.CRITICAL,
    rationale="Everyone on the internet runs it, or another's bucket does.",
    remediation=Remediation(
        summary="Name the principal, and the account or resource on whose behalf it calls",
        snippet=(
            "lambda_.Permission(\n"
            "    name,\n"
            "    function=function.name,\n"
            '    action="lambda:InvokeFunction",\n'
            '    principal="s3.amazonaws.com",\n'
            "    source_account=account_id,\n"
            ")"
        ),
    ),
    catalogue=("LAM-01",),
    types=("aws:lambda/permission:Permission",),
    check=check,
)
