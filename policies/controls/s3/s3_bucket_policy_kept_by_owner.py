"""Other accounts cannot change who may do what with a bucket."""

from __future__ import annotations

import re

from policies.control import Control, Remediation, Severity
from policies.documents import Statement, is_open, read_policy
from policies.exposure import open_to_anyone
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Undecided, Verdict, all_of

ACTIONS = (
    "s3:DeleteBucketPolicy",
    "s3:PutBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutObjectAcl",
    "s3:PutEncryptionConfiguration",
)


def check(policy: Subject) -> Verdict:
    """A statement that allows another account, or everyone, to change permissions or encryption.

    Principals that this stack makes are of the own account; services of AWS are no accounts.
    """
    statements = read_policy(policy.read("policy"))
    if not isinstance(statements, tuple):
        return statements
    return all_of(*(_kept(policy, statement) for statement in statements))


def _kept(policy: Subject, statement: Statement) -> Verdict:
    actions = [action for action in ACTIONS if statement.allows(action)]
    if not actions:
        return PASS
    if open_to_anyone(statement):
        return Fail(f"it allows everyone {actions[0]}")
    named = [_account(value) for kind, value in statement.principals if kind == "AWS" and not is_open(value)]
    accounts = [account for account in named if account is not None]
    own = policy.node.account
    if accounts and not isinstance(own, str):
        return Undecided("account of the stack")
    foreign = [account for account in accounts if account != own]
    return Fail(f"it allows account {foreign[0]} {actions[0]}") if foreign else PASS


def _account(principal: str) -> str | None:
    """Account id of an ARN or an id alone; None for what names no account."""
    found = re.search(r"(?:^|:)(\d{12})(?::|$)", principal)
    return found[1] if found else None


CONTROL = Control(
    id="s3-bucket-policy-kept-by-owner",
    title="Other accounts cannot change who may do what with a bucket",
    severity=Severity.HIGH,
    rationale="Another account that may rewrite the policy gives itself everything else.",
    remediation=Remediation(
        summary="Leave these actions to the own account",
        snippet='statement = {"Effect": "Allow", "Principal": {"AWS": partner_arn}, "Action": "s3:GetObject"}',
    ),
    catalogue=("S3-12",),
    companions=("s3-bucket-policy-without-public-grant",),
    types=("aws:s3/bucketPolicy:BucketPolicy",),
    check=check,
)
