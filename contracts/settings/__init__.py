"""Settings of a stack: typed, frozen, validated as a whole.

`load` reads a stack file, `parse` the engine's configuration.
"""

from contracts.settings.base import DeploymentStrategy, Layer, NatMode, Settings, SubnetPreset, Tier
from contracts.settings.errors import Problem, SettingsError
from contracts.settings.reading import load, parse
from contracts.settings.stack import StackSettings

__all__ = [
    "DeploymentStrategy",
    "Layer",
    "NatMode",
    "Problem",
    "Settings",
    "SettingsError",
    "StackSettings",
    "SubnetPreset",
    "Tier",
    "load",
    "parse",
]
