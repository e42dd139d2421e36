"""The settings of one region stack: the sum of everything `Pulumi.<stack>.yaml` can say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import ValidationInfo, model_validator

from contracts import regions
from contracts.recovery.targets import RecoveryTargets
from contracts.settings.aurora import AuroraSettings
from contracts.settings.backup import BackupSettings
from contracts.settings.base import Layer, Settings
from contracts.settings.compute import EcsSettings
from contracts.settings.connectivity import (
    DirectConnectSettings,
    SharedServicesSettings,
    TransitGatewaySettings,
    VpcPeeringSettings,
    VpnSettings,
)
from contracts.settings.data import CacheSettings, DaxSettings, PostgresSettings, StorageSettings, TableSettings
from contracts.settings.delivery import DeliverySettings
from contracts.settings.detection import SecuritySettings
from contracts.settings.edge import EdgeSettings, TrafficSettings
from contracts.settings.files import FileSystemSettings, VolumeSettings
from contracts.settings.flows import DataFlowsSettings
from contracts.settings.intelligence import IntelligenceSettings
from contracts.settings.kinds import AccountId, EnvironmentName, LogicalName, Region, RoleName
from contracts.settings.kubernetes import KubernetesSettings
from contracts.settings.logs import LogAnalyticsSettings
from contracts.settings.monitoring import MonitoringSettings
from contracts.settings.network import NetworkSettings
from contracts.settings.operations import CostSettings, ObservabilitySettings, TagSettings
from contracts.settings.pair import PairSettings
from contracts.settings.registry import RegistrySettings
from contracts.settings.rules import follow
from contracts.settings.security import KeySettings, ProtectionSettings, SecretSettings
from contracts.settings.warehouse import WarehouseSettings

ZONE_LISTS: dict[str, tuple[str, ...]] = {
    "network": ("availability_zones", "workload_zones"),
    "shared_services": ("availability_zones", "workload_zones"),
    "transit_gateway": ("zones",),
}
"""Section → its lists of zones."""


class AccountSettings(Settings):
    """The AWS account a stack lives in."""

    id: AccountId
    """12 digits, in quotes."""
    deploy_role: RoleName | None
    """Name of the role in that account which the delivery credentials assume; null to use them as they are."""


class StackSettings(Settings):
    """Everything a region stack can be told."""

    layer: Layer
    """What the stack is; `region` for one environment in one region."""
    environment: EnvironmentName
    """dev, staging, prod, or env-<name>. It chooses what the stack must at least reach."""
    region: Region
    """AWS region of everything in the stack."""
    account: AccountSettings
    """Account of everything in the stack."""
    tags: TagSettings
    """Tags of everything in the stack."""
    protection: ProtectionSettings
    """How hard it is to delete what holds data."""
    network: NetworkSettings
    """The VPC."""
    keys: KeySettings
    """Encryption keys."""
    secrets: SecretSettings
    """How secrets are rotated and deleted; their values are never settings."""
    registry: RegistrySettings
    """The contract registry."""
    edge: EdgeSettings
    """Load balancer, certificate and web ACL."""
    ecs: EcsSettings
    """Containers on Fargate."""
    cache: CacheSettings
    """The Redis or Valkey cluster."""
    tables: dict[LogicalName, TableSettings]
    """Name of a DynamoDB table → its settings."""
    storage: StorageSettings
    """Buckets."""
    observability: ObservabilitySettings
    """Log groups, alarms and dashboards."""
    cost: CostSettings
    """Budget and off-hours."""
    security: SecuritySettings | None = None
    """What watches the account and answers to what it sees; nothing if left out."""
    kubernetes: KubernetesSettings | None = None
    """The Kubernetes cluster (EKS); left out for none. From about $73 a month, and its nodes."""
    database: PostgresSettings | None = None
    """PostgreSQL on one RDS instance, with or without a standby; left out where there is `aurora`."""
    aurora: AuroraSettings | None = None
    """PostgreSQL on an Aurora cluster, in place of `database`; from about $110 a month; left out where there is
    `database`."""
    dax: DaxSettings | None = None
    """DynamoDB Accelerator in front of some tables; left out for none. From about $29 a month and node."""
    files: FileSystemSettings | None = None
    """A file system that tasks and nodes share (EFS); left out for none. Paid by what is stored."""
    volumes: VolumeSettings | None = None
    """Encryption and daily snapshots of block volumes (EBS); left out, AWS's own key encrypts them."""
    backup: BackupSettings | None = None
    """AWS Backup: vault, plan, restore tests, reports; left out for the services' own backups alone."""
    monitoring: MonitoringSettings | None = None
    """What sees more than logs, alarms and dashboards; nothing more if left out."""
    intelligence: IntelligenceSettings | None = None
    """What acts or judges by itself; nothing if left out."""
    transit_gateway: TransitGatewaySettings | None = None
    """Hub of the region's networks; none if left out. About $36 a month for each VPC, VPN and peering attached."""
    shared_services: SharedServicesSettings | None = None
    """VPC for monitoring, delivery, security and network services; none if left out. From about $70 a month."""
    vpn: VpnSettings | None = None
    """Site-to-site VPN; none if left out. About $73 a month for each site."""
    direct_connect: DirectConnectSettings | None = None
    """Dedicated line to a data centre; none if left out. From about $220 a month."""
    vpc_peerings: dict[LogicalName, VpcPeeringSettings] | None = None
    """Name → peering with one VPC; none if left out. Priced by data alone."""
    warehouse: WarehouseSettings | None = None
    """Redshift with Spectrum; none if left out. From about $400 a month for one node, or $3 an hour of use."""
    data_flows: DataFlowsSettings | None = None
    """Replication, sanitised copies, synthetic data; none if left out. From about $27 a month where rows are
    replicated, a few cents a run elsewhere."""
    log_analytics: LogAnalyticsSettings | None = None
    """Where logs go beside CloudWatch: search domain and archive; nowhere if left out. The archive costs cents a GB,
    the domain from about $60 a month."""
    delivery: DeliverySettings | None = None
    """Pipeline from a commit to production; left out for none. About $5 a month and $0.005 a minute of building."""
    recovery: RecoveryTargets | None = None
    """What recovery of this stack alone has to reach; nothing is asked if left out. Computed, not deployed: free."""
    traffic: TrafficSettings | None = None
    """How traffic is split between the region stacks of the environment; left out where it has one region."""
    pair: PairSettings | None = None
    """The other region that serves the environment, and what is replicated to it; left out for one region."""

    @property
    def relational(self) -> PostgresSettings | AuroraSettings:
        """What PostgreSQL runs on; every valid stack has exactly one."""
        found = self.aurora or self.database
        assert found is not None, "the rules let no settings without a database through"
        return found

    @property
    def account_name(self) -> str:
        """What names carry that all regions of an account share (roles, buckets, dashboards): the environment, and
        its region where the other region of the pair has the plain name."""
        if self.pair is None or self.pair.leads:
            return self.environment
        return f"{self.environment}-{self.region}"

    @model_validator(mode="before")
    @classmethod
    def _name_zones(cls, values: Any) -> Any:
        return with_zone_names(values) if isinstance(values, Mapping) else values  # pyright: ignore[reportUnknownArgumentType]

    @model_validator(mode="after")
    def _follow_the_rules(self, info: ValidationInfo) -> StackSettings:
        context: dict[str, Any] = info.context or {}
        follow(self, context.get("today", date.today()))
        return self


def with_zone_names(values: Mapping[str, Any]) -> dict[str, Any]:
    """The raw settings with zone letters replaced by full names; what is no letter is left for validation to judge."""
    region = values.get("region")
    if not isinstance(region, str) or region not in regions.REGION_ZONES:
        return dict(values)
    found = dict(values)
    for name, lists in ZONE_LISTS.items():
        section = found.get(name)
        if isinstance(section, Settings):
            section = section.model_dump()
        if isinstance(section, Mapping):
            found[name] = _named(region, section, lists)  # pyright: ignore[reportUnknownArgumentType]
    return found


def _named(region: str, section: Mapping[str, Any], lists: tuple[str, ...]) -> dict[str, Any]:
    named = dict(section)
    for key in lists:
        zones = named.get(key)
        if isinstance(zones, list | tuple):
            every: list[Any] = list(zones)  # pyright: ignore[reportUnknownArgumentType]
            named[key] = tuple(
                regions.full_zone_name(region, z) if isinstance(z, str) and z in "abcdef" and z else z for z in every
            )
    return named
