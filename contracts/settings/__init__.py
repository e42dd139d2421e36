"""Settings of a stack: typed, frozen, validated as a whole.

`load` reads a region's stack file, `parse` the engine's configuration; `load_any` and `parse_any` those of any layer.
"""

from contracts.settings.base import DeploymentStrategy, Layer, NatMode, Settings, SubnetPreset, Tier
from contracts.settings.errors import Problem, SettingsError
from contracts.settings.global_stack import GlobalStackSettings
from contracts.settings.kubernetes_stack import KubernetesStackSettings
from contracts.settings.reading import AnySettings, load, load_any, parse, parse_any
from contracts.settings.service import ServiceStackSettings
from contracts.settings.stack import StackSettings

__all__ = [
    "AnySettings",
    "DeploymentStrategy",
    "GlobalStackSettings",
    "KubernetesStackSettings",
    "Layer",
    "NatMode",
    "Problem",
    "ServiceStackSettings",
    "Settings",
    "SettingsError",
    "StackSettings",
    "SubnetPreset",
    "Tier",
    "load",
    "load_any",
    "parse",
    "parse_any",
]
