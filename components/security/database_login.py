"""A login of PostgreSQL whose password nobody knows: a secret that its first rotation turns into a user (SEC-3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_aws.secretsmanager.secret import Secret
from pulumi_aws.secretsmanager.secret_version import SecretVersion

from components.security.managed_secret import draw_value
from contracts.settings.security import SecretSettings

TOKEN = "atoll:security:DatabaseLogin"


@dataclass(frozen=True, kw_only=True)
class DatabaseLoginArgs:
    """Wiring of a login."""

    environment: str
    login: str
    """User, lower-case letters, digits and underscores; rotation adds `<login>_clone`, and the two take turns."""
    roles: Sequence[str]
    """Roles of the server that the user is in, such as `pg_read_all_data`."""
    host: pulumi.Input[str]
    port: pulumi.Input[int]
    database: str
    master_secret_arn: pulumi.Input[str]
    """Secret of the user that makes and changes the login."""
    key_arn: pulumi.Input[str]
    """KMS key that encrypts the secret: the `secrets` key."""
    settings: SecretSettings
    replica_key_arns: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Other region → key there; the secret is replicated there."""


class DatabaseLogin(pulumi.ComponentResource):
    """A secret with the address, the user and the password of a login, in the form that DMS and the SDKs read.

    The user itself is made by the first rotation, inside the VPC: give the secret to a `SecretRotator` with
    `at_once`. Later rotations are never put back, for the value is set once and then ignored.
    Costs: USD 0.40 a month.
    Errors: a name in its recovery window cannot be taken again; the name therefore ends in a unique suffix.
    Source: SEC-3; AWS Secrets Manager User Guide, "JSON structure of AWS Secrets Manager database credential secrets".
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: DatabaseLoginArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the secret `{name}-secret` and its first version."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        secret = Secret(
            f"{name}-secret",
            name_prefix=f"atoll/{args.environment}/login-{args.login.replace('_', '-')}-",
            description=f"Login {args.login} of the database of {args.environment}",
            kms_key_id=args.key_arn,
            recovery_window_in_days=args.settings.recovery_window_days,
            replicas=[{"region": region, "kms_key_id": key} for region, key in sorted(args.replica_key_arns.items())]
            or None,
            opts=child,
        )
        SecretVersion(
            f"{name}-version",
            secret_id=secret.arn,
            secret_string=pulumi.Output.secret(
                pulumi.Output.json_dumps(
                    {
                        "engine": "postgres",
                        "host": args.host,
                        "port": args.port,
                        "dbname": args.database,
                        "username": args.login,
                        "password": draw_value(),
                        "roles": list(args.roles),
                        "masterarn": args.master_secret_arn,
                    }
                )
            ),
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["secret_string"]),
        )
        self.arn = secret.arn
        self.register_outputs({"arn": self.arn})
