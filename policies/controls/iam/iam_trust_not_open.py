"""No role trusts everybody, and web identities are pinned."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.documents import Statement, read_policy
from policies.exposure import open_to_anyone
from policies.permissions import ROLE
from policies.readings import shown
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Verdict, all_of


def check(role: Subject) -> Verdict:
    """A federated principal, unless SAML, needs audience and subject (of Cognito: kind of user)."""
    statements = read_policy(role.read("assumeRolePolicy"))
    if not isinstance(statements, tuple):
        return statements
    if any(open_to_anyone(statement) for statement in statements):
        return Fail("it trusts everybody")
    federated = [(s, who) for s in statements if s.allow for kind, who in s.principals if kind == "Federated"]
    return all_of(PASS, *(_pinned(statement, who) for statement, who in federated))


def _pinned(statement: Statement, provider: str) -> Verdict:
    if ":saml-provider/" in provider:
        return PASS
    wanted = ("aud", "amr") if provider == "cognito-identity.amazonaws.com" else ("aud", "sub")
    keys = {c.key for c in statement.conditions if statement.condition_on(c.key)}
    lacking = [name for name in wanted if not any(key.endswith(f":{name}") for key in keys)]
    return Fail(f"it does not pin {' and '.join(lacking)} of {shown(provider)}") if lacking else PASS


CONTROL = Control(
    id="iam-trust-not-open",
    title="No role trusts everybody, and web identities are pinned",
    severity=Severity.HIGH,
    rationale="Everyone with an AWS account, or any repository, takes the role.",
    remediation=Remediation(
        summary="Name the principals; pin sub and aud of an identity provider",
        snippet=(
            "condition = {\n"
            '    "StringEquals": {\n'
            '        f"{issuer}:aud": "sts.amazonaws.com",\n'
            '        f"{issuer}:sub": "repo:platform/atoll:ref:refs/heads/main",\n'
            "    }\n"
            "}"
        ),
    ),
    catalogue=("IAM-06",),
    types=(ROLE,),
    check=check,
)
