"""Variants of an environment for the price of resilience: made from its settings, recorded, priced, computed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ruamel.yaml import YAML

from console import project
from console.estate import stacks_of
from console.project import ProjectError
from contracts.settings import KubernetesStackSettings, StackSettings, load_any

if TYPE_CHECKING:
    from analysis.recovery.price import Variant
    from graph.resource_graph import ResourceGraph

Change = Callable[[dict[str, Any]], None]


def variants_of(environment: str) -> list[Variant]:
    """The leading region without any standby, the same as it is, and, where there are two, both regions as they are.

    Raises:
        SettingsError: a rule of the settings refuses a variant, and says why.
        ProjectError: the environment has no region stack.
    """
    from analysis.recovery.price import without_standby
    from console.offline import offline_estate

    root = project.root()
    loaded = {name: load_any(project.stack_file(name)) for name in stacks_of(root, environment)}
    regions = {name: one for name, one in loaded.items() if isinstance(one, StackSettings)}
    if not regions:
        raise ProjectError(f"There is no region stack of the environment {environment}.")
    leads = next(name for name, one in regions.items() if one.pair is None or one.pair.leads)
    with _changed([leads], _alone) as folder:
        estate = offline_estate(folder, [leads])
        single = {leads: without_standby(estate[leads])}
        found = [_variant("no standby", single, folder), _variant("several zones", estate, folder)]
    if len(regions) > 1:
        whole = [name for name, one in loaded.items() if not isinstance(one, KubernetesStackSettings)]
        found.append(_variant("two regions", offline_estate(root, whole), root))
    return found


def _alone(values: dict[str, Any]) -> None:
    """One region without another."""
    values.pop("atoll:pair", None)
    values.pop("atoll:traffic", None)
    for table in values["atoll:tables"].values():
        table.pop("witness_region", None)


def _variant(name: str, graphs: Mapping[str, ResourceGraph], folder: Path) -> Variant:
    from analysis.cost import together
    from analysis.recovery import budget
    from analysis.recovery.price import Variant
    from console.cost import priced

    estimates = [priced(graph, folder / f"Pulumi.{stack}.yaml") for stack, graph in graphs.items()]
    return Variant(name=name, estimate=together(estimates), budget=budget(graphs))


@contextmanager
def _changed(stacks: list[str], change: Change) -> Generator[Path]:
    """A folder with the stack files as a variant has them; it is gone afterwards."""
    yaml = YAML(typ="safe")
    with tempfile.TemporaryDirectory(prefix="atoll-variant-") as made:
        folder = Path(made)
        shutil.copy(project.root() / "Pulumi.yaml", folder)
        for stack in stacks:
            content: Any = yaml.load(project.stack_file(stack).read_text(encoding="utf-8"))  # pyright: ignore[reportUnknownMemberType]
            change(cast("dict[str, Any]", content["config"]))
            with (folder / f"Pulumi.{stack}.yaml").open("w", encoding="utf-8") as file:
                yaml.dump(content, file)  # pyright: ignore[reportUnknownMemberType]
        yield folder
