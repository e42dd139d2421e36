"""AWS Config: what every resource was like, and when (SEC-2)."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
from pulumi_aws.cfg._inputs import (
    ConfigurationAggregatorAccountAggregationSourceArgs,
    DeliveryChannelSnapshotDeliveryPropertiesArgs,
    RecorderRecordingGroupArgs,
    RecorderRecordingModeArgs,
)
from pulumi_aws.cfg.configuration_aggregator import ConfigurationAggregator
from pulumi_aws.cfg.delivery_channel import DeliveryChannel
from pulumi_aws.cfg.recorder import Recorder
from pulumi_aws.cfg.recorder_status import RecorderStatus
from pulumi_aws.cfg.retention_configuration import RetentionConfiguration
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy
from pulumi_aws.iam.role_policy_attachment import RolePolicyAttachment

from components.detection.audit_archive import CONFIG_PREFIX
from components.identity.roles import Scope
from components.identity.service_trust import service_trust
from components.identity.statements import allow
from contracts.settings.detection import RecorderSettings

TOKEN = "atoll:detection:ConfigRecorder"
READ_CONFIGURATION = "arn:aws:iam::aws:policy/service-role/AWS_ConfigRole"
"""AWS's policy for the recorder: it may describe every resource that Config knows, and follows what Config learns."""
FREQUENCIES = {1: "One_Hour", 3: "Three_Hours", 6: "Six_Hours", 12: "Twelve_Hours", 24: "TwentyFour_Hours"}


@dataclass(frozen=True, kw_only=True)
class ConfigRecorderArgs:
    """Wiring of the recorder."""

    settings: RecorderSettings
    scope: Scope
    bucket: pulumi.Input[str]
    """The bucket of evidence, once its policy lets Config write."""
    key_arn: pulumi.Input[str]
    """The audit key."""
    retention_days: int
    """Days that Config keeps the history, 30 to 2557."""


class ConfigRecorder(pulumi.ComponentResource):
    """The recorder of a region, where it delivers, and an aggregator over all regions of the account.

    Makes: the role, the recorder (every type; IAM in the home region alone), the delivery channel into the bucket of
    evidence, what starts the recorder, how long the history is kept, the aggregator.
    Costs: USD 0.003 a recorded change. Does not: judge (`ConformancePack`).
    Errors: MaxNumberOfConfigurationRecordersExceededException where the region has a recorder already.
    Source: SEC-2; AWS Config Developer Guide, "Permissions for the IAM role assigned to AWS Config".
    """

    started: RecorderStatus
    """What rules and packs must wait for: Config refuses them before a recorder runs."""

    def __init__(self, name: str, *, args: ConfigRecorderArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-recorder` and what belongs to it."""
        super().__init__(TOKEN, name, None, opts)
        child, scope, settings = pulumi.ResourceOptions(parent=self), args.scope, args.settings
        role = self._role(name, args)
        recorder = Recorder(
            f"{name}-recorder",
            name=f"atoll-{scope.environment}",
            role_arn=role.arn,
            recording_group=RecorderRecordingGroupArgs(
                all_supported=True, include_global_resource_types=settings.global_resources
            ),
            recording_mode=RecorderRecordingModeArgs(recording_frequency="CONTINUOUS"),
            opts=child,
        )
        channel = DeliveryChannel(
            f"{name}-recorder-delivery",
            name=f"atoll-{scope.environment}",
            s3_bucket_name=args.bucket,
            s3_key_prefix=CONFIG_PREFIX,
            s3_kms_key_arn=args.key_arn,
            snapshot_delivery_properties=DeliveryChannelSnapshotDeliveryPropertiesArgs(
                delivery_frequency=FREQUENCIES[settings.delivery_hours]
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[recorder]),
        )
        status = RecorderStatus(
            f"{name}-recorder-started",
            name=recorder.name,
            is_enabled=True,
            # Config refuses to start a recorder that delivers nowhere.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[channel]),
        )
        RetentionConfiguration(
            f"{name}-recorder-history", retention_period_in_days=max(30, min(args.retention_days, 2557)), opts=child
        )
        if settings.aggregate:
            ConfigurationAggregator(
                f"{name}-recorder-regions",
                name=f"atoll-{scope.environment}",
                account_aggregation_source=ConfigurationAggregatorAccountAggregationSourceArgs(
                    account_ids=[scope.account_id], all_regions=True
                ),
                opts=child,
            )
        self.started = status
        self.register_outputs({"recorder_name": status.name})

    def _role(self, name: str, args: ConfigRecorderArgs) -> Role:
        child, scope = pulumi.ResourceOptions(parent=self), args.scope
        role = Role(
            f"{name}-recorder-role",
            name=f"atoll-{scope.environment}-config-{scope.region}",
            description="AWS Config, to see what there is and to deliver it",
            assume_role_policy=json.dumps(service_trust("Config", "config.amazonaws.com", scope.account_id)),
            opts=child,
        )
        RolePolicyAttachment(f"{name}-recorder-reads", role=role.name, policy_arn=READ_CONFIGURATION, opts=child)
        objects = pulumi.Output.concat("arn:aws:s3:::", args.bucket)
        prefix = f"/{CONFIG_PREFIX}/AWSLogs/{scope.account_id}/Config/*"
        RolePolicy(
            f"{name}-recorder-delivers",
            role=role.name,
            policy=pulumi.Output.json_dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        allow("LookAtBucket", ["s3:GetBucketAcl", "s3:ListBucket"], objects),
                        allow("Deliver", ["s3:PutObject"], pulumi.Output.concat(objects, prefix)),
                        allow("Encrypt", ["kms:Decrypt", "kms:GenerateDataKey"], args.key_arn),
                    ],
                }
            ),
            opts=child,
        )
        return role
