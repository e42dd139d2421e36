"""What watches and limits the spending of an account (COST-1, COST-3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import bcmdata, budgets, computeoptimizer, costexplorer, iam

from components.cost.budget import ENVIRONMENT_TAG
from components.identity.service_trust import service_trust
from components.identity.statements import Statement
from components.storage import Bucket, BucketArgs
from contracts.settings.data import BucketSettings
from contracts.settings.operations import CostSettings
from contracts.settings.security import ProtectionSettings
from contracts.settings.spending import CommitmentKind, CostManagementSettings

TOKEN = "atoll:cost:CostManagement"
ALLOCATION_TAGS = ("Environment", "Owner", "CostCenter", "Stack", "DataClassification")
"""Tags of every resource by which costs are told apart; `stacks.provider` sets them."""
REPORTS_KEPT_DAYS = 400
COSTLY_ACTIONS = (
    "autoscaling:CreateAutoScalingGroup",
    "dax:CreateCluster",
    "dms:CreateReplicationInstance",
    "ec2:CreateNatGateway",
    "ec2:CreateTransitGateway",
    "ec2:CreateVpcEndpoint",
    "ec2:RunInstances",
    "ecs:CreateService",
    "eks:CreateCluster",
    "eks:CreateNodegroup",
    "elasticache:CreateReplicationGroup",
    "es:CreateDomain",
    "rds:CreateDBCluster",
    "rds:CreateDBInstance",
    "redshift:CreateCluster",
    "sagemaker:CreateEndpoint",
)
"""What makes something that is paid by the hour."""


@dataclass(frozen=True, kw_only=True)
class CostManagementArgs:
    """Wiring of cost management."""

    environment: str
    region: str
    account_id: str
    settings: CostSettings
    management: CostManagementSettings
    protection: ProtectionSettings
    storage_key_arn: pulumi.Input[str]
    log_bucket: pulumi.Input[str]
    budget_name: pulumi.Input[str]
    """The environment's monthly budget, which the limit is tied to."""


class CostManagement(pulumi.ComponentResource):
    """Anomalies, teams' budgets, a limit, the commitment plan, recommendations, and, where the account pays, reports.

    * **Anomalies**: one monitor over all services; a mail a day about what is above both thresholds.
    * **Teams**: a budget for each value of the tag Owner, with the warnings of the environment's budget.
    * **Limit**: at its share of the environment's budget the named roles get a policy that denies making what is paid
      by the hour. It stops nothing that runs, and takes the policy away again next month.
    * **Commitments**: budgets that warn when coverage or utilization of Savings Plans or reservations falls below this
      year's plan. Buying them is a decision of people and never made here.
    * **Compute Optimizer**: enrolled, so that `atoll` and people see recommendations for sizes.
    * **Where the account pays**: cost allocation tags, the category Team, and the cost and usage report (CUR 2.0,
      Parquet, daily) in a bucket of its own. A tag can be activated once AWS has seen it on a resource, up to a day
      after the first deployment; until then AWS refuses it and says so.

    Costs $3 a month for the limit's action, and the reports' storage. Source: COST-1, COST-3; AWS Cost Management User
    Guide; AWS Data Exports User Guide, "Setting up an S3 bucket".
    """

    monitor_arn: pulumi.Output[str] | None
    report_bucket: pulumi.Output[str] | None

    def __init__(self, name: str, *, args: CostManagementArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make what the settings ask for."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        management = args.management
        self.monitor_arn = _watch_anomalies(name, args, child) if management.anomalies else None
        for team, dollars in management.team_budgets_usd.items():
            _team_budget(name, args, team, dollars, child)
        if management.limit is not None:
            _limit(name, args, child)
        if management.commitment is not None:
            _watch_commitment(name, args, child)
        if management.compute_optimizer:
            computeoptimizer.EnrollmentStatus(f"{name}-compute-optimizer", status="Active", opts=child)
        self.report_bucket = _report(name, args, child) if management.pays else None
        if management.pays:
            _tell_costs_apart(name, args, child)
        self.register_outputs({"monitor_arn": self.monitor_arn, "report_bucket": self.report_bucket})


def _watch_anomalies(name: str, args: CostManagementArgs, child: pulumi.ResourceOptions) -> pulumi.Output[str]:
    settings = args.management.anomalies
    assert settings is not None, "asked only where there are anomalies to watch"
    monitor = costexplorer.AnomalyMonitor(
        f"{name}-anomalies",
        name=f"atoll-{args.environment}-services",
        monitor_type="DIMENSIONAL",
        monitor_dimension="SERVICE",
        opts=child,
    )
    costexplorer.AnomalySubscription(
        f"{name}-anomalies-mail",
        name=f"atoll-{args.environment}-anomalies",
        frequency="DAILY",  # an immediate one speaks to topics alone
        monitor_arn_lists=[monitor.arn],
        subscribers=[
            costexplorer.AnomalySubscriptionSubscriberArgs(type="EMAIL", address=email)
            for email in args.settings.alert_emails
        ],
        threshold_expression=costexplorer.AnomalySubscriptionThresholdExpressionArgs(
            ands=[
                costexplorer.AnomalySubscriptionThresholdExpressionAndArgs(dimension=_at_least(key, value))
                for key, value in (
                    ("ANOMALY_TOTAL_IMPACT_ABSOLUTE", settings.least_impact_usd),
                    ("ANOMALY_TOTAL_IMPACT_PERCENTAGE", settings.least_impact_percent),
                )
            ]
        ),
        opts=child,
    )
    return monitor.arn


def _at_least(key: str, value: int) -> costexplorer.AnomalySubscriptionThresholdExpressionAndDimensionArgs:
    return costexplorer.AnomalySubscriptionThresholdExpressionAndDimensionArgs(
        key=key, match_options=["GREATER_THAN_OR_EQUAL"], values=[str(value)]
    )


def _team_budget(name: str, args: CostManagementArgs, team: str, dollars: int, child: pulumi.ResourceOptions) -> None:
    budgets.Budget(
        f"{name}-budget-{team}",
        name=f"atoll-{args.environment}-{team}",
        budget_type="COST",
        time_unit="MONTHLY",
        limit_amount=str(dollars),
        limit_unit="USD",
        cost_filters=[
            budgets.BudgetCostFilterArgs(
                name="TagKeyValue", values=[f"user:Owner${team}", f"user:{ENVIRONMENT_TAG}${args.environment}"]
            )
        ],
        notifications=_warnings(args, "GREATER_THAN", args.settings.alert_percents),
        opts=child,
    )


def _warnings(
    args: CostManagementArgs, comparison: str, percents: Sequence[int]
) -> list[budgets.BudgetNotificationArgs]:
    return [
        budgets.BudgetNotificationArgs(
            notification_type="ACTUAL",
            comparison_operator=comparison,
            threshold=percent,
            threshold_type="PERCENTAGE",
            subscriber_email_addresses=list(args.settings.alert_emails),
        )
        for percent in percents
    ]


def _limit(name: str, args: CostManagementArgs, child: pulumi.ResourceOptions) -> None:
    """A policy that denies, and an action of the budget that attaches it."""
    limit = args.management.limit
    assert limit is not None, "asked only where there is a limit"
    deny = iam.Policy(
        f"{name}-spending-limit",
        name=f"atoll-{args.environment}-spending-limit",
        description="Attached by AWS Budgets when the month's budget is spent",
        policy=pulumi.Output.json_dumps(
            _document({"Sid": "MakeNothingCostly", "Effect": "Deny", "Action": list(COSTLY_ACTIONS), "Resource": "*"})
        ),
        opts=child,
    )
    roles = [f"arn:aws:iam::{args.account_id}:role/{role}" for role in limit.roles]
    actor = iam.Role(
        f"{name}-spending-limit-role",
        name=f"atoll-{args.environment}-spending-limit",
        description="AWS Budgets attaches the spending limit as this role",
        assume_role_policy=pulumi.Output.json_dumps(
            service_trust(
                "Budgets",
                "budgets.amazonaws.com",
                args.account_id,
                pulumi.Output.concat(f"arn:aws:budgets::{args.account_id}:budget/", args.budget_name),
            )
        ),
        opts=child,
    )
    attach = {
        "Sid": "AttachTheLimitAlone",
        "Effect": "Allow",
        "Action": ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
        "Resource": roles,
        "Condition": {"ArnEquals": {"iam:PolicyARN": deny.arn}},
    }
    policy = iam.RolePolicy(
        f"{name}-spending-limit-role-policy",
        role=actor.name,
        policy=pulumi.Output.json_dumps(_document(attach)),
        opts=child,
    )
    budgets.BudgetAction(
        f"{name}-spending-limit-action",
        budget_name=args.budget_name,
        action_type="APPLY_IAM_POLICY",
        approval_model="AUTOMATIC" if limit.automatic else "MANUAL",
        notification_type="ACTUAL",
        execution_role_arn=actor.arn,
        action_threshold=budgets.BudgetActionActionThresholdArgs(
            action_threshold_type="PERCENTAGE", action_threshold_value=limit.percent
        ),
        definition=budgets.BudgetActionDefinitionArgs(
            iam_action_definition=budgets.BudgetActionDefinitionIamActionDefinitionArgs(
                policy_arn=deny.arn, roles=list(limit.roles)
            )
        ),
        subscribers=[
            budgets.BudgetActionSubscriberArgs(subscription_type="EMAIL", address=email)
            for email in args.settings.alert_emails
        ],
        opts=pulumi.ResourceOptions(parent=child.parent, depends_on=[policy]),
    )


def _watch_commitment(name: str, args: CostManagementArgs, child: pulumi.ResourceOptions) -> None:
    """Budgets that warn below the plan: of what is covered, and of what is used of that which was bought."""
    plan = args.management.commitment
    assert plan is not None, "asked only where something is committed"
    family = "SAVINGS_PLANS" if plan.kind is CommitmentKind.COMPUTE_SAVINGS_PLAN else "RI"
    reserved = [budgets.BudgetCostFilterArgs(name="Service", values=["Amazon Relational Database Service"])]
    for what, percent in (("COVERAGE", plan.coverage_percent), ("UTILIZATION", plan.utilization_percent)):
        budgets.Budget(
            f"{name}-commitment-{what.lower()}",
            name=f"atoll-{args.environment}-commitment-{what.lower()}",
            budget_type=f"{family}_{what}",
            time_unit="MONTHLY",
            limit_amount="100",
            limit_unit="PERCENTAGE",
            cost_filters=reserved if family == "RI" else None,  # a reservation is of one service
            notifications=_warnings(args, "LESS_THAN", [percent]),
            opts=child,
        )


def _tell_costs_apart(name: str, args: CostManagementArgs, child: pulumi.ResourceOptions) -> None:
    for tag in ALLOCATION_TAGS:
        costexplorer.CostAllocationTag(f"{name}-tag-{tag.lower()}", tag_key=tag, status="Active", opts=child)
    costexplorer.CostCategory(
        f"{name}-teams",
        name="Team",
        rule_version="CostCategoryExpression.v1",
        default_value="platform",
        rules=[
            costexplorer.CostCategoryRuleArgs(
                type="INHERITED_VALUE",
                inherited_value=costexplorer.CostCategoryRuleInheritedValueArgs(
                    dimension_name="TAG", dimension_key="Owner"
                ),
            )
        ],
        opts=child,
    )


def _report(name: str, args: CostManagementArgs, child: pulumi.ResourceOptions) -> pulumi.Output[str]:
    """The cost and usage report, and the bucket it is written to."""
    bucket_name = f"app-costs-{args.environment}-{args.account_id}"
    bucket = Bucket(
        f"{name}-bucket-costs",
        args=BucketArgs(
            settings=BucketSettings(
                versioning=True,
                intelligent_tiering=False,
                glacier_ir_after_days=None,
                expire_after_days=REPORTS_KEPT_DAYS,
                noncurrent_expire_after_days=30,
                event_notifications=True,
            ),
            protection=args.protection,
            bucket=bucket_name,
            key_arn=args.storage_key_arn,
            log_bucket=args.log_bucket,
            statements=[_write_reports(bucket_name, args.account_id)],
        ),
        opts=child,
    )
    bcmdata.Export(
        f"{name}-cost-report",
        export=bcmdata.ExportExportArgs(
            name=f"atoll-{args.environment}-costs",
            data_queries=[
                bcmdata.ExportExportDataQueryArgs(
                    query_statement=(
                        "SELECT bill_payer_account_id, line_item_usage_account_id, line_item_usage_start_date,"
                        " line_item_product_code, line_item_resource_id, line_item_unblended_cost, resource_tags"
                        " FROM COST_AND_USAGE_REPORT"
                    ),
                    table_configurations={
                        "COST_AND_USAGE_REPORT": {
                            "TIME_GRANULARITY": "DAILY",
                            "INCLUDE_RESOURCES": "TRUE",
                            "INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY": "FALSE",
                            "INCLUDE_SPLIT_COST_ALLOCATION_DATA": "FALSE",
                        }
                    },
                )
            ],
            destination_configurations=[
                bcmdata.ExportExportDestinationConfigurationArgs(
                    s3_destinations=[
                        bcmdata.ExportExportDestinationConfigurationS3DestinationArgs(
                            s3_bucket=bucket.policed_name,
                            s3_prefix="reports",
                            s3_region=args.region,
                            s3_output_configurations=[
                                bcmdata.ExportExportDestinationConfigurationS3DestinationS3OutputConfigurationArgs(
                                    compression="PARQUET",
                                    format="PARQUET",
                                    output_type="CUSTOM",
                                    overwrite="OVERWRITE_REPORT",
                                )
                            ],
                        )
                    ]
                )
            ],
            refresh_cadences=[bcmdata.ExportExportRefreshCadenceArgs(frequency="SYNCHRONOUS")],
        ),
        opts=child,
    )
    return bucket.bucket_name


def _write_reports(bucket: str, account_id: str) -> Statement:
    return {
        "Sid": "AllowCostReports",
        "Effect": "Allow",
        "Principal": {"Service": ["bcm-data-exports.amazonaws.com", "billingreports.amazonaws.com"]},
        "Action": ["s3:GetBucketPolicy", "s3:PutObject"],
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {
            "StringEquals": {"aws:SourceAccount": account_id},
            "ArnLike": {
                "aws:SourceArn": [
                    f"arn:aws:bcm-data-exports:us-east-1:{account_id}:export/*",
                    f"arn:aws:cur:us-east-1:{account_id}:definition/*",
                ]
            },
        },
    }


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}
