"""Buckets and what belongs to them, in all spellings that the provider has."""

from __future__ import annotations

from collections.abc import Callable

from policies.subject import Block, Companions, Subject
from policies.verdicts import Fail, NotApplicable, Undecided, Verdict, all_of

BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
LOGGING = ("aws:s3/bucketLogging:BucketLogging", "aws:s3/bucketLoggingV2:BucketLoggingV2")
LOG_WRITERS = (
    (LOGGING[0], "targetBucket"),
    (LOGGING[1], "targetBucket"),
    ("aws:lb/loadBalancer:LoadBalancer", "accessLogs.bucket"),
    ("aws:cloudtrail/trail:Trail", "s3BucketName"),
    ("aws:cfg/deliveryChannel:DeliveryChannel", "s3BucketName"),
    (
        "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
        "deliveryDestinationConfiguration.destinationResourceArn",
    ),
)
"""Type → property that names the bucket that its logs go to."""
UNENCRYPTABLE = LOG_WRITERS[:3]
"""Those that cannot write to a bucket that encrypts with a customer's key by default."""


def companions(bucket: Subject, *kinds: str) -> Companions:
    """Resources of some types whose `bucket` is this one."""
    found = [bucket.companions(kind, "bucket") for kind in kinds]
    return Companions(
        tuple(each for some in found for each in some.certain),
        tuple(each for some in found for each in some.possible),
    )


def configured(
    bucket: Subject,
    kinds: tuple[str, ...],
    check: Callable[[Subject | Block], Verdict],
    missing: str,
    *inline: str,
) -> Verdict:
    """Ask what configures a bucket: resources of some types, or the bucket's own deprecated properties.

    Resources win over the bucket's own properties, which a deployed bucket shows as they were before those resources
    were made. Where there are several, all must be right: which of them wins is a matter of their order.

    Args:
        bucket: the bucket.
        kinds: types of resources that refer to it by `bucket`.
        check: asked of each such resource and of each inline block.
        missing: what to say where there is none.
        inline: properties of the bucket that say the same.
    """
    around = companions(bucket, *kinds)
    if around.certain:
        return all_of(*(check(each) for each in around.certain))
    if around.possible:
        return Undecided(f"bucket of {around.possible[0]}")
    found: list[Block] = []
    for path in inline:
        blocks = bucket.blocks(path)
        if blocks is None:
            return Undecided(path)
        found += blocks
    return all_of(*(check(each) for each in found)) if found else Fail(missing)


def unless_logs(
    bucket: Subject, reason: str, verdict: Verdict, writers: tuple[tuple[str, str], ...] = LOG_WRITERS
) -> Verdict:
    """A verdict about a bucket of data; not applicable to one that other resources of the stack write their logs to.

    Where nobody knows yet whether they do, a failure is undecided.
    """
    found = [bucket.companions(kind, path) for kind, path in writers]
    if any(some.certain for some in found):
        return NotApplicable(reason)
    possible = [writer for some in found for writer in some.possible]
    if possible and isinstance(verdict, Fail):
        return Undecided(f"where {possible[0]} writes its logs")
    return verdict
