"""Buckets deliver server access logs to another bucket."""

from __future__ import annotations

from policies.buckets import BUCKETS, LOGGING, configured, unless_logs
from policies.control import Control, Remediation, Severity
from policies.subject import Block, Subject
from policies.verdicts import Fail, Verdict


def check(bucket: Subject) -> Verdict:
    """Nothing is logged where nobody says so. A bucket of logs would log its own logging, and is not asked."""
    verdict = configured(
        bucket, LOGGING, lambda logging: _elsewhere(bucket, logging), "it has no access logs", "logging", "loggings"
    )
    return unless_logs(bucket, "it holds logs of others: logging it would log the logging", verdict)


def _elsewhere(bucket: Subject, logging: Subject | Block) -> Verdict:
    target = logging.read("targetBucket")
    if target.value in bucket.identifiers():
        return Fail(f"{target.path} is the bucket itself")
    return target.must_be_set()


CONTROL = Control(
    id="s3-bucket-access-logged",
    title="Buckets deliver server access logs to another bucket",
    severity=Severity.MEDIUM,
    rationale="After a leak, nobody can say which objects were read, by whom.",
    remediation=Remediation(
        summary="Log to the bucket of logs, under a prefix of its own",
        snippet='s3.BucketLogging(name, bucket=bucket.id, target_bucket=logs.id, target_prefix=f"s3/{name}/")',
    ),
    catalogue=("S3-06",),
    types=BUCKETS,
    check=check,
    looks_around=True,
)
