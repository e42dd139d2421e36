"""Customer-managed KMS keys, one for each purpose, with policies that admit only what the purpose needs."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
from pulumi_aws.kms.alias import Alias
from pulumi_aws.kms.key import Key

from components.security.key_policy import PURPOSES, key_policy
from contracts.settings.security import KeySettings, ProtectionSettings

TOKEN = "atoll:security:Keys"


@dataclass(frozen=True, kw_only=True)
class KeysArgs:
    """Wiring of the keys of one environment and region."""

    environment: str
    region: str
    account_id: str
    settings: KeySettings
    protection: ProtectionSettings
    scaling: bool = False
    """EC2 Auto Scaling starts instances with encrypted volumes, such as nodes of a cluster."""
    spanning: bool = False
    """A global stack leads to the stack: CloudFront reads its assets and delivers logs there."""


def check_purposes(settings: KeySettings) -> None:
    """Refuse purposes that have no policy.

    Raises:
        ValueError: naming every unknown purpose and the known ones.
    """
    unknown = sorted(set(settings.purposes) - PURPOSES.keys())
    if unknown:
        raise ValueError(
            f"keys.purposes: no key policy for {', '.join(unknown)}; choose among {', '.join(PURPOSES)}, "
            "or add the purpose to PURPOSES in components/security/key_policy.py"
        )


class Keys(pulumi.ComponentResource):
    """One symmetric KMS key for each purpose, rotated, with the alias `alias/atoll-<environment>-<purpose>`.

    Multi-region keys are made as primaries; the other region replicates them. The default key policy's `kms:*` for
    the account is not used: nobody, administrators included, decrypts except through the purpose's services and with
    an IAM permission for it.
    Costs: USD 1 a month and key, USD 1 more after each of the first two rotations, USD 0.03 per 10,000 requests.
    Errors: ValueError for a purpose without a policy. A replaced key leaves its data unreadable: protect real
    environments.
    Source: SEC-3; https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
    """

    arns: dict[str, pulumi.Output[str]]
    """Purpose → key ARN."""
    ids: dict[str, pulumi.Output[str]]
    """Purpose → key id."""
    aliases: dict[str, pulumi.Output[str]]
    """Purpose → alias name."""

    def __init__(self, name: str, *, args: KeysArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-key-<purpose>` and `{name}-alias-<purpose>` for each purpose."""
        check_purposes(args.settings)
        super().__init__(TOKEN, name, None, opts)
        self.arns, self.ids, self.aliases = {}, {}, {}
        for purpose in args.settings.purposes:
            use = PURPOSES[purpose]
            key = Key(
                f"{name}-key-{purpose}",
                description=f"Atoll {args.environment}: {use.description}",
                enable_key_rotation=True,
                rotation_period_in_days=args.settings.rotation_period_days,
                deletion_window_in_days=args.settings.deletion_window_days,
                multi_region=args.settings.multi_region,
                policy=json.dumps(
                    key_policy(use, args.region, args.account_id, scaling=args.scaling, spanning=args.spanning)
                ),
                opts=pulumi.ResourceOptions(parent=self, protect=args.protection.protect),
            )
            alias = Alias(
                f"{name}-alias-{purpose}",
                name=f"alias/atoll-{args.environment}-{purpose}",
                target_key_id=key.key_id,
                opts=pulumi.ResourceOptions(parent=self),
            )
            self.arns[purpose], self.ids[purpose], self.aliases[purpose] = key.arn, key.key_id, alias.name
        self.register_outputs({"arns": self.arns, "ids": self.ids, "aliases": self.aliases})
