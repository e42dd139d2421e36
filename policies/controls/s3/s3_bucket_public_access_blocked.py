"""Every bucket has a public access block of its own, with all four switches on."""

from __future__ import annotations

from policies.buckets import BUCKETS
from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Fail, Undecided, Verdict, all_of

BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
SWITCHES = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def check(bucket: Subject) -> Verdict:
    """Every block that refers to the bucket has everything on: of several, the last one applied wins."""
    blocks = bucket.companions(BLOCK, "bucket")
    if not blocks.certain:
        return (
            Undecided("bucket of its public access block") if blocks.possible else Fail("it has no public access block")
        )
    return all_of(*(_on(block) for block in blocks.certain))


def _on(block: Subject) -> Verdict:
    return all_of(*(block.read(switch, default=False).must_be(True) for switch in SWITCHES))


CONTROL = Control(
    id="s3-bucket-public-access-blocked",
    title="Every bucket carries its own public access block",
    severity=Severity.HIGH,
    rationale="One wrong policy or ACL opens a bucket to the internet; the block holds even then.",
    remediation=Remediation(
        summary="Add a BucketPublicAccessBlock with all four switches on",
        snippet=(
            "s3.BucketPublicAccessBlock(\n"
            '    f"{name}-public-access", bucket=bucket.id, block_public_acls=True, block_public_policy=True,\n'
            "    ignore_public_acls=True, restrict_public_buckets=True,\n"
            ")"
        ),
    ),
    catalogue=("S3-02",),
    types=BUCKETS,
    check=check,
    looks_around=True,
)
