"""Buckets of data tell when objects change."""

from __future__ import annotations

from policies.buckets import BUCKETS, configured, unless_logs
from policies.control import Control, Remediation, Severity
from policies.subject import Block, Subject
from policies.verdicts import Verdict, any_of

KINDS = ("aws:s3/bucketNotification:BucketNotification",)


def check(bucket: Subject) -> Verdict:
    """A bucket tells nobody by itself. Buckets of logs change all the time and are not asked."""
    verdict = configured(bucket, KINDS, _tells, "it has no notifications")
    return unless_logs(bucket, "it holds logs, which change all the time", verdict)


def _tells(notification: Subject | Block) -> Verdict:
    targets = ("lambdaFunctions", "queues", "topics")
    bus = notification.read("eventbridge", default=False).must_be(True)
    return any_of(bus, *(notification.read(target).must_be_set() for target in targets))


CONTROL = Control(
    id="s3-bucket-events-notified",
    title="Buckets of data tell when objects change",
    severity=Severity.LOW,
    rationale="Nobody notices that objects are deleted or replaced before somebody misses them.",
    remediation=Remediation(
        summary="Send events to EventBridge, which costs nothing until a rule wants them",
        snippet='s3.BucketNotification(f"{name}-events", bucket=bucket.id, eventbridge=True)',
    ),
    catalogue=("S3-13",),
    types=BUCKETS,
    check=check,
    looks_around=True,
)
