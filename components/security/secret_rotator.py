"""A function in the VPC that rotates secrets, and the schedule of each secret (SEC-3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, unique
from pathlib import Path

import pulumi
from pulumi_aws import lambda_
from pulumi_aws.ec2.security_group import SecurityGroup
from pulumi_aws.secretsmanager.secret_rotation import SecretRotation
from pulumi_aws.vpc.security_group_egress_rule import SecurityGroupEgressRule
from pulumi_aws.vpc.security_group_ingress_rule import SecurityGroupIngressRule

from components.functions.function import Function, FunctionArgs, FunctionKeys, FunctionNetwork
from components.functions.libraries import library_members
from components.identity.roles import Scope
from components.identity.statements import Statement, allow
from contracts.services import compute
from contracts.settings.security import SecretSettings

TOKEN = "atoll:security:SecretRotator"
FOLDER = Path(__file__).with_name("secret_rotation")
HTTPS = 443


@unique
class Rotation(StrEnum):
    """What is rotated; the value is the module whose handler does it."""

    CACHE_TOKEN = "cache_token"
    DATABASE_LOGIN = "database_login"


MODULES = {
    Rotation.CACHE_TOKEN: (("__init__", "cache_token", "steps"), ("redis",), 900),
    Rotation.DATABASE_LOGIN: (("__init__", "database_login", "steps"), ("pg8000",), 120),
}
"""Rotation → its modules, its packages, its seconds: a cache takes minutes to change a token."""


@dataclass(frozen=True, kw_only=True)
class RotatorNetwork:
    """Where the function is, and what it reaches."""

    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets."""
    door_group_id: pulumi.Input[str]
    """Security group of what the secrets open; it gets the other half of the rule."""
    port: int
    """TCP port of what the secrets open."""
    aws_cidr: pulumi.Input[str]
    """Where AWS's APIs are: the VPC's own block where an interface endpoint has all that are needed."""


@dataclass(frozen=True, kw_only=True)
class SecretRotatorArgs:
    """Wiring of a rotator."""

    rotation: Rotation
    scope: Scope
    keys: FunctionKeys
    network: RotatorNetwork
    settings: SecretSettings
    secrets: Mapping[str, pulumi.Input[str]]
    """Stable key → ARN of each secret that it rotates."""
    secrets_key_arn: pulumi.Input[str]
    """Key that encrypts them."""
    at_once: bool
    """Rotate when the schedule is made; otherwise only test then, and rotate when the interval is over."""
    variables: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """What the module asks for: `CACHE_GROUP`, `CACHE_HOST`, `CACHE_PORT`."""
    statements: Sequence[Statement] = ()
    """What it may do beside rotating these secrets."""


class SecretRotator(pulumi.ComponentResource):
    """Rotates every secret of one kind each `settings.rotation_days` days, without a moment at which none opens.

    Makes the function (private subnets, a role that may read, write and label exactly these secrets), its security
    group with the way to the database or cache and to AWS's APIs and nothing else, the permission of Secrets Manager
    to call it for these secrets, and each secret's schedule. Rotation that fails is repeated by Secrets Manager for a
    day; meanwhile the old value opens.

    Costs: a few function calls a month, practically nothing.
    Does not do: restart what has read a secret only once. Tasks that got a token at their start keep getting in until
    the next rotation; longer-lived ones must read the secret again when they are refused.
    Source: SEC-3; https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html
    """

    function_arn: pulumi.Output[str]
    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, *, args: SecretRotatorArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the function `{name}` and one `{name}-schedule-<key>` for each secret."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        group, rules = self._group(name, args)
        function = self._function(name, args, group)
        for key, arn in args.secrets.items():
            allowed = lambda_.Permission(
                f"{name}-call-{key}",
                action="lambda:InvokeFunction",
                function=function.name,
                principal="secretsmanager.amazonaws.com",
                source_account=args.scope.account_id,
                source_arn=arn,
                opts=child,
            )
            SecretRotation(
                f"{name}-schedule-{key}",
                secret_id=arn,
                rotation_lambda_arn=function.arn,
                rotate_immediately=args.at_once,
                rotation_rules={"automatically_after_days": args.settings.rotation_days},
                # Secrets Manager calls the function as soon as the schedule is there.
                opts=pulumi.ResourceOptions(parent=self, depends_on=[allowed, *rules]),
            )
        self.function_arn, self.security_group_id = function.arn, group.id
        self.register_outputs({"function_arn": self.function_arn, "security_group_id": self.security_group_id})

    def _function(self, name: str, args: SecretRotatorArgs, group: SecurityGroup) -> Function:
        modules, libraries, seconds = MODULES[args.rotation]
        clause = compute.Function(
            runtime="python3.13",
            handler=f"{FOLDER.name}.{args.rotation}.handler",
            timeout_seconds=seconds,
            memory_mib=256,
            libraries=libraries,
            tracing=False,
            retries=0,
        )
        members = {f"{FOLDER.name}/{module}.py": pulumi.FileAsset(str(FOLDER / f"{module}.py")) for module in modules}
        libraries_members = library_members(clause.libraries, runtime=clause.runtime, architecture=clause.architecture)
        arns = list(args.secrets.values())
        return Function(
            name,
            args=FunctionArgs(
                function=clause,
                scope=args.scope,
                code=pulumi.AssetArchive({**members, **libraries_members}),
                keys=args.keys,
                network=FunctionNetwork(subnet_ids=args.network.subnet_ids, security_group_ids=[group.id]),
                variables=args.variables,
                statements=[
                    allow(
                        "RotateSecrets",
                        [
                            "secretsmanager:DescribeSecret",
                            "secretsmanager:GetSecretValue",
                            "secretsmanager:PutSecretValue",
                            "secretsmanager:UpdateSecretVersionStage",
                        ],
                        arns,
                    ),
                    allow(
                        "UseSecretsKey",
                        ["kms:Decrypt", "kms:GenerateDataKey"],
                        args.secrets_key_arn,
                        StringEquals={"kms:ViaService": f"secretsmanager.{args.scope.region}.amazonaws.com"},
                    ),
                    *args.statements,
                ],
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _group(self, name: str, args: SecretRotatorArgs) -> tuple[SecurityGroup, list[pulumi.Resource]]:
        child, network = pulumi.ResourceOptions(parent=self), args.network
        group = SecurityGroup(
            f"{name}-security-group",
            description="Rotates secrets: nothing in, what they open and the APIs of AWS out",
            vpc_id=network.vpc_id,
            tags={"Name": name},
            opts=child,
        )
        rules: list[pulumi.Resource] = [
            SecurityGroupEgressRule(
                f"{name}-egress-{network.port}",
                security_group_id=group.id,
                referenced_security_group_id=network.door_group_id,
                ip_protocol="tcp",
                from_port=network.port,
                to_port=network.port,
                description="What the secrets open",
                opts=child,
            ),
            SecurityGroupEgressRule(
                f"{name}-egress-aws",
                security_group_id=group.id,
                cidr_ipv4=network.aws_cidr,
                ip_protocol="tcp",
                from_port=HTTPS,
                to_port=HTTPS,
                description="Secrets Manager and other APIs of AWS",
                opts=child,
            ),
            SecurityGroupIngressRule(
                f"{name}-ingress-{network.port}",
                security_group_id=network.door_group_id,
                referenced_security_group_id=group.id,
                ip_protocol="tcp",
                from_port=network.port,
                to_port=network.port,
                description="Rotation of secrets",
                opts=child,
            ),
        ]
        return group, rules
