"""Buckets of data replicate to another bucket within 15 minutes."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from policies.buckets import BUCKETS, configured, unless_logs
from policies.control import Control, ControlSettings, Pillar, Remediation, Severity, settings_of
from policies.subject import Block, Subject
from policies.verdicts import Fail, NotApplicable, Undecided, Verdict, all_of, any_of


class Settings(ControlSettings):
    """How many other regions the environment has."""

    regions: int = 1
    """Other regions; 0 for an environment of one region, whose buckets have nowhere to go."""
    elsewhere: Mapping[str, str] = Field(default_factory=dict[str, str])
    """Beginning of a bucket's name → stack that replicates it."""
    regional: Mapping[str, str] = Field(default_factory=dict[str, str])
    """Beginning of a bucket's name → why what it holds belongs to its region alone."""


KINDS = ("aws:s3/bucketReplicationConfig:BucketReplicationConfig",)
INLINE = ("replicationConfiguration", "replicationConfigurations")
KMS = "sourceSelectionCriteria.sseKmsEncryptedObjects"


def check(bucket: Subject) -> Verdict:
    """Nothing replicates where nobody says so. Logs stay where they are made, and replicas are copies already."""
    settings: Settings = settings_of(bucket.view, CONTROL)
    if settings.regions == 0:
        return NotApplicable("the environment has one region")
    name = str(bucket.read("bucket").value)
    for beginning, stack in settings.elsewhere.items():
        if name.startswith(beginning):
            return NotApplicable(f"the stack {stack} replicates it")
    for beginning, why in settings.regional.items():
        if name.startswith(beginning):
            return NotApplicable(why)
    if any(bucket.companions(kind, "rules").certain for kind in KINDS):
        return NotApplicable("it is the replica of another bucket")
    verdict = configured(bucket, KINDS, _replicates, "it has no replication", *INLINE)
    return unless_logs(bucket, "it holds logs, which stay in their region", verdict)


def _replicates(configuration: Subject | Block) -> Verdict:
    rules = configuration.blocks("rules")
    if rules is None:
        return Undecided("rules")
    return any_of(*(_in_time(rule) for rule in rules)) if rules else Fail("its replication has no rule")


def _in_time(rule: Block) -> Verdict:
    inline = rule.read(f"{KMS}.enabled")
    return all_of(
        rule.read("status").must_be("Enabled"),
        rule.read("destination.replicationTime.status").must_be("Enabled"),
        rule.read("destination.metrics.status").must_be("Enabled"),
        rule.read(f"{KMS}.status").must_be("Enabled") if inline.missing else inline.must_be(True),
    )


CONTROL = Control(
    id="s3-bucket-replicated",
    title="Buckets of data replicate to another bucket within 15 minutes",
    severity=Severity.LOW,
    rationale="When the region is gone, so are the objects.",
    remediation=Remediation(
        summary="Replicate everything, with time control, metrics and objects that KMS encrypts",
        snippet=(
            "s3.BucketReplicationConfig(\n"
            '    f"{name}-replication", bucket=bucket.id, role=role.arn,\n'
            "    rules=[{\n"
            '        "status": "Enabled", "filter": {}, "delete_marker_replication": {"status": "Enabled"},\n'
            '        "source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}},\n'
            '        "destination": {\n'
            '            "bucket": replica_arn, "encryption_configuration": {"replica_kms_key_id": replica_key_arn},\n'
            '            "replication_time": {"status": "Enabled", "time": {"minutes": 15}},\n'
            '            "metrics": {"status": "Enabled", "event_threshold": {"minutes": 15}},\n'
            "        },\n"
            "    }],\n"
            ")"
        ),
    ),
    catalogue=("S3-09",),
    pillar=Pillar.RELIABILITY,
    settings=Settings,
    types=BUCKETS,
    check=check,
    looks_around=True,
)
