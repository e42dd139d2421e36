"""The account blocks public access to all of its buckets, also those that nobody has thought of."""

from __future__ import annotations

from policies.control import Remediation, Severity, StackControl
from policies.subject import View
from policies.verdicts import Fail, Verdict, all_of

BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
SWITCHES = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def check(stack: View) -> Verdict:
    """Every switch is off where nobody turns it on; of several blocks the last wins, so all must be right."""
    blocks = stack.of_type(BLOCK)
    if not blocks:
        return Fail("the stack has no block of public access for the account")
    return all_of(*(block.read(switch, default=False).must_be(True) for block in blocks for switch in SWITCHES))


CONTROL = StackControl(
    id="s3-account-public-access-blocked",
    title="The account blocks public access to all of its buckets",
    severity=Severity.MEDIUM,
    rationale="One wrong policy or ACL on any bucket of the account opens it to the internet.",
    remediation=Remediation(
        summary="Add an AccountPublicAccessBlock with all four switches on",
        snippet=(
            "s3.AccountPublicAccessBlock(\n"
            "    name, block_public_acls=True, block_public_policy=True,\n"
            "    ignore_public_acls=True, restrict_public_buckets=True,\n"
            ")"
        ),
    ),
    catalogue=("S3-01",),
    check=check,
)
