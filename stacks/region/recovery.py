"""What a region tells the recovery plans of its environment (DR-3)."""

from __future__ import annotations

from typing import Any

from components.data import AuroraCluster
from components.identity import ServiceRole
from components.network import Group
from contracts.settings import StackSettings
from stacks.region.compute import Compute
from stacks.region.data import Data
from stacks.region.foundation import Foundation


def recovery_outputs(settings: StackSettings, foundation: Foundation, data: Data, compute: Compute) -> dict[str, Any]:
    """`contracts.outputs.region.RecoveryOutputs`, as an output of the stack."""
    limits = {"minimum": settings.ecs.scaling.minimum, "maximum": settings.ecs.scaling.maximum}
    return {
        "services": dict.fromkeys(compute.services, limits),
        "aurora": _aurora(settings, foundation, data),
        "backup_role_arn": foundation.roles.arns[ServiceRole.BACKUP] if settings.backup is not None else None,
    }


def _aurora(settings: StackSettings, foundation: Foundation, data: Data) -> dict[str, Any] | None:
    database = data.database
    if settings.aurora is None or not isinstance(database, AuroraCluster):
        return None
    return {
        "identifier": database.identifier,
        "instances": list(database.instance_identifiers),
        "subnet_group": database.subnet_group_name,
        "security_group_id": foundation.groups.ids[Group.DATABASE],
        "instance_class": settings.aurora.instance_class,
    }
