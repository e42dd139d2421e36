"""A secret in Secrets Manager whose first value is drawn once and never shown."""

from __future__ import annotations

import json
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import pulumi
from pulumi_aws.secretsmanager.secret import Secret
from pulumi_aws.secretsmanager.secret_rotation import SecretRotation
from pulumi_aws.secretsmanager.secret_version import SecretVersion

from contracts.settings.security import SecretSettings

TOKEN = "atoll:security:ManagedSecret"
VALUE_LENGTH = 64
"""Characters of a drawn value: 381 bits, within ElastiCache's 16 to 128 and PostgreSQL's limit of 99."""
ALPHABET = string.ascii_letters + string.digits
"""Letters and digits only: ElastiCache refuses most punctuation, and none needs escaping in a URL or a shell."""


@dataclass(frozen=True, kw_only=True)
class ManagedSecretArgs:
    """Wiring of one secret."""

    environment: str
    purpose: str
    """What the secret opens, such as `cache-auth`; its name becomes `atoll/<environment>/<purpose>-<unique>`."""
    description: str
    key_arn: pulumi.Input[str]
    """KMS key that encrypts it: the `secrets` key."""
    settings: SecretSettings
    value: pulumi.Input[str] | None = None
    """The value where it is given from outside (a Pulumi configuration secret); `None` draws one at creation."""
    username: str | None = None
    """User of a database; the value is JSON with `username` and `password` then, as RDS itself writes it."""
    replica_key_arns: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Other region → key there; the secret and each later value of it are replicated there."""
    rotation_lambda_arn: pulumi.Input[str] | None = None
    """Rotation function; without one there is no schedule: Secrets Manager rotates only what AWS itself manages."""


def draw_value() -> str:
    """A new value of `VALUE_LENGTH` characters from the operating system's random source."""
    return "".join(secrets.choice(ALPHABET) for _ in range(VALUE_LENGTH))


def _drawn(username: str | None) -> str:
    return draw_value() if username is None else json.dumps({"username": username, "password": draw_value()})


class ManagedSecret(pulumi.ComponentResource):
    """A secret encrypted by a customer-managed key, with a recovery window and, given a function, rotation.

    The value is drawn by this program on every run, but only the first one counts: later draws are ignored
    (`ignore_changes`), so a second preview is empty and a rotated value is never put back. `secrets` is used rather
    than Secrets Manager's GetRandomPassword because it needs no permission and no call during preview. Consumers must
    read `value` (the value in the stack's state, encrypted there, always a Pulumi secret) and not draw again.
    ElastiCache takes it as `auth_token=secret.value`; tasks take `secret.arn` as `valueFrom`.

    The RDS master password is not made here: RDS makes and rotates it (`manage_master_user_password`).
    A replica has the ARN of the secret but for the region; it is read there, and written here alone.
    Costs: USD 0.40 a month and secret, and as much for each replica, plus USD 0.05 per 10,000 calls.
    Errors: a name in its recovery window cannot be taken again; the name therefore ends in a unique suffix.
    Source: SEC-3, CAC-1; https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html
    """

    arn: pulumi.Output[str]
    """ARN of the secret; IAM patterns may rely on `…:secret:atoll/<environment>/*`."""
    value: pulumi.Output[str]
    """The value in state, as a Pulumi secret."""
    version_id: pulumi.Output[str]
    """Version of the first value."""

    def __init__(self, name: str, *, args: ManagedSecretArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the secret `{name}-secret` and its first version."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        secret = Secret(
            f"{name}-secret",
            name_prefix=f"atoll/{args.environment}/{args.purpose}-",
            description=args.description,
            kms_key_id=args.key_arn,
            recovery_window_in_days=args.settings.recovery_window_days,
            replicas=[{"region": region, "kms_key_id": key} for region, key in sorted(args.replica_key_arns.items())]
            or None,
            opts=child,
        )
        version = SecretVersion(
            f"{name}-version",
            secret_id=secret.arn,
            secret_string=pulumi.Output.secret(_drawn(args.username) if args.value is None else args.value),
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["secret_string"] if args.value is None else None),
        )
        if args.rotation_lambda_arn is not None:
            SecretRotation(
                f"{name}-rotation",
                secret_id=secret.arn,
                rotation_lambda_arn=args.rotation_lambda_arn,
                rotation_rules={"automatically_after_days": args.settings.rotation_days},
                opts=pulumi.ResourceOptions(parent=self, depends_on=[version]),
            )
        self.arn = secret.arn
        # Always set here, and secret as the SDK declares it; passed straight on, so that a graph sees who uses it.
        self.value = cast("pulumi.Output[str]", version.secret_string)
        self.version_id = version.version_id
        self._args = args
        self.register_outputs({"arn": self.arn, "value": self.value, "version_id": self.version_id})

    @property
    def password(self) -> pulumi.Output[str]:
        """The password within a value that has a user, as a Pulumi secret.

        Raises:
            ValueError: the value has no user.
        """
        if self._args.username is None:
            raise ValueError(f"the secret {self._args.purpose} of {self._args.environment} has no user; read `value`")
        return self.value.apply(lambda text: cast("str", json.loads(text)["password"]))

    def replica_arn(self, home: str, region: str) -> pulumi.Output[str]:
        """ARN of the replica in another region; `home` is the secret's own."""
        return self.arn.apply(lambda arn: arn.replace(f":{home}:", f":{region}:", 1))
