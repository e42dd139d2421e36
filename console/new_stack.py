"""The stack file of a service in an environment, begun from the file of the region's stack."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import yaml

from console.project import ProjectError, root, stack_file
from contracts.services import ServiceContract
from contracts.settings import Layer, StackSettings, load, load_any

MODELINE = "# yaml-language-server: $schema=contracts/schemas/service-stack-settings.schema.json\n"


def place(contract_id: str, region_stack: str) -> Path:
    """Where the stack file of a service goes.

    Raises:
        ProjectError: there is no such region's stack, or the file is there already.
        SettingsError: the region's file is wrong.
    """
    region = load_any(stack_file(region_stack))
    if region.layer is not Layer.REGION:
        raise ProjectError(
            f"{region_stack} is no region's stack, but one of the layer {region.layer}; name dev or prod."
        )
    path = root() / f"Pulumi.{contract_id.split('/')[-1]}-{region.environment}.yaml"
    if path.exists():
        raise ProjectError(f"{path.name} is there already. Change it, or remove it first.")
    return path


def write_stack(contract: ServiceContract, region_stack: str) -> Path:
    """Write `Pulumi.<service>-<environment>.yaml`, and read it again to see that it holds.

    Args:
        contract: of the service.
        region_stack: stack of the region in which it is to run, such as `dev`.

    Raises:
        ProjectError, SettingsError: as `place`.
    """
    path, source = place(contract.id, region_stack), stack_file(region_stack)
    values = _values(contract, region_stack, load(source))
    document: dict[str, Any] = {"config": {f"atoll:{key}": value for key, value in values.items()}}
    salt = _salt(source)
    if salt is not None:
        document["encryptionsalt"] = salt
    path.write_text(MODELINE + yaml.safe_dump(document, sort_keys=False, width=120), encoding="utf-8")
    load_any(path)
    return path


def _values(contract: ServiceContract, region_stack: str, region: StackSettings) -> dict[str, Any]:
    """What the region decides, and for the rest what suits a service of an environment like it."""
    registry = region.registry.model_dump(mode="json") | {"host": False}
    return {
        "layer": Layer.SERVICE.value,
        "environment": region.environment,
        "region": region.region,
        "account": region.account.model_dump(mode="json"),
        "tags": {
            "owner": contract.owner.team,
            "cost_center": region.tags.cost_center,
            "data_classification": contract.data_classification.value,
        },
        "protection": region.protection.model_dump(mode="json"),
        "contract": contract.id,
        "region_stack": region_stack,
        "registry": registry,
        "workloads": {
            "spot_percent": region.ecs.spot_percent,
            "tracing": region.ecs.tracing,
            "architecture": region.ecs.architecture,
            "log_retention_days": region.ecs.log_retention_days,
            "images_kept": region.ecs.images_kept,
            "deployment": region.ecs.deployment.value,
        },
    }


def _salt(source: Path) -> str | None:
    """The salt that goes with the environment's passphrase; stacks with a KMS key have none."""
    content: Any = yaml.safe_load(source.read_text(encoding="utf-8"))
    return cast("dict[str, str]", content).get("encryptionsalt")
