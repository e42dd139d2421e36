"""Datadog beside CloudWatch, by switch (OBS-5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, kinesis
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy

from components.identity.roles import Scope
from components.identity.service_trust import service_trust
from components.identity.statements import Statement, allow
from contracts.settings.monitoring import DatadogSettings

TOKEN = "atoll:telemetry:Datadog"
BUFFER_MIB, BUFFER_SECONDS, RETRY_SECONDS = 4, 60, 300


@dataclass(frozen=True, kw_only=True)
class DatadogArgs:
    """Wiring of the integration."""

    scope: Scope
    settings: DatadogSettings
    secrets_key_arn: pulumi.Input[str]
    bucket_arn: pulumi.Input[str]
    """Keeps what Datadog did not take."""
    bucket_key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]
    """Encrypts the log group in which Firehose tells its errors."""
    log_retention_days: int


class Datadog(pulumi.ComponentResource):
    """A role that Datadog may take, and a stream that brings it the chosen CloudWatch namespaces within two minutes.

    Makes: the role `DatadogIntegration-<environment>-<region>` with the external id, the Firehose stream to the metric
    intake of the site, the metric stream, and a role for each of the two. Firehose reads the API key itself from the
    vault entry `atoll/<environment>/datadog-key`, so it is in no setting and no state. **Store it by hand** beforehand:
    `aws secretsmanager create-secret --name atoll/<environment>/datadog-key --kms-key-id
    alias/atoll-<environment>-secrets --secret-string '{"api_key": "…"}'`.

    The role reads metrics, tags and nothing else: resources' configuration and logs stay here. Costs USD 0.003 for
    1,000 metric updates and USD 0.029 a GB through Firehose. Source: OBS-5; Amazon CloudWatch User Guide, "Use metric
    streams"; Amazon Data Firehose Developer Guide, "Authenticate with AWS Secrets Manager".
    """

    role_arn: pulumi.Output[str]
    """To be entered in Datadog."""
    secret_name: str
    """Vault entry with the API key."""

    def __init__(self, name: str, *, args: DatadogArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        scope = args.scope
        self.secret_name = f"atoll/{scope.environment}/datadog-key"
        secret_arn = scope.arn("secretsmanager", f"secret:{self.secret_name}")
        reader = self._role(
            f"{name}-datadog-reader", f"DatadogIntegration-{scope.environment}-{scope.region}", reader_trust(args)
        )
        self._allow(f"{name}-datadog-reader", reader, reader_statements())
        log = cloudwatch.LogGroup(
            f"{name}-datadog-errors",
            name=f"/aws/kinesisfirehose/atoll-{scope.environment}-datadog",
            retention_in_days=args.log_retention_days,
            kms_key_id=args.logs_key_arn,
            opts=child,
        )
        stream = cloudwatch.LogStream(f"{name}-datadog-errors", name="delivery", log_group_name=log.name, opts=child)
        delivery = self._role(
            f"{name}-datadog-delivery",
            f"AtollMetricDelivery-{scope.environment}-{scope.region}",
            trust(scope, "firehose", scope.arn("firehose", "deliverystream/*")),
        )
        delivered = self._allow(f"{name}-datadog-delivery", delivery, delivery_statements(args, secret_arn, log.arn))
        firehose = kinesis.FirehoseDeliveryStream(
            f"{name}-datadog",
            name=f"atoll-{scope.environment}-datadog",
            destination="http_endpoint",
            server_side_encryption=kinesis.FirehoseDeliveryStreamServerSideEncryptionArgs(
                enabled=True, key_type="AWS_OWNED_CMK"
            ),
            http_endpoint_configuration=self._endpoint(args, secret_arn, delivery.arn, stream),
            # Firehose tries secret and bucket when the stream is made.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[delivered]),
        )
        source = self._role(
            f"{name}-datadog-source",
            f"AtollMetricStream-{scope.environment}-{scope.region}",
            trust(scope, "streams.metrics.cloudwatch", scope.arn("cloudwatch", "metric-stream/*")),
        )
        put = allow("PutMetrics", ["firehose:PutRecord", "firehose:PutRecordBatch"], firehose.arn)
        fed = self._allow(f"{name}-datadog-source", source, [put])
        cloudwatch.MetricStream(
            f"{name}-datadog-metrics",
            name=f"atoll-{scope.environment}-datadog",
            role_arn=source.arn,
            firehose_arn=firehose.arn,
            output_format="opentelemetry1.0",
            include_filters=[
                cloudwatch.MetricStreamIncludeFilterArgs(namespace=namespace) for namespace in args.settings.namespaces
            ],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[fed]),
        )
        self.role_arn = reader.arn
        self.register_outputs({"role_arn": self.role_arn, "secret_name": self.secret_name})

    def _endpoint(
        self,
        args: DatadogArgs,
        secret_arn: str,
        role_arn: pulumi.Input[str],
        errors: cloudwatch.LogStream,
    ) -> kinesis.FirehoseDeliveryStreamHttpEndpointConfigurationArgs:
        return kinesis.FirehoseDeliveryStreamHttpEndpointConfigurationArgs(
            url=intake(args.settings.site),
            name="Datadog",
            role_arn=role_arn,
            buffering_size=BUFFER_MIB,
            buffering_interval=BUFFER_SECONDS,
            retry_duration=RETRY_SECONDS,
            s3_backup_mode="FailedDataOnly",
            secrets_manager_configuration=kinesis.FirehoseDeliveryStreamHttpEndpointConfigurationSecretsManagerConfigurationArgs(
                enabled=True, secret_arn=secret_arn, role_arn=role_arn
            ),
            request_configuration=kinesis.FirehoseDeliveryStreamHttpEndpointConfigurationRequestConfigurationArgs(
                content_encoding="GZIP"
            ),
            cloudwatch_logging_options=kinesis.FirehoseDeliveryStreamHttpEndpointConfigurationCloudwatchLoggingOptionsArgs(
                enabled=True, log_group_name=errors.log_group_name, log_stream_name=errors.name
            ),
            s3_configuration=kinesis.FirehoseDeliveryStreamHttpEndpointConfigurationS3ConfigurationArgs(
                role_arn=role_arn,
                bucket_arn=args.bucket_arn,
                prefix="datadog/refused/",
                error_output_prefix="datadog/failed/",
                compression_format="GZIP",
                kms_key_arn=args.bucket_key_arn,
            ),
        )

    def _role(self, name: str, physical: str, trust: dict[str, Any]) -> Role:
        return Role(
            name,
            name=physical,
            description="Metrics to Datadog",
            assume_role_policy=pulumi.Output.json_dumps(trust),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _allow(self, name: str, role: Role, statements: Sequence[Statement]) -> RolePolicy:
        return RolePolicy(
            f"{name}-permissions",
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)}),
            opts=pulumi.ResourceOptions(parent=self),
        )


def intake(site: str) -> str:
    """Where a site takes metric streams. https://docs.datadoghq.com/integrations/guide/aws-cloudwatch-metric-streams-with-kinesis-data-firehose/"""
    return f"https://awsmetrics-intake.{site}/v1/input"


def reader_trust(args: DatadogArgs) -> dict[str, Any]:
    """Datadog's account takes the role, with the external id that it drew for us."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Datadog",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{args.settings.account}:root"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": args.settings.external_id}},
            }
        ],
    }


def reader_statements() -> list[Statement]:
    """Metrics and tags; AWS limits neither to a resource."""
    return [
        allow("ReadMetrics", ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"], "*"),
        allow("ReadTags", ["tag:GetResources"], "*"),
    ]


def trust(scope: Scope, service: str, source_arn: str) -> dict[str, Any]:
    """An AWS service takes the role on behalf of this account's resources."""
    return service_trust("Service", f"{service}.amazonaws.com", scope.account_id, source_arn)


def delivery_statements(args: DatadogArgs, secret_arn: str, log_group_arn: pulumi.Input[str]) -> list[Statement]:
    """Read the key, keep what was refused, tell errors."""
    region = args.scope.region
    return [
        allow("ReadKey", ["secretsmanager:GetSecretValue"], f"{secret_arn}-??????"),
        allow(
            "DecryptKey",
            ["kms:Decrypt"],
            args.secrets_key_arn,
            StringEquals={"kms:ViaService": f"secretsmanager.{region}.amazonaws.com"},
        ),
        allow("FindBucket", ["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"], args.bucket_arn),
        allow(
            "KeepRefused",
            ["s3:AbortMultipartUpload", "s3:PutObject"],
            pulumi.Output.concat(args.bucket_arn, "/datadog/*"),
        ),
        allow(
            "EncryptRefused",
            ["kms:Decrypt", "kms:GenerateDataKey"],
            args.bucket_key_arn,
            StringEquals={"kms:ViaService": f"s3.{region}.amazonaws.com"},
        ),
        allow("TellErrors", ["logs:PutLogEvents"], pulumi.Output.concat(log_group_arn, ":log-stream:delivery")),
    ]
