"""Replication of one bucket to another region (STO-1, DR-1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, iam, s3

from components.identity.service_trust import service_trust

TOKEN = "atoll:storage:BucketReplication"
PROMISED_MINUTES = 15
"""Minutes within which AWS's SLA for replication time control holds for 99.9 % of objects; S3 takes no other number."""
RULE = "everything"
PERIOD_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class ReplicatedBucketEnd:
    """A bucket at one end of a replication."""

    name: pulumi.Input[str]
    arn: pulumi.Input[str]
    region: str
    key_arn: pulumi.Input[str]
    """Key that its objects are encrypted with."""


@dataclass(frozen=True, kw_only=True)
class BucketReplicationArgs:
    """Wiring of one direction."""

    source: ReplicatedBucketEnd
    destination: ReplicatedBucketEnd
    time_control: bool
    """Promise 15 minutes, and tell how far it is behind."""
    account_id: str
    """Account of both buckets."""
    topic_arn: pulumi.Input[str] | None
    """Topic in the source's region that is told when it fails or falls behind; None for nobody."""


class BucketReplication(pulumi.ComponentResource):
    """Everything of one bucket, copied to a bucket in another region and encrypted there with that region's key.

    Makes: the role that S3 copies under, which reads the one bucket, writes replicas to the other and uses their keys
    for nothing else; the replication of all objects, deletions (as markers) and metadata of replicas; with time control
    two alarms: an object has failed, or the replication is more than 15 minutes behind. One component a direction: S3
    never sends a replica back.
    Costs: USD 0.02 a GB between regions, requests, the second copy; with time control USD 0.015 a GB and
    USD 0.20 for the alarms.
    Does not: copy what is there already (S3 Batch Replication does, once), or delete versions at the other end: whoever
    deletes for good does so in one region. Both buckets need versioning.
    Units: minutes. Source: STO-1; https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html
    """

    role_arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: BucketReplicationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-role` and `{name}-replication`; the provider has to be one of the source's region."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        role = iam.Role(
            f"{name}-role",
            description="S3 copies a bucket to another region",
            assume_role_policy=pulumi.Output.json_dumps(trust(args.source.arn, args.account_id)),
            opts=child,
        )
        policy = iam.RolePolicy(
            f"{name}-permissions",
            role=role.id,
            policy=pulumi.Output.json_dumps(permissions(args.source, args.destination)),
            opts=child,
        )
        s3.BucketReplicationConfig(
            f"{name}-replication",
            bucket=args.source.name,
            role=role.arn,
            rules=[_rule(args)],
            # S3 tries the role at once.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        if args.time_control:
            self._watch(name, args)
        self.role_arn = role.arn
        self.register_outputs({"role_arn": self.role_arn})

    def _watch(self, name: str, args: BucketReplicationArgs) -> None:
        for metric, statistic, threshold, text in (
            ("OperationsFailedReplication", "Sum", 0, "An object was not replicated: it is in one region alone."),
            ("ReplicationLatency", "Maximum", PROMISED_MINUTES * 60, "Replication is more than 15 minutes behind."),
        ):
            cloudwatch.MetricAlarm(
                f"{name}-alarm-{metric.lower()}",
                alarm_description=text,
                namespace="AWS/S3",
                metric_name=metric,
                dimensions={
                    "SourceBucket": args.source.name,
                    "DestinationBucket": args.destination.name,
                    "RuleId": RULE,
                },
                statistic=statistic,
                period=PERIOD_SECONDS,
                evaluation_periods=1,
                threshold=threshold,
                comparison_operator="GreaterThanThreshold",
                treat_missing_data="notBreaching",
                alarm_actions=[args.topic_arn] if args.topic_arn is not None else [],
                opts=pulumi.ResourceOptions(parent=self),
            )


def _rule(args: BucketReplicationArgs) -> s3.BucketReplicationConfigRuleArgs:
    end = s3.BucketReplicationConfigRuleDestinationArgs(
        bucket=args.destination.arn,
        storage_class="STANDARD",
        encryption_configuration=s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs(
            replica_kms_key_id=args.destination.key_arn
        ),
        metrics=_metrics() if args.time_control else None,
        replication_time=_promise() if args.time_control else None,
    )
    chosen = s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs(
        # Without this, S3 skips whatever a key of KMS encrypts: everything.
        sse_kms_encrypted_objects=s3.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs(
            status="Enabled"
        ),
        replica_modifications=s3.BucketReplicationConfigRuleSourceSelectionCriteriaReplicaModificationsArgs(
            status="Enabled"
        ),
    )
    return s3.BucketReplicationConfigRuleArgs(
        id=RULE,
        priority=0,
        status="Enabled",
        filter=s3.BucketReplicationConfigRuleFilterArgs(prefix=""),
        delete_marker_replication=s3.BucketReplicationConfigRuleDeleteMarkerReplicationArgs(status="Enabled"),
        source_selection_criteria=chosen,
        destination=end,
    )


def _metrics() -> s3.BucketReplicationConfigRuleDestinationMetricsArgs:
    return s3.BucketReplicationConfigRuleDestinationMetricsArgs(
        status="Enabled",
        event_threshold=s3.BucketReplicationConfigRuleDestinationMetricsEventThresholdArgs(minutes=PROMISED_MINUTES),
    )


def _promise() -> s3.BucketReplicationConfigRuleDestinationReplicationTimeArgs:
    return s3.BucketReplicationConfigRuleDestinationReplicationTimeArgs(
        status="Enabled",
        time=s3.BucketReplicationConfigRuleDestinationReplicationTimeTimeArgs(minutes=PROMISED_MINUTES),
    )


def trust(source_arn: pulumi.Input[str], account_id: str) -> dict[str, Any]:
    """S3, for this bucket of this account."""
    return service_trust("S3", "s3.amazonaws.com", account_id, source_arn)


def permissions(source: ReplicatedBucketEnd, destination: ReplicatedBucketEnd) -> dict[str, Any]:
    """Read the one bucket, replicate into the other, and use each key by S3 of its region alone.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
    """

    def through(end: ReplicatedBucketEnd) -> dict[str, Any]:
        return {
            "StringLike": {
                "kms:ViaService": f"s3.{end.region}.amazonaws.com",
                # The context is the bucket, for it has a bucket key; or the object, for what is older than that.
                "kms:EncryptionContext:aws:s3:arn": [end.arn, pulumi.Output.format("{0}/*", end.arn)],
            }
        }

    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ReadConfiguration",
                "Effect": "Allow",
                "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"],
                "Resource": source.arn,
            },
            {
                "Sid": "ReadVersions",
                "Effect": "Allow",
                "Action": [
                    "s3:GetObjectVersionAcl",
                    "s3:GetObjectVersionForReplication",
                    "s3:GetObjectVersionTagging",
                ],
                "Resource": pulumi.Output.format("{0}/*", source.arn),
            },
            {
                "Sid": "Replicate",
                "Effect": "Allow",
                "Action": ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
                "Resource": pulumi.Output.format("{0}/*", destination.arn),
            },
            {
                "Sid": "Decrypt",
                "Effect": "Allow",
                "Action": "kms:Decrypt",
                "Resource": source.key_arn,
                "Condition": through(source),
            },
            {
                "Sid": "Encrypt",
                "Effect": "Allow",
                "Action": ["kms:Encrypt", "kms:GenerateDataKey"],
                "Resource": destination.key_arn,
                "Condition": through(destination),
            },
        ],
    }
