"""Buckets keep versions."""

from __future__ import annotations

from policies.buckets import BUCKETS, configured
from policies.control import Control, Pillar, Remediation, Severity
from policies.subject import Block, Subject
from policies.verdicts import Verdict

KINDS = ("aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2")


def check(bucket: Subject) -> Verdict:
    """Versioning is off where nobody turns it on. Buckets of logs are asked, too: whoever hides deletes logs first."""
    return configured(bucket, KINDS, _on, "it has no versioning", "versioning", "versionings")


def _on(configuration: Subject | Block) -> Verdict:
    if isinstance(configuration, Block):
        return configuration.read("enabled", default=False).must_be(True)
    return configuration.read("versioningConfiguration.status").must_be("Enabled")


CONTROL = Control(
    id="s3-bucket-versioned",
    title="Buckets keep versions",
    severity=Severity.MEDIUM,
    rationale="Without versions, one wrong deletion or overwrite is for ever.",
    remediation=Remediation(
        summary="Turn versioning on",
        snippet='s3.BucketVersioning(name, bucket=bucket.id, versioning_configuration={"status": "Enabled"})',
    ),
    catalogue=("S3-05",),
    pillar=Pillar.RELIABILITY,
    types=BUCKETS,
    check=check,
    looks_around=True,
)
