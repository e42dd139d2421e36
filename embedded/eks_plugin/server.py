"""The plug-in itself: constructs a component from its blueprint."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any

import pulumi
from pulumi.provider.provider import ConstructResult, Provider
from pulumi.provider.server import main

from contracts.blueprints import BLUEPRINTS, BlueprintError
from embedded.eks_plugin.building import build

PACKAGE = "eks"


class EksPlugin(Provider):
    """Answers the engine's Construct for every component of the package that has a blueprint."""

    def __init__(self) -> None:
        """Report the version of the installed SDK, which is the one the engine asks for."""
        installed = version(f"pulumi-{PACKAGE}")
        super().__init__(installed, json.dumps({"name": PACKAGE, "version": installed}))

    def construct(
        self, name: str, resource_type: str, inputs: Any, options: pulumi.ResourceOptions | None = None
    ) -> ConstructResult:
        """Register the component with its children and give its outputs.

        Raises:
            BlueprintError: there is no blueprint for the type, or an input is not covered by it.
        """
        if resource_type not in BLUEPRINTS:
            known = ", ".join(BLUEPRINTS)
            raise BlueprintError(f"{resource_type} has no blueprint, so this stand-in cannot make it; it makes {known}")
        component = pulumi.ComponentResource(resource_type, name, dict(inputs), options)
        outputs = build(component, BLUEPRINTS[resource_type](name, inputs))
        component.register_outputs(outputs)
        return ConstructResult(urn=component.urn, state=outputs)


def serve(arguments: list[str]) -> None:
    """Serve on a port of loopback that the engine reads from standard output, until the engine ends the process."""
    main(EksPlugin(), arguments)
