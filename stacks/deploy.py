"""From the engine's configuration to the stack of the right layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
from pulumi.runtime import config as engine_config

from contracts.settings import Layer, SettingsError, parse_any
from stacks import region


def _service(settings: Any) -> None:
    from stacks import service  # contracts of services are for this layer alone

    service.build(settings)


def _kubernetes(settings: Any) -> None:
    from stacks import kubernetes  # its SDK is for this layer alone

    kubernetes.build(settings)


def _world(settings: Any) -> None:
    from stacks import world  # what it is made of is for this layer alone

    world.build(settings)


LAYERS: Mapping[Layer, Callable[[Any], None]] = {
    Layer.REGION: region.build,
    Layer.SERVICE: _service,
    Layer.KUBERNETES: _kubernetes,
    Layer.GLOBAL: _world,
}
"""What composes each layer, of its own settings; a layer that is missing here is refused by name."""


def configuration() -> dict[str, str]:
    """The whole configuration the engine gave: `pulumi.Config` looks up known keys only, and would miss a typo."""
    return {**engine_config.get_config_env(), **engine_config.CONFIG.get()}


def deploy() -> None:
    """Validate the settings of the current stack and build it.

    Raises:
        pulumi.RunError: the settings are wrong; every problem is in the message, and no resource has been declared.
    """
    stack = pulumi.get_stack()
    try:
        values = configuration()
        secret = [key for key in values if engine_config.is_config_secret(key)]
        settings = parse_any(values, stack=stack, secret_keys=secret)
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None
    build = LAYERS.get(settings.layer)
    if build is None:
        known = ", ".join(sorted(LAYERS))
        raise pulumi.RunError(
            f"Pulumi.{stack}.yaml  atoll:layer: the layer `{settings.layer}` cannot be built yet (known: {known})."
        )
    build(settings)
