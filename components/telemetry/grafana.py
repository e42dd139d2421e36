"""Amazon Managed Grafana with dashboards as code (OBS-3)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
from pulumi_aws import grafana, lambda_
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy

from components.functions.function import Function, FunctionArgs, FunctionKeys
from components.identity.operations_permissions import monitoring
from components.identity.roles import Scope
from components.identity.service_trust import service_trust
from components.identity.statements import Statement, allow
from components.telemetry.grafana_dashboards import DataSource, dashboards
from components.telemetry.outbound import Place, outbound
from components.telemetry.prometheus import DEFAULT_SLO
from contracts import catalogue
from contracts.services import compute
from contracts.settings.monitoring import GrafanaSettings, SloSettings

TOKEN = "atoll:telemetry:GrafanaWorkspace"
CODE = Path(__file__).with_name("grafana_setup") / "fill.py"
CLAUSE = compute.Function(runtime="python3.13", handler="fill.handler", timeout_seconds=120, memory_mib=256, retries=0)
"""The function that fills the workspace: it reaches it through the VPC's way to the internet."""


@dataclass(frozen=True, kw_only=True)
class GrafanaWorkspaceArgs:
    """Wiring of the workspace."""

    scope: Scope
    settings: GrafanaSettings
    slo: SloSettings | None
    """Targets that dashboards draw; document 003's if None."""
    prometheus_arn: pulumi.Input[str] | None
    """Workspace of metrics; None without one."""
    prometheus_endpoint: pulumi.Input[str] | None
    keys: FunctionKeys
    place: Place


class GrafanaWorkspace(pulumi.ComponentResource):
    """A workspace that people of Identity Center groups use, filled with data sources and dashboards by a function.

    Makes: the role of the workspace (reads metrics, logs, traces and Prometheus; tells the environment's topics), the
    workspace `atoll-<environment>`, who is administrator, editor and viewer, a service account, the function
    `<environment>-grafana-fill` with the dashboards in its archive, and its run after each change. The function draws
    a token of five minutes for itself; no API key is kept.

    Costs: USD 9 a month an active editor or administrator, USD 5 an active viewer. Needs IAM Identity Center in the
    organization. Source: OBS-3; Amazon Managed Grafana User Guide, "Customer-managed permissions", "Service accounts";
    Grafana HTTP API, "Dashboard", "Data source".
    """

    id: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    """Host name."""

    def __init__(self, name: str, *, args: GrafanaWorkspaceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        scope = args.scope
        role = Role(
            f"{name}-grafana-role",
            name=f"AtollGrafana-{scope.environment}-{scope.region}",
            description="What Grafana reads",
            assume_role_policy=pulumi.Output.json_dumps(trust(scope)),
            opts=child,
        )
        policy = RolePolicy(
            f"{name}-grafana-permissions",
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": workspace_statements(args)}),
            opts=child,
        )
        workspace = grafana.Workspace(
            f"{name}-grafana",
            name=f"atoll-{scope.environment}",
            description=f"Dashboards of {scope.environment}",
            account_access_type="CURRENT_ACCOUNT",
            authentication_providers=["AWS_SSO"],
            permission_type="CUSTOMER_MANAGED",
            role_arn=role.arn,
            data_sources=["CLOUDWATCH", "PROMETHEUS", "XRAY"],
            notification_destinations=["SNS"],
            grafana_version=catalogue.GRAFANA_VERSION,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        groups = {
            "ADMIN": args.settings.admin_groups,
            "EDITOR": args.settings.editor_groups,
            "VIEWER": args.settings.viewer_groups,
        }
        for rank, members in groups.items():
            if members:
                grafana.RoleAssociation(
                    f"{name}-grafana-{rank.lower()}",
                    workspace_id=workspace.id,
                    role=rank,
                    group_ids=list(members),
                    opts=child,
                )
        account = grafana.WorkspaceServiceAccount(
            f"{name}-grafana-filler", name="atoll-fill", grafana_role="ADMIN", workspace_id=workspace.id, opts=child
        )
        self._fill(name, args, workspace, account)
        self.id, self.endpoint = workspace.id, workspace.endpoint
        self.register_outputs({"id": self.id, "endpoint": self.endpoint})

    def _fill(
        self,
        name: str,
        args: GrafanaWorkspaceArgs,
        workspace: grafana.Workspace,
        account: grafana.WorkspaceServiceAccount,
    ) -> None:
        child = pulumi.ResourceOptions(parent=self)
        content = json.dumps([board.render() for board in dashboards(args.slo or DEFAULT_SLO)], indent=1)
        function = Function(
            f"{args.scope.environment}-grafana-fill",
            args=FunctionArgs(
                function=CLAUSE,
                scope=args.scope,
                code=pulumi.AssetArchive(
                    {CODE.name: pulumi.FileAsset(str(CODE)), "content.json": pulumi.StringAsset(content)}
                ),
                keys=args.keys,
                network=outbound(self, f"{name}-grafana-fill", args.place, "Grafana"),
                statements=[
                    allow(
                        "DrawToken",
                        [
                            "grafana:CreateWorkspaceServiceAccountToken",
                            "grafana:DeleteWorkspaceServiceAccountToken",
                        ],
                        workspace.arn,
                    )
                ],
            ),
            opts=child,
        )
        wanted: dict[str, Any] = {
            "workspace_id": workspace.id,
            "endpoint": workspace.endpoint,
            "service_account_id": account.service_account_id,
            "data_sources": data_sources(args),
            "content": hashlib.sha256(content.encode() + CODE.read_bytes()).hexdigest(),
        }
        lambda_.Invocation(
            f"{name}-grafana-filled",
            function_name=function.name,
            input=pulumi.Output.json_dumps(wanted),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[function]),
        )


def data_sources(args: GrafanaWorkspaceArgs) -> list[dict[str, Any]]:
    """What panels read, signed with the workspace's role; Prometheus where there is a workspace of it."""
    region = args.scope.region
    by_role = {"authType": "ec2_iam_role", "defaultRegion": region}
    made: list[dict[str, Any]] = [
        {
            "uid": str(DataSource.CLOUDWATCH),
            "name": "CloudWatch",
            "type": DataSource.CLOUDWATCH.plugin,
            "access": "proxy",
            "jsonData": by_role,
        },
        {
            "uid": str(DataSource.XRAY),
            "name": "X-Ray",
            "type": DataSource.XRAY.plugin,
            "access": "proxy",
            "jsonData": by_role,
        },
    ]
    if args.prometheus_endpoint is not None:
        signed = {"httpMethod": "POST", "sigV4Auth": True, "sigV4AuthType": "ec2_iam_role", "sigV4Region": region}
        made.append(
            {
                "uid": str(DataSource.PROMETHEUS),
                "name": "Prometheus",
                "type": DataSource.PROMETHEUS.plugin,
                "access": "proxy",
                "isDefault": True,
                "url": args.prometheus_endpoint,
                "jsonData": signed,
            }
        )
    return made


def trust(scope: Scope) -> dict[str, Any]:
    """Grafana takes the role for workspaces of this account."""
    return service_trust("Grafana", "grafana.amazonaws.com", scope.account_id, scope.arn("grafana", "/workspaces/*"))


def workspace_statements(args: GrafanaWorkspaceArgs) -> list[Statement]:
    """What monitoring may read anyway, and the metrics of Prometheus."""
    statements = monitoring(args.scope)
    if args.prometheus_arn is not None:
        actions = ["aps:GetLabels", "aps:GetMetricMetadata", "aps:GetSeries", "aps:QueryMetrics"]
        statements.append(allow("AskPrometheus", actions, args.prometheus_arn))
    return statements
