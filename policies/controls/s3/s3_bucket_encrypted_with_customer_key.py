"""Buckets encrypt with a customer key by default."""

from __future__ import annotations

from policies.buckets import BUCKETS, UNENCRYPTABLE, configured, unless_logs
from policies.control import Control, Remediation, Severity
from policies.subject import Block, Subject
from policies.verdicts import Fail, Undecided, Verdict, all_of

KINDS = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
)
INLINE = ("serverSideEncryptionConfiguration", "serverSideEncryptionConfigurations")


def check(bucket: Subject) -> Verdict:
    """AWS encrypts with a key of its own (SSE-S3) where nobody says otherwise.

    Server access logs and those of load balancers can be written to SSE-S3 alone: their bucket is not asked.
    """
    verdict = configured(bucket, KINDS, _rules, "it is encrypted with the key of AWS", *INLINE)
    return unless_logs(
        bucket, "logs that are delivered to it can only be encrypted with SSE-S3", verdict, UNENCRYPTABLE
    )


def _rules(configuration: Subject | Block) -> Verdict:
    blocks = [block for path in ("rules", "rule") for block in configuration.blocks(path) or ()]
    if not blocks:
        return Undecided("rules") if configuration.blocks("rules") is None else Fail("it has no encryption rule")
    return all_of(*(_with_key(block) for block in blocks))


def _with_key(rule: Block) -> Verdict:
    by_default = "applyServerSideEncryptionByDefault"
    return all_of(
        rule.read(f"{by_default}.sseAlgorithm").must_be_one_of(("aws:kms", "aws:kms:dsse")),
        rule.read(f"{by_default}.kmsMasterKeyId").must_be_set(),
        rule.read("bucketKeyEnabled", default=False).must_be(True),
    )


CONTROL = Control(
    id="s3-bucket-encrypted-with-customer-key",
    title="Buckets encrypt with a customer key by default",
    severity=Severity.MEDIUM,
    rationale="With the key of AWS nobody can take the right to read away, nor see who used it.",
    remediation=Remediation(
        summary="Encrypt with aws:kms, a key of your own and a bucket key",
        snippet=(
            "s3.BucketServerSideEncryptionConfiguration(\n"
            '    f"{name}-encryption", bucket=bucket.id,\n'
            "    rules=[{\n"
            '        "apply_server_side_encryption_by_default": {\n'
            '            "sse_algorithm": "aws:kms", "kms_master_key_id": key.arn,\n'
            "        },\n"
            '        "bucket_key_enabled": True,\n'
            "    }],\n"
            ")"
        ),
    ),
    catalogue=("S3-04",),
    types=BUCKETS,
    check=check,
    looks_around=True,
)
