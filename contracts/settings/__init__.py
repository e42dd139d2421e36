"""Settings of a stack: typed, frozen, validated as a whole. `load` reads a stack file, `parse` a Pulumi configuration."""

from contracts.settings.base import DeploymentStrategy, Layer, NatMode, Settings, SubnetPreset, Tier
from contracts.settings.stack import StackSettings

__all__ = ["DeploymentStrategy", "Layer", "NatMode", "Settings", "StackSettings", "SubnetPreset", "Tier"]
