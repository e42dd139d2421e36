"""A smaller estate with the same program: production's own stack files without what no rehearsal looks at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

PROJECT = Path(__file__).parents[2]
REGIONS = ("prod", "prod-west")
WITHOUT = (
    *("kubernetes", "transit_gateway", "shared_services", "monitoring", "intelligence", "warehouse", "log_analytics"),
    *("data_flows", "delivery", "security", "files", "volumes", "backup"),
)
"""Sections of a region that are left out; network, keys, Aurora, cache, tables, buckets and one service are left."""
WITHOUT_GLOBALLY = ("cdn", "firewall", "peering", "accelerator", "shield")


def smaller_estate(folder: Path) -> Path:
    """Write the stack files into `folder`."""
    yaml = YAML()
    yaml.preserve_quotes = True  # type: ignore[assignment]
    for stack in REGIONS:
        _rewrite(yaml, folder, stack, _region)
    _rewrite(yaml, folder, "global", lambda config: _without(config, WITHOUT_GLOBALLY))
    return folder


def _rewrite(yaml: YAML, folder: Path, stack: str, change: Any) -> None:
    name = f"Pulumi.{stack}.yaml"
    told: Any = yaml.load(PROJECT / name)
    change(told["config"])
    yaml.dump(told, folder / name)


def _region(config: Any) -> None:
    _without(config, WITHOUT)
    config["atoll:pair"].update(peer_blocks=[], backups=False, volumes=False)
    config["atoll:network"]["interface_endpoints"] = []
    services = config["atoll:ecs"]["services"]
    for name in [name for name in services if name != "user"]:
        del services[name]


def _without(config: Any, sections: tuple[str, ...]) -> None:
    for section in sections:
        config.pop(f"atoll:{section}", None)
