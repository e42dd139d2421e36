"""Amazon Managed Service for Prometheus: workspace, rules, Alertmanager, and who may write (OBS-3)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import amp, cloudwatch
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy

from components.identity.roles import Scope
from components.identity.statements import allow
from components.telemetry import prometheus_rules
from contracts.settings.monitoring import PrometheusSettings, SloSettings

TOKEN = "atoll:telemetry:PrometheusWorkspace"
DEFAULT_SLO = SloSettings(
    availability_percent=99.9, latency_p95_milliseconds=200, error_rate_percent=0.1, recovery_minutes=15
)
"""Document 003's targets, for a stack without targets of its own."""


@dataclass(frozen=True, kw_only=True)
class PrometheusWorkspaceArgs:
    """Wiring of the workspace."""

    scope: Scope
    settings: PrometheusSettings
    slo: SloSettings | None
    """Targets that the rules hold; document 003's if None."""
    topic_arn: pulumi.Input[str]
    """Where alerts go; its policy and key admit `aps.amazonaws.com`."""
    logs_key_arn: pulumi.Input[str]
    """Encrypts log group and metrics; its policy admits use through `aps`."""


class PrometheusWorkspace(pulumi.ComponentResource):
    """A workspace with its rules, an Alertmanager that tells the alarm topic, and a role that may write.

    Makes: the log group `/aws/vendedlogs/prometheus/atoll-<environment>`, the workspace `atoll-<environment>` encrypted
    by our key, the namespace of rules `atoll` (recording and alerting), the Alertmanager definition, and the role
    `AtollMetricsWriter-<environment>-<region>`, which EKS Pod Identity gives to the collectors.

    Costs: USD 0.90 for 10 million samples written, USD 0.03 a GB-month kept, USD 0.10 for a billion samples asked.
    Does not make: the collectors and the association of the role with their service account (Kubernetes layer).
    Source: OBS-3; Amazon Managed Service for Prometheus User Guide, "Rules and alerting", "Set up your alert receiver".
    """

    id: pulumi.Output[str]
    arn: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    """`https://aps-workspaces.<region>.amazonaws.com/workspaces/<id>/`; queries go there."""
    remote_write_url: pulumi.Output[str]
    writer_role_arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: PrometheusWorkspaceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        scope, alias = args.scope, f"atoll-{args.scope.environment}"
        log = cloudwatch.LogGroup(
            f"{name}-prometheus-logs",
            name=f"/aws/vendedlogs/prometheus/{alias}",
            retention_in_days=args.settings.log_retention_days,
            kms_key_id=args.logs_key_arn,
            opts=child,
        )
        workspace = amp.Workspace(
            f"{name}-prometheus",
            alias=alias,
            kms_key_arn=args.logs_key_arn,
            logging_configuration=amp.WorkspaceLoggingConfigurationArgs(
                log_group_arn=pulumi.Output.concat(log.arn, ":*")
            ),
            opts=child,
        )
        amp.RuleGroupNamespace(
            f"{name}-prometheus-rules",
            name="atoll",
            workspace_id=workspace.id,
            data=prometheus_rules.document(args.slo or DEFAULT_SLO),
            opts=child,
        )
        amp.AlertManagerDefinition(
            f"{name}-prometheus-alertmanager",
            workspace_id=workspace.id,
            definition=pulumi.Output.from_input(args.topic_arn).apply(
                lambda topic: alertmanager(args.settings, topic, scope.region)
            ),
            opts=child,
        )
        role = Role(
            f"{name}-prometheus-writer",
            name=f"AtollMetricsWriter-{scope.environment}-{scope.region}",
            description="Collectors write metrics",
            assume_role_policy=json.dumps(pod_trust(scope)),
            opts=child,
        )
        RolePolicy(
            f"{name}-prometheus-writer-permissions",
            role=role.name,
            policy=pulumi.Output.json_dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [allow("WriteMetrics", ["aps:RemoteWrite"], workspace.arn)],
                }
            ),
            opts=child,
        )
        self.id, self.arn, self.writer_role_arn = workspace.id, workspace.arn, role.arn
        self.endpoint = workspace.prometheus_endpoint
        self.remote_write_url = pulumi.Output.concat(workspace.prometheus_endpoint, "api/v1/remote_write")
        self.register_outputs(
            {
                "id": self.id,
                "arn": self.arn,
                "remote_write_url": self.remote_write_url,
                "writer_role_arn": self.writer_role_arn,
            }
        )


def pod_trust(scope: Scope) -> dict[str, Any]:
    """EKS Pod Identity takes the role, for clusters of this account and region.

    https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Pods",
                "Effect": "Allow",
                "Principal": {"Service": "pods.eks.amazonaws.com"},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": scope.account_id},
                    "ArnLike": {"aws:SourceArn": scope.arn("eks", "cluster/*")},
                },
            }
        ],
    }


def alertmanager(settings: PrometheusSettings, topic_arn: str, region: str) -> str:
    """The definition: one message for each group of alerts and namespace, to the topic, resolved ones as well.

    Pages inhibit tickets of the same service. What a receiver needs to sort messages are their attributes.
    """
    attributes = {
        "source": "prometheus",
        "status": "{{ .Status }}",
        "alert": "{{ .GroupLabels.alertname }}",
        "severity": "{{ .GroupLabels.severity }}",
        "group": "{{ .GroupLabels.SortedPairs.Values | join `/` }}",
    }
    receiver = {
        "topic_arn": topic_arn,
        "sigv4": {"region": region},
        "send_resolved": True,
        "subject": "[{{ .Status }}] {{ .GroupLabels.alertname }}",
        "attributes": attributes,
    }
    config = {
        "route": {
            "receiver": "topic",
            "group_by": ["alertname", "severity", "namespace", "destination_workload_namespace"],
            "group_wait": f"{settings.group_wait_seconds}s",
            "group_interval": "5m",
            "repeat_interval": f"{settings.repeat_hours}h",
        },
        "inhibit_rules": [
            {
                "source_matchers": ["severity = page"],
                "target_matchers": ["severity = ticket"],
                "equal": ["alertname", "destination_workload_namespace", "destination_workload"],
            }
        ],
        "receivers": [{"name": "topic", "sns_configs": [receiver]}],
    }
    # JSON is YAML; the inner document is text, as the service wants it.
    return json.dumps({"alertmanager_config": json.dumps(config, indent=2)}, indent=2)
