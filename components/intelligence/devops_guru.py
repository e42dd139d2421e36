"""Amazon DevOps Guru on the resources of one stack (AI-1)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import devopsguru

from contracts.settings.intelligence import DevOpsGuruSettings

TOKEN = "atoll:intelligence:DevOpsGuru"
TAG = "DevOps-Guru-Atoll"
"""Tag by which DevOps Guru finds resources; the service takes keys with this beginning alone. The stack's provider
puts it on everything."""
SEVERITIES = ("HIGH", "MEDIUM", "LOW")


@dataclass(frozen=True, kw_only=True)
class DevOpsGuruArgs:
    """What is analysed, and who is told."""

    environment: str
    """Value of the tag."""
    settings: DevOpsGuruSettings
    topic_arn: pulumi.Input[str]
    """Its policy admits `region.devops-guru.amazonaws.com`."""
    key_arn: pulumi.Input[str]
    """Encrypts insights."""


class DevOpsGuru(pulumi.ComponentResource):
    """Everything that carries the stack's tag is analysed; new, severe and closed insights go to the alarm topic.

    Coverage, and the key of insights, are settings of account and region: two stacks in one account and region share
    them, so one of them may switch this on. Costs USD 0.0028 an hour for each Lambda function and bucket, USD 0.0042
    for each other resource that it analyses. Source: AI-1; Amazon DevOps Guru User Guide, "Using tags to identify
    resources", "Set up Amazon SNS topics", "Data protection".
    """

    def __init__(self, name: str, *, args: DevOpsGuruArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        coverage = devopsguru.ResourceCollection(
            f"{name}-devops-guru",
            type="AWS_TAGS",
            tags=devopsguru.ResourceCollectionTagsArgs(app_boundary_key=TAG, tag_values=[args.environment]),
            opts=child,
        )
        after = pulumi.ResourceOptions(parent=self, depends_on=[coverage])
        devopsguru.NotificationChannel(
            f"{name}-devops-guru-topic",
            sns=devopsguru.NotificationChannelSnsArgs(topic_arn=args.topic_arn),
            filters=devopsguru.NotificationChannelFiltersArgs(
                message_types=["NEW_INSIGHT", "SEVERITY_UPGRADED", "CLOSED_INSIGHT"],
                severities=list(SEVERITIES[: SEVERITIES.index(args.settings.least_severity) + 1]),
            ),
            opts=after,
        )
        devopsguru.ServiceIntegration(
            f"{name}-devops-guru-services",
            kms_server_side_encryption=devopsguru.ServiceIntegrationKmsServerSideEncryptionArgs(
                kms_key_id=args.key_arn, opt_in_status="ENABLED", type="CUSTOMER_MANAGED_KEY"
            ),
            logs_anomaly_detection=devopsguru.ServiceIntegrationLogsAnomalyDetectionArgs(opt_in_status="ENABLED"),
            ops_center=devopsguru.ServiceIntegrationOpsCenterArgs(opt_in_status="DISABLED"),
            opts=after,
        )
        self.register_outputs({})
