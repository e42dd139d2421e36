"""What Systems Manager corrects by itself when a rule of AWS Config finds it (SEC-2)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi_aws.cfg._inputs import (
    RemediationConfigurationExecutionControlsArgs,
    RemediationConfigurationExecutionControlsSsmControlsArgs,
    RemediationConfigurationParameterArgs,
    RuleSourceArgs,
)
from pulumi_aws.cfg.remediation_configuration import RemediationConfiguration
from pulumi_aws.cfg.rule import Rule
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy

from components.identity.roles import Scope
from components.identity.service_trust import service_trust
from components.identity.statements import Statement, allow

TOKEN = "atoll:detection:Remediation"
ROLE_PARAMETER = "AutomationAssumeRole"

DOCUMENTS: dict[str, tuple[str, ...]] = {
    "AWS-ConfigureS3BucketVersioning": ("s3:GetBucketVersioning", "s3:PutBucketVersioning"),
    "AWS-DisablePublicAccessForSecurityGroup": (
        "ec2:DescribeSecurityGroupReferences",
        "ec2:DescribeSecurityGroups",
        "ec2:RevokeSecurityGroupIngress",
    ),
    "AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock": (
        "s3:GetBucketPublicAccessBlock",
        "s3:PutBucketPublicAccessBlock",
    ),
    "AWSConfigRemediation-ConfigureS3PublicAccessBlock": (
        "s3:GetAccountPublicAccessBlock",
        "s3:PutAccountPublicAccessBlock",
    ),
    "AWSConfigRemediation-DisablePublicAccessToRDSInstance": ("rds:DescribeDBInstances", "rds:ModifyDBInstance"),
    "AWSConfigRemediation-DropInvalidHeadersForALB": (
        "elasticloadbalancing:DescribeLoadBalancerAttributes",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
    ),
    "AWSConfigRemediation-EnableAPIGatewayTracing": ("apigateway:GET", "apigateway:PATCH"),
    # Without UpdateTrail: nothing in an account changes its trail, so a person of the organization has to run this one.
    "AWSConfigRemediation-EnableCloudTrailLogFileValidation": ("cloudtrail:GetTrail",),
    "AWSConfigRemediation-EnableCopyTagsToSnapshotOnRDSCluster": ("rds:DescribeDBClusters", "rds:ModifyDBCluster"),
    "AWSConfigRemediation-EnableELBDeletionProtection": (
        "elasticloadbalancing:DescribeLoadBalancerAttributes",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
    ),
    "AWSConfigRemediation-EnableEbsEncryptionByDefault": (
        "ec2:EnableEbsEncryptionByDefault",
        "ec2:GetEbsEncryptionByDefault",
    ),
    "AWSConfigRemediation-EnableKeyRotation": ("kms:EnableKeyRotation", "kms:GetKeyRotationStatus"),
    "AWSConfigRemediation-EnableMinorVersionUpgradeOnRDSDBInstance": (
        "rds:DescribeDBInstances",
        "rds:ModifyDBInstance",
    ),
    "AWSConfigRemediation-EnablePITRForDynamoDbTable": (
        "dynamodb:DescribeContinuousBackups",
        "dynamodb:UpdateContinuousBackups",
    ),
    "AWSConfigRemediation-EnableRDSClusterDeletionProtection": ("rds:DescribeDBClusters", "rds:ModifyDBCluster"),
    "AWSConfigRemediation-EnableRDSInstanceDeletionProtection": ("rds:DescribeDBInstances", "rds:ModifyDBInstance"),
    "AWSConfigRemediation-EnforceEC2InstanceIMDSv2": ("ec2:DescribeInstances", "ec2:ModifyInstanceMetadataOptions"),
    "AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules": (
        "ec2:DescribeSecurityGroups",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
    ),
    "AWSConfigRemediation-RestrictBucketSSLRequestsOnly": (
        "s3:DeleteBucketPolicy",
        "s3:GetBucketPolicy",
        "s3:PutBucketPolicy",
    ),
    "AWSConfigRemediation-SetIAMPasswordPolicy": ("iam:GetAccountPasswordPolicy", "iam:UpdateAccountPasswordPolicy"),
}
"""Automation document of AWS → what it calls. Each page of the runbook reference lists "Required IAM permissions".

https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-ref-config.html
"""


def resources_of(action: str, scope: Scope) -> str:
    """What a document may do this to: any such resource of this account, for nobody knows which will be wrong."""
    service, _, verb = action.partition(":")
    match service:
        case "s3":
            return "*" if "Account" in verb else "arn:aws:s3:::*"
        case "ec2" if verb in {"RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress"}:
            return scope.arn("ec2", "security-group/*")
        case "ec2" if verb == "ModifyInstanceMetadataOptions":
            return scope.arn("ec2", "instance/*")
        case "rds":
            return scope.arn("rds", "cluster:*" if "Cluster" in verb else "db:*")
        case "elasticloadbalancing" if verb.startswith("Modify"):
            return scope.arn("elasticloadbalancing", "loadbalancer/*")
        case "apigateway":
            return f"arn:aws:apigateway:{scope.region}::/restapis/*/stages/*"
        case "cloudtrail":
            return scope.arn("cloudtrail", "trail/*")
        case "kms":
            return scope.arn("kms", "key/*")
        case "dynamodb":
            return scope.arn("dynamodb", "table/*")
        case _:
            return "*"


def statements_of(documents: Iterable[str], scope: Scope) -> list[Statement]:
    """What the role needs for these documents: a statement for each service and kind of resource."""
    grouped: dict[tuple[str, str], set[str]] = {}
    for action in {action for document in documents for action in DOCUMENTS[document]}:
        grouped.setdefault((action.partition(":")[0], resources_of(action, scope)), set()).add(action)
    numbered: dict[str, int] = {}
    statements: list[Statement] = []
    for (service, resource), actions in sorted(grouped.items()):
        numbered[service] = numbered.get(service, 0) + 1
        statements.append(allow(f"Correct{service.capitalize()}{numbered[service]}", sorted(actions), resource))
    return statements


@dataclass(frozen=True)
class Correction:
    """A managed rule and the document that corrects what it finds, safe enough for nobody to be asked."""

    rule: str
    """Identifier of AWS's managed rule."""
    document: str
    type: str
    """CloudFormation type of what is corrected."""
    resource: str
    """The document's parameter that takes the resource's id."""
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    """Its other parameters."""


SWITCHES = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
BLOCKED: Mapping[str, str] = dict.fromkeys(SWITCHES, "true")
CORRECTIONS: dict[str, Correction] = {
    "bucket-closed-to-public": Correction(
        "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED",
        "AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock",
        "AWS::S3::Bucket",
        "BucketName",
        BLOCKED,
    ),
    "key-rotated": Correction(
        "CMK_BACKING_KEY_ROTATION_ENABLED", "AWSConfigRemediation-EnableKeyRotation", "AWS::KMS::Key", "KeyId"
    ),
    "ssh-closed-to-internet": Correction(
        "INCOMING_SSH_DISABLED", "AWS-DisablePublicAccessForSecurityGroup", "AWS::EC2::SecurityGroup", "GroupId"
    ),
    "default-group-empty": Correction(
        "VPC_DEFAULT_SECURITY_GROUP_CLOSED",
        "AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules",
        "AWS::EC2::SecurityGroup",
        "GroupId",
    ),
    "database-not-public": Correction(
        "RDS_INSTANCE_PUBLIC_ACCESS_CHECK",
        "AWSConfigRemediation-DisablePublicAccessToRDSInstance",
        "AWS::RDS::DBInstance",
        "DbiResourceId",
    ),
}
"""Stable key → what is corrected by itself: what only closes, and never stops what works as it should."""


@dataclass(frozen=True, kw_only=True)
class RemediationArgs:
    """Wiring of the corrections."""

    scope: Scope
    recorder: pulumi.Resource
    """The recorder: rules are refused before it runs."""
    documents: Iterable[str] = ()
    """Further documents that the role must be able to run: those of conformance packs."""
    automatic: bool
    """Make the rules that correct by themselves."""


class Remediation(pulumi.ComponentResource):
    """The role that automation documents act as; with `automatic`, rules whose findings are corrected at once.

    Costs: USD 0.001 an evaluation; AWS's own documents run free. Does not: touch what works as it should.
    Errors: KeyError for a document that is not in `DOCUMENTS`.
    Source: SEC-2; AWS Config Developer Guide, "Remediating noncompliant resources with AWS Config".
    """

    role_arn: pulumi.Output[str]
    """Known once the role may do what the documents need."""

    def __init__(self, name: str, *, args: RemediationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-corrects`, and `{name}-rule-<key>` with `{name}-correct-<key>` for each correction."""
        super().__init__(TOKEN, name, None, opts)
        child, scope = pulumi.ResourceOptions(parent=self), args.scope
        own = [correction.document for correction in CORRECTIONS.values()] if args.automatic else []
        role = Role(
            f"{name}-corrects",
            name=f"atoll-{scope.environment}-corrects-{scope.region}",
            description="Systems Manager, to correct what AWS Config has found",
            assume_role_policy=json.dumps(_trust(scope)),
            opts=child,
        )
        policy = RolePolicy(
            f"{name}-corrects-permissions",
            role=role.name,
            policy=json.dumps({"Version": "2012-10-17", "Statement": statements_of({*own, *args.documents}, scope)}),
            opts=child,
        )
        for key, correction in CORRECTIONS.items() if args.automatic else ():
            rule = Rule(
                f"{name}-rule-{key}",
                name=f"atoll-{scope.environment}-{key}",
                description=f"{key.replace('-', ' ').capitalize()}; corrected at once",
                source=RuleSourceArgs(owner="AWS", source_identifier=correction.rule),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[args.recorder]),
            )
            RemediationConfiguration(
                f"{name}-correct-{key}",
                config_rule_name=rule.name,
                resource_type=correction.type,
                target_type="SSM_DOCUMENT",
                target_id=correction.document,
                parameters=_parameters(correction, role.arn),
                automatic=True,
                maximum_automatic_attempts=3,
                retry_attempt_seconds=600,
                execution_controls=RemediationConfigurationExecutionControlsArgs(
                    ssm_controls=RemediationConfigurationExecutionControlsSsmControlsArgs(
                        concurrent_execution_rate_percentage=10, error_percentage=10
                    )
                ),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
            )
        self.role_arn = role.arn
        self.register_outputs({"role_arn": self.role_arn})


def _parameters(correction: Correction, role_arn: pulumi.Input[str]) -> list[RemediationConfigurationParameterArgs]:
    """The document's parameters by name: AWS keeps no other order, and another one would differ for ever."""
    told = {
        ROLE_PARAMETER: RemediationConfigurationParameterArgs(name=ROLE_PARAMETER, static_value=role_arn),
        correction.resource: RemediationConfigurationParameterArgs(
            name=correction.resource, resource_value="RESOURCE_ID"
        ),
    }
    for name, value in correction.values.items():
        told[name] = RemediationConfigurationParameterArgs(name=name, static_value=value)
    return [told[name] for name in sorted(told)]


def _trust(scope: Scope) -> dict[str, Any]:
    return service_trust(
        "Automation", "ssm.amazonaws.com", scope.account_id, scope.arn("ssm", "automation-execution/*")
    )
