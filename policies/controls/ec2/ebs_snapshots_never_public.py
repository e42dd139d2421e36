"""Snapshots of volumes cannot be shared publicly."""

from __future__ import annotations

from policies.control import Remediation, Severity, StackControl
from policies.subject import View
from policies.verdicts import Fail, Verdict, all_of

BLOCK = "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess"


def check(stack: View) -> Verdict:
    """Sharing is allowed until somebody blocks it; blocking new sharing alone leaves what is public already."""
    blocks = stack.of_type(BLOCK)
    if not blocks:
        return Fail("the stack does not block public sharing of snapshots")
    return all_of(*(block.read("state").must_be("block-all-sharing") for block in blocks))


CONTROL = StackControl(
    id="ebs-snapshots-never-public",
    title="Snapshots of volumes cannot be shared publicly",
    severity=Severity.CRITICAL,
    rationale="A snapshot that is public for an hour is copied by somebody for ever.",
    remediation=Remediation(
        summary="Block all public sharing, once in every region of an account",
        snippet='ebs.SnapshotBlockPublicAccess(name, state="block-all-sharing")',
    ),
    catalogue=("EC2-18",),
    check=check,
)
