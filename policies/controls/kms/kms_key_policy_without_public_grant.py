"""No key policy grants anything to everyone."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.documents import read_policy
from policies.exposure import open_to_anyone
from policies.subject import Subject
from policies.verdicts import PASS, Fail, NotApplicable, Verdict


def check(key: Subject) -> Verdict:
    """Where nobody writes a policy, AWS lets the account alone decide.

    A condition on the service (kms:ViaService) is not enough: every account's requests come through it.
    """
    statements = read_policy(key.read("policy"))
    if isinstance(statements, NotApplicable):
        return PASS
    if not isinstance(statements, tuple):
        return statements
    public = [statement for statement in statements if open_to_anyone(statement)]
    return Fail(f"its statement {public[0].sid or 1} allows everyone") if public else PASS


CONTROL = Control(
    id="kms-key-policy-without-public-grant",
    title="No key policy grants anything to everyone",
    severity=Severity.CRITICAL,
    rationale="Whoever has the ciphertext, in whatever account, has the data.",
    remediation=Remediation(
        summary="Name the principals, or limit the statement to callers of the account",
        snippet=(
            "statement = {\n"
            '    "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*",\n'
            '    "Condition": {"StringEquals": {"kms:CallerAccount": account_id, "kms:ViaService": service}},\n'
            "}"
        ),
    ),
    catalogue=("KMS-02",),
    types=(
        "aws:kms/key:Key",
        "aws:kms/keyPolicy:KeyPolicy",
        "aws:kms/replicaKey:ReplicaKey",
    ),
    check=check,
)
