"""What every settings model shares: frozen, strict about unknown keys, snake_case names."""

from __future__ import annotations

from enum import StrEnum, unique

from pydantic import BaseModel, ConfigDict

from contracts.addresses import SubnetPreset, Tier

__all__ = ["DeploymentStrategy", "Layer", "NatMode", "Settings", "SubnetPreset", "Tier"]


class Settings(BaseModel):
    """Base of every settings model: immutable, and an unknown key is an error (pydantic would swallow a typo)."""

    # Validators are built when a model is first used: no command uses the settings of every layer.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


@unique
class Layer(StrEnum):
    """What a stack is: which `stacks.<layer>` composes it."""

    ORGANIZATION = "organization"
    REGION = "region"
    GLOBAL = "global"
    KUBERNETES = "kubernetes"
    SERVICE = "service"


@unique
class NatMode(StrEnum):
    """How private subnets reach the internet: one NAT gateway per zone, one for all, another VPC's, or none.

    `central` leads over the transit gateway to the NAT gateways of the shared-services VPC (NET-5).
    """

    PER_ZONE = "per-zone"
    SINGLE = "single"
    CENTRAL = "central"
    NONE = "none"


@unique
class DeploymentStrategy(StrEnum):
    """How a new task set replaces the old one (ECS-3)."""

    ROLLING = "rolling"
    BLUE_GREEN = "blue-green"
    CANARY = "canary"
