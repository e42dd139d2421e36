"""Buckets have no ACLs: their owner owns every object."""

from __future__ import annotations

from policies.buckets import BUCKETS, configured
from policies.control import Control, Remediation, Severity
from policies.subject import Block, Subject
from policies.verdicts import Verdict

KINDS = ("aws:s3/bucketOwnershipControls:BucketOwnershipControls",)


def check(bucket: Subject) -> Verdict:
    """AWS makes buckets without ACLs since April 2023; older ones keep theirs, so it has to be said."""
    return configured(bucket, KINDS, _enforced, "it has no ownership controls")


def _enforced(ownership: Subject | Block) -> Verdict:
    return ownership.read("rule.objectOwnership").must_be("BucketOwnerEnforced")


CONTROL = Control(
    id="s3-bucket-acls-disabled",
    title="Buckets have no ACLs: their owner owns every object",
    severity=Severity.MEDIUM,
    rationale="An object that somebody else wrote belongs to them, and an ACL opens it past every policy.",
    remediation=Remediation(
        summary="Enforce the ownership of the bucket owner",
        snippet=(
            "s3.BucketOwnershipControls(\n"
            '    f"{name}-ownership", bucket=bucket.id, rule={"object_ownership": "BucketOwnerEnforced"}\n'
            ")"
        ),
    ),
    catalogue=("S3-08",),
    types=BUCKETS,
    check=check,
    looks_around=True,
)
