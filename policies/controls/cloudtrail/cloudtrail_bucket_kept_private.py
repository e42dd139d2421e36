"""The bucket of a trail is blocked for the public and logs who reads it."""

from __future__ import annotations

from policies.buckets import BUCKETS, LOGGING
from policies.control import Control, Remediation, Severity
from policies.related import has_companion
from policies.subject import Subject
from policies.trails import TRAIL
from policies.verdicts import Undecided, Verdict, all_of

BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
SWITCHES = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def check(trail: Subject) -> Verdict:
    """The bucket must be in the stack, else it cannot be told."""
    name = trail.read("s3BucketName")
    referred = {bucket.urn for bucket in trail.referred("s3BucketName")}
    buckets = [b for b in trail.view.of_type(*BUCKETS) if b.urn in referred or name.value in b.identifiers()]
    return all_of(*(_private(bucket) for bucket in buckets)) if buckets else Undecided("s3BucketName: its bucket")


def _private(bucket: Subject) -> Verdict:
    blocked = has_companion(
        bucket,
        f"its bucket {bucket} has no public access block",
        (BLOCK, "bucket"),
        check=lambda block: all_of(*(block.read(switch, default=False).must_be(True) for switch in SWITCHES)),
    )
    logged = has_companion(
        bucket,
        f"its bucket {bucket} does not log who reads it",
        *((kind, "bucket") for kind in LOGGING),
        check=lambda logging: logging.read("targetBucket").must_be_set(),
    )
    return all_of(blocked, logged)


CONTROL = Control(
    id="cloudtrail-bucket-kept-private",
    title="The bucket of a trail is blocked for the public and logs who reads it",
    severity=Severity.CRITICAL,
    rationale="Whoever can read or delete the trail knows every call, or hides theirs.",
    remediation=Remediation(
        summary="Block public access to the bucket and log requests to it",
        snippet='s3.BucketLogging(name, bucket=bucket.id, target_bucket=logs.id, target_prefix="trail/")',
    ),
    catalogue=("CT-06",),
    companions=("s3-bucket-public-access-blocked",),
    types=(TRAIL,),
    check=check,
    looks_around=True,
)
