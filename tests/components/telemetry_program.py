"""The program that test_telemetry_engine.py deploys: everything that sees more than logs, alarms and dashboards."""

import pulumi
import pulumi_aws
from pulumi_aws import ec2, kms, s3, sns

from components.functions.function import FunctionKeys
from components.identity.roles import Scope
from components.observability import BurnRateAlarms, BurnRateAlarmsArgs
from components.observability.burn_rate import of_availability, of_errors, of_latency
from components.telemetry import (
    Canaries,
    CanariesArgs,
    Datadog,
    DatadogArgs,
    GrafanaWorkspace,
    GrafanaWorkspaceArgs,
    PagerDutyForwarder,
    PagerDutyForwarderArgs,
    PrometheusWorkspace,
    PrometheusWorkspaceArgs,
    Tracing,
    TracingArgs,
)
from components.telemetry.outbound import Place
from components.telemetry.prometheus import DEFAULT_SLO
from contracts.settings.monitoring import (
    CanaryCheck,
    CanaryKind,
    CanarySettings,
    DatadogSettings,
    GrafanaSettings,
    PagerDutySettings,
    PrometheusSettings,
    TracingSettings,
)

ACCOUNT, REGION, BALANCER = "111122223333", "us-east-1", "app/test/1"
GROUP = "9067aa1b2c-3d4e5f60-7182-4394-a5b6-c7d8e9f0a1b2"
provider = pulumi_aws.Provider("aws", region=REGION)
mine = pulumi.ResourceOptions(provider=provider)
options = pulumi.ResourceOptions(providers=[provider])
scope = Scope("test", REGION, ACCOUNT)

key = kms.Key("key", enable_key_rotation=True, opts=mine)
topic = sns.Topic("alarms", kms_master_key_id=key.arn, opts=mine)
bucket = s3.Bucket("telemetry", force_destroy=True, opts=mine)
vpc = ec2.Vpc("vpc", cidr_block="10.9.0.0/16", opts=mine)
subnet = ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.9.1.0/24", availability_zone=f"{REGION}a", opts=mine)
place = Place(vpc_id=vpc.id, subnet_ids=[subnet.id])
keys = FunctionKeys(logs=key.arn, variables=key.arn, messaging=key.arn)

prometheus = PrometheusWorkspace(
    "test",
    args=PrometheusWorkspaceArgs(
        scope=scope,
        settings=PrometheusSettings(log_retention_days=14, group_wait_seconds=30, repeat_hours=4),
        slo=None,
        topic_arn=topic.arn,
        logs_key_arn=key.arn,
    ),
    opts=options,
)
grafana = GrafanaWorkspace(
    "test",
    args=GrafanaWorkspaceArgs(
        scope=scope,
        settings=GrafanaSettings(admin_groups=(GROUP,), editor_groups=(), viewer_groups=()),
        slo=None,
        prometheus_arn=prometheus.arn,
        prometheus_endpoint=prometheus.endpoint,
        keys=keys,
        place=place,
    ),
    opts=options,
)
PagerDutyForwarder(
    "test",
    args=PagerDutyForwarderArgs(
        scope=scope,
        settings=PagerDutySettings(log_retention_days=14),
        topic_arn=topic.arn,
        keys=keys,
        place=place,
        secrets_key_arn=key.arn,
    ),
    opts=options,
)
Tracing(
    "test",
    args=TracingArgs(
        environment="test",
        settings=TracingSettings(sampling_percent=5, reservoir_per_second=1, insights=True),
        latency_objective_milliseconds=200,
        key_arn=key.arn,
    ),
    opts=options,
)
Canaries(
    "test",
    args=CanariesArgs(
        scope=scope,
        settings=CanarySettings(
            checks={"users": CanaryCheck(kind=CanaryKind.HEARTBEAT, path="/users/health")},
            every_minutes=5,
            retention_days=31,
            timeout_seconds=60,
        ),
        address="https://test.atoll.example",
        bucket=bucket.bucket,
        bucket_arn=bucket.arn,
        bucket_key_arn=key.arn,
        topic_arn=topic.arn,
    ),
    opts=options,
)
Datadog(
    "test",
    args=DatadogArgs(
        scope=scope,
        settings=DatadogSettings(
            site="datadoghq.com", account="464622532012", external_id="0f1e2d3c4b5a", namespaces=("AWS/ECS", "AWS/RDS")
        ),
        secrets_key_arn=key.arn,
        bucket_arn=bucket.arn,
        bucket_key_arn=key.arn,
        logs_key_arn=key.arn,
        log_retention_days=14,
    ),
    opts=options,
)
availability = of_availability(BALANCER, DEFAULT_SLO.availability_percent)
BurnRateAlarms(
    "test-slo",
    args=BurnRateAlarmsArgs(
        prefix="atoll-test-slo",
        objectives=[availability, of_latency(BALANCER, DEFAULT_SLO.latency_p95_milliseconds)],
        topic_arn=topic.arn,
        critical={"user": of_errors(BALANCER, "targetgroup/user/1", DEFAULT_SLO.error_rate_percent)},
        recovery=availability,
        recovery_minutes=DEFAULT_SLO.recovery_minutes,
    ),
    opts=options,
)
pulumi.export("remote_write_url", prometheus.remote_write_url)
pulumi.export("grafana", grafana.endpoint)
