"""What the contract registry needs in its account: a key, a role to read and a role to publish (CON-2)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy
from pulumi_aws.kms.alias import Alias
from pulumi_aws.kms.key import Key

from components.identity.roles import Scope
from components.registry import permissions
from contracts.settings.registry import KEY_ALIAS, PUBLISHER_ROLE, READER_ROLE, RegistrySettings
from contracts.settings.security import KeySettings, ProtectionSettings

TOKEN = "atoll:registry:ContractRegistry"
SESSION_SECONDS = 3600
"""Longest session of both roles: an hour, the most that AWS grants a role assumed by a role."""


@dataclass(frozen=True, kw_only=True)
class ContractRegistryArgs:
    """Wiring of the registry in its home account and region."""

    environment: str
    settings: RegistrySettings
    keys: KeySettings
    """Rotation and deletion of the key."""
    protection: ProtectionSettings
    publishing_roles: Sequence[str]
    """Names of the roles that may publish, in any trusted account; every identity there if empty."""


class ContractRegistry(pulumi.ComponentResource):
    """The roles `atoll-registry-reader` and `atoll-registry-publisher`, and the key `alias/atoll-registry`.

    The registry itself is Parameter Store: contracts `/atoll/contracts/<domain>/<service>/<version>`, deployment
    records `/atoll/deployments/<environment>/<region>/<domain>/<service>`. Nothing of it is made here. Trusted
    accounts, or the organization, assume a role with the registry's external id. A published contract can be neither
    overwritten nor deleted with the publisher role. The key encrypts confidential and restricted contracts and is
    used by the two roles alone, through Parameter Store.
    Costs: the key USD 1 a month, USD 1 more after each of the first two rotations, USD 0.03 per 10,000 requests;
    parameters up to 4 KB nothing, each of up to 8 KB USD 0.05 a month.
    Does not do: replicas in other regions; readers there ask the home region and keep a cache.
    Errors: AWS refuses a second registry in one account, since the roles' names are fixed.
    Source: CON-2; https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
    """

    reader_role_arn: pulumi.Output[str]
    publisher_role_arn: pulumi.Output[str]
    key_arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: ContractRegistryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-registry-key`, its alias, and `{name}-registry-role-reader` and `-publisher`."""
        name = f"{name}-registry"
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        registry = args.settings
        scope = Scope(args.environment, registry.region, registry.account)
        key = Key(
            f"{name}-key",
            description="Atoll: confidential and restricted service contracts",
            enable_key_rotation=True,
            rotation_period_in_days=args.keys.rotation_period_days,
            deletion_window_in_days=args.keys.deletion_window_days,
            multi_region=False,
            policy=json.dumps(permissions.key_policy(scope)),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protection.protect),
        )
        Alias(f"{name}-alias", name=KEY_ALIAS, target_key_id=key.key_id, opts=child)

        def role(kind: str, role_name: str, trust: dict[str, Any], may: Callable[[Scope, Any], dict[str, Any]]) -> Role:
            made = Role(
                f"{name}-role-{kind}",
                name=role_name,
                description=f"Contract registry: {kind}",
                assume_role_policy=json.dumps(trust),
                max_session_duration=SESSION_SECONDS,
                opts=child,
            )
            RolePolicy(
                f"{name}-role-policy-{kind}",
                name=role_name,
                role=made.name,
                policy=pulumi.Output.json_dumps(may(scope, key.arn)),
                opts=child,
            )
            return made

        read = role("reader", READER_ROLE, permissions.trust(registry), permissions.reader)
        publish = role(
            "publisher", PUBLISHER_ROLE, permissions.trust(registry, args.publishing_roles), permissions.publisher
        )
        self.reader_role_arn, self.publisher_role_arn, self.key_arn = read.arn, publish.arn, key.arn
        self.register_outputs(
            {
                "reader_role_arn": self.reader_role_arn,
                "publisher_role_arn": self.publisher_role_arn,
                "key_arn": self.key_arn,
            }
        )
