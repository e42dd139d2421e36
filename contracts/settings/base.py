"""What every settings model shares: frozen, strict about unknown keys, snake_case names."""

from __future__ import annotations

from enum import StrEnum, unique

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Base of every settings model: immutable, and an unknown key is an error (pydantic would swallow a typo)."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


@unique
class Layer(StrEnum):
    """What a stack is: which `stacks.<layer>` composes it."""

    ORGANIZATION = "organization"
    REGION = "region"
    GLOBAL = "global"
    KUBERNETES = "kubernetes"
    SERVICE = "service"


@unique
class Tier(StrEnum):
    """Subnet tiers, from the internet inwards. NACLs, route tables and subnets are made per tier (NET-1)."""

    PUBLIC = "public"
    PRIVATE = "private"
    DATABASE = "database"


@unique
class NatMode(StrEnum):
    """How private subnets reach the internet: one NAT gateway per zone, one for all, or none."""

    PER_ZONE = "per-zone"
    SINGLE = "single"
    NONE = "none"


@unique
class DeploymentStrategy(StrEnum):
    """How a new task set replaces the old one (ECS-3)."""

    ROLLING = "rolling"
    BLUE_GREEN = "blue-green"
    CANARY = "canary"


@unique
class SubnetPreset(StrEnum):
    """Named subnet layouts inside a /16: document 002's over three zones, document 004's over two."""

    THREE_TIER_3AZ = "three-tier-3az"
    THREE_TIER_2AZ = "three-tier-2az"
