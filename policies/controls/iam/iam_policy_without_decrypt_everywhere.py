"""No policy allows decrypting with every key."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.documents import Statement
from policies.permissions import POLICIES, every_statement
from policies.subject import Subject
from policies.verdicts import Verdict


def check(holder: Subject) -> Verdict:
    """Aliases or tags of keys in a condition limit which; kms:ViaService limits only how."""
    return every_statement(holder, _decrypts)


def _decrypts(statement: Statement) -> str | None:
    if statement.condition_on("kms:ResourceAliases", "kms:RequestAlias"):
        return None
    every = statement.every_resource or any(r.startswith("arn:") and r.endswith(":key/*") for r in statement.resources)
    decrypts = [action for action in ("kms:Decrypt", "kms:ReEncryptFrom") if statement.covers(action)]
    return f"allows {decrypts[0]} with every key" if every and decrypts else None


CONTROL = Control(
    id="iam-policy-without-decrypt-everywhere",
    title="No policy allows decrypting with every key",
    severity=Severity.MEDIUM,
    rationale="One role reads what every other has encrypted.",
    remediation=Remediation(
        summary="Name the keys", snippet='{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key_arn}'
    ),
    catalogue=("IAM-10",),
    companions=("iam-policy-without-full-access", "iam-policy-without-service-wildcard"),
    types=POLICIES,
    check=check,
)
