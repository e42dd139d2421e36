"""Replicas of multi-region keys in another region (SEC-3)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws.kms.alias import Alias
from pulumi_aws.kms.replica_key import ReplicaKey

from components.security.key_policy import PURPOSES, key_policy
from contracts.settings.security import KeySettings, ProtectionSettings

TOKEN = "atoll:security:ReplicaKeys"


@dataclass(frozen=True, kw_only=True)
class ReplicaKeysArgs:
    """Wiring of the replicas of one environment's keys."""

    environment: str
    region: str
    """Region of the replicas; the provider that is passed along is of the same."""
    account_id: str
    settings: KeySettings
    protection: ProtectionSettings
    primary_arns: Mapping[str, pulumi.Input[str]]
    """Purpose → multi-region primary key."""
    scaling: bool = False
    """EC2 Auto Scaling starts instances with encrypted volumes there, too."""


class ReplicaKeys(pulumi.ComponentResource):
    """The same keys in another region, each with an alias of the same name there.

    Key material and rotation are the primaries'; policies are not replicated, so each replica has one of its own,
    which admits the services of its region. What is encrypted in one region is read in the other without a call over
    there, whatever has happened to it. They are made by the stack of the primaries, through a provider of the other
    region, because secrets and tables name them when they are replicated.
    Costs: USD 1 a month and key, USD 0.03 per 10,000 requests.
    Errors: a primary cannot be deleted before its replicas are.
    Source: SEC-3; https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
    """

    arns: dict[str, pulumi.Output[str]]
    """Purpose → ARN of the replica."""

    def __init__(self, name: str, *, args: ReplicaKeysArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-replica-key-<purpose>` and `{name}-replica-alias-<purpose>` for each primary."""
        super().__init__(TOKEN, name, None, opts)
        self.arns = {}
        for purpose, primary in args.primary_arns.items():
            use = PURPOSES[purpose]
            key = ReplicaKey(
                f"{name}-replica-key-{purpose}",
                primary_key_arn=primary,
                description=f"Atoll {args.environment}: {use.description}",
                deletion_window_in_days=args.settings.deletion_window_days,
                enabled=True,
                policy=json.dumps(key_policy(use, args.region, args.account_id, scaling=args.scaling, spanning=True)),
                opts=pulumi.ResourceOptions(parent=self, protect=args.protection.protect),
            )
            Alias(
                f"{name}-replica-alias-{purpose}",
                name=f"alias/atoll-{args.environment}-{purpose}",
                target_key_id=key.key_id,
                opts=pulumi.ResourceOptions(parent=self),
            )
            self.arns[purpose] = key.arn
        self.register_outputs({"arns": self.arns})
