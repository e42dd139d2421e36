"""The settings of one region stack: the sum of everything `Pulumi.<stack>.yaml` can say."""

from __future__ import annotations

from contracts.settings.base import Layer, Settings
from contracts.settings.compute import EcsSettings
from contracts.settings.data import CacheSettings, PostgresSettings, StorageSettings, TableSettings
from contracts.settings.edge import EdgeSettings
from contracts.settings.network import NetworkSettings
from contracts.settings.operations import CostSettings, ObservabilitySettings, TagSettings
from contracts.settings.security import KeySettings, ProtectionSettings, SecretSettings


class AccountSettings(Settings):
    """The AWS account a stack lives in."""

    id: str
    """12 digits."""
    deploy_role: str | None
    """Name of the role in that account which the delivery credentials assume; null to use them as they are."""


class StackSettings(Settings):
    """Everything a region stack can be told."""

    layer: Layer
    environment: str
    region: str
    account: AccountSettings
    tags: TagSettings
    protection: ProtectionSettings
    network: NetworkSettings
    keys: KeySettings
    secrets: SecretSettings
    edge: EdgeSettings
    ecs: EcsSettings
    database: PostgresSettings
    cache: CacheSettings
    tables: dict[str, TableSettings]
    storage: StorageSettings
    observability: ObservabilitySettings
    cost: CostSettings
