"""Lifecycle rules of a bucket: pure functions of its settings.

Source: Amazon S3 User Guide, "Managing the lifecycle of objects", "Transitioning objects using Amazon S3 Lifecycle".
"""

from __future__ import annotations

from pulumi_aws import s3

from contracts.settings.data import BucketSettings

ABORT_UPLOADS_AFTER_DAYS = 7
"""Parts of an upload that never completed are paid for and seen by no listing."""


def rules(settings: BucketSettings) -> list[s3.BucketLifecycleConfigurationRuleArgs]:
    """Return the rules, one per need, each over the whole bucket.

    Intelligent-Tiering begins on the day an object arrives. Its optional archive tiers are left off: an object in
    them has to be restored first, which an asset or an upload that somebody is waiting for cannot be.
    """
    found = [
        _rule(
            "abort-incomplete-uploads",
            abort=s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                days_after_initiation=ABORT_UPLOADS_AFTER_DAYS
            ),
        )
    ]
    if settings.intelligent_tiering:
        found.append(_rule("intelligent-tiering", transition=_transition("INTELLIGENT_TIERING", 0)))
    if settings.glacier_ir_after_days is not None:
        found.append(
            _rule("glacier-instant-retrieval", transition=_transition("GLACIER_IR", settings.glacier_ir_after_days))
        )
    if settings.expire_after_days is not None:
        found.append(
            _rule(
                "expire",
                expiration=s3.BucketLifecycleConfigurationRuleExpirationArgs(days=settings.expire_after_days),
            )
        )
    if settings.versioning:
        found.append(
            _rule(
                "expire-old-versions",
                noncurrent=s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                    noncurrent_days=settings.noncurrent_expire_after_days
                ),
            )
        )
    return found


def _transition(storage_class: str, days: int) -> s3.BucketLifecycleConfigurationRuleTransitionArgs:
    return s3.BucketLifecycleConfigurationRuleTransitionArgs(storage_class=storage_class, days=days)


def _rule(
    rule_id: str,
    *,
    transition: s3.BucketLifecycleConfigurationRuleTransitionArgs | None = None,
    expiration: s3.BucketLifecycleConfigurationRuleExpirationArgs | None = None,
    noncurrent: s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs | None = None,
    abort: s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs | None = None,
) -> s3.BucketLifecycleConfigurationRuleArgs:
    return s3.BucketLifecycleConfigurationRuleArgs(
        id=rule_id,
        status="Enabled",
        filter=s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
        transitions=[transition] if transition else None,
        expiration=expiration,
        noncurrent_version_expiration=noncurrent,
        abort_incomplete_multipart_upload=abort,
    )
