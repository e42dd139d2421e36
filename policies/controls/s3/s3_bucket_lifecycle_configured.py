"""Buckets have a lifecycle that also ends incomplete uploads."""

from __future__ import annotations

from policies.buckets import BUCKETS, companions, configured
from policies.control import Control, Pillar, Remediation, Severity
from policies.subject import Block, Subject
from policies.verdicts import Fail, Undecided, Verdict, all_of, any_of

KINDS = (
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
)


def check(bucket: Subject) -> Verdict:
    """There is no lifecycle where nobody writes one."""
    around = companions(bucket, *KINDS)
    if around.certain or around.possible:
        return configured(bucket, KINDS, _rules, "it has no lifecycle")
    blocks = bucket.blocks("lifecycleRules")
    if blocks is None:
        return Undecided("lifecycleRules")
    return any_of(*(_inline(block) for block in blocks)) if blocks else Fail("it has no lifecycle")


def _inline(rule: Block) -> Verdict:
    return all_of(rule.read("enabled").must_be(True), rule.read("abortIncompleteMultipartUploadDays").must_be_set())


def _rules(configuration: Subject | Block) -> Verdict:
    rules = configuration.blocks("rules")
    if rules is None:
        return Undecided("rules")
    return any_of(*(_aborts(rule) for rule in rules)) if rules else Fail("its lifecycle has no rule")


def _aborts(rule: Block) -> Verdict:
    return all_of(
        rule.read("status").must_be("Enabled"),
        rule.read("abortIncompleteMultipartUpload.daysAfterInitiation").must_be_set(),
    )


CONTROL = Control(
    id="s3-bucket-lifecycle-configured",
    title="Buckets have a lifecycle that also ends incomplete uploads",
    severity=Severity.MEDIUM,
    rationale="Parts of uploads that never ended are paid for and no listing shows them; nor does data ever go away.",
    remediation=Remediation(
        summary="Add an enabled rule that aborts incomplete uploads",
        snippet=(
            "s3.BucketLifecycleConfiguration(\n"
            '    f"{name}-lifecycle", bucket=bucket.id,\n'
            "    rules=[{\n"
            '        "id": "abort-uploads", "status": "Enabled", "filter": {"prefix": ""},\n'
            '        "abort_incomplete_multipart_upload": {"days_after_initiation": 7},\n'
            "    }],\n"
            ")"
        ),
    ),
    catalogue=("S3-07",),
    pillar=Pillar.COST,
    types=BUCKETS,
    check=check,
    looks_around=True,
)
