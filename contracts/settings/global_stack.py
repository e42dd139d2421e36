"""The settings of the global stack: what spans the region stacks of an environment (EDGE-1 to EDGE-3, STO-1, NET-5)."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import ValidationInfo, model_validator

from contracts.recovery.targets import RecoveryTargets
from contracts.settings.base import Layer, Settings
from contracts.settings.edge import ShieldSettings
from contracts.settings.global_layer import (
    AcceleratorSettings,
    CdnSettings,
    DnsSettings,
    FirewallSettings,
    PeeringSettings,
    RegionShareSettings,
    ReplicationSettings,
)
from contracts.settings.kinds import EnvironmentName, LogicalName, LogRetention, Region
from contracts.settings.operations import TagSettings
from contracts.settings.recovery import RecoveryPlanSettings
from contracts.settings.rules import follow
from contracts.settings.security import ProtectionSettings
from contracts.settings.stack import AccountSettings

__all__ = ["GlobalStackSettings"]


class GlobalStackSettings(Settings):
    """Everything the global stack can be told; it reads the region stacks, and none of them reads it."""

    layer: Layer
    """What the stack is: `global`."""
    environment: EnvironmentName
    """Environment of all region stacks, such as prod."""
    region: Region
    """us-east-1, where AWS keeps what has no region."""
    account: AccountSettings
    """Account of everything in the stack, and of the region stacks."""
    tags: TagSettings
    """Tags of everything in the stack."""
    protection: ProtectionSettings
    """How hard it is to delete the zone."""
    regions: dict[LogicalName, RegionShareSettings]
    """Name of a region stack (`prod`, `prod-west`) → its region and share; two stacks in two regions."""
    dns: DnsSettings
    """Zone, records and health checks."""
    recovery: RecoveryTargets
    """What recovery has to reach (DR-2)."""
    cdn: CdnSettings | None = None
    """CloudFront; left out for none, so that viewers ask the regions themselves."""
    firewall: FirewallSettings | None = None
    """Web ACL before CloudFront; left out where there is no `cdn`."""
    shield: ShieldSettings | None = None
    """Shield Advanced for zone, distribution and accelerator; the standard protection, which is free, if left out."""
    accelerator: AcceleratorSettings | None = None
    """Global Accelerator; left out, DNS leads to the regions."""
    replication: ReplicationSettings | None = None
    """Replication of buckets; left out for none."""
    peering: PeeringSettings | None = None
    """Peering of the transit gateways; left out for none."""
    recovery_plans: RecoveryPlanSettings | None = None
    """Recovery plans as state machines and automations, their drill and experiments; left out for none."""
    log_retention_days: LogRetention = 365
    """Retention of the stack's own log groups and of the distribution's access logs; a year if left out."""

    @model_validator(mode="after")
    def _follow_the_rules(self, info: ValidationInfo) -> GlobalStackSettings:
        context: dict[str, Any] = info.context or {}
        follow(self, context.get("today", date.today()))
        return self

    @property
    def primary(self) -> str:
        """Stack with the greatest share; of equal ones, the first that is named."""
        return max(self.regions, key=lambda name: self.regions[name].weight_percent)
