"""The resource that a command is asked about, and the estate it is part of: one way for every command with a URN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from console import project
from contracts.settings import load_any

if TYPE_CHECKING:  # the program and its SDK take seconds to import
    from collections.abc import Iterable

    from graph.estate import Estate
    from graph.monitor import ProviderModel
    from graph.nodes import Node
    from graph.resource_graph import ResourceGraph

Urn: TypeAlias = Annotated[str, typer.Argument(metavar="URN", help="URN of a resource, the end of one, or its name.")]
InStack: TypeAlias = Annotated[
    str | None, typer.Option("-s", "--stack", help="Stack to look in; that of the URN, or all, if left out.")
]


@dataclass(frozen=True, slots=True)
class Found:
    """A resource, its stack, and all stacks of its environment: those that read it and its copies are among them."""

    node: Node
    graph: ResourceGraph
    estate: Estate


def find(urn: str, stack: str | None, outputs: ProviderModel | None = None) -> Found:
    """The resource of that URN, end of a URN or name, in the graphs that the program makes of the stack files.

    Args:
        urn: what the resource is called.
        stack: where to look; the stack that the URN names, or every stack, if left out.
        outputs: may know what AWS would draw.

    Raises:
        AmbiguousError: nothing is called so, or several resources are.
        ProjectError: there is no such stack.
        SettingsError, GraphError: as `offline_estate`.
    """
    from analysis.explain import resolve
    from console.estate import environments, order, stacks_of
    from console.offline import offline_estate
    from graph.estate import Estate

    root = project.root()
    chosen = stack or _stack_in(urn)
    environment = _environment(chosen) if chosen else _environment_in(urn, environments(root).values())
    recorded = offline_estate(root, stacks_of(root, environment), outputs=outputs)
    graph, node = resolve([recorded[chosen]] if chosen else recorded.values(), urn)
    if environment is None:  # the answer is the same as if the stack had been named
        together = order(root, stacks_of(root, _environment(graph.stack)))
        recorded = Estate({name: recorded[name] for name in together})
    return Found(node, graph, recorded)


def _stack_in(urn: str) -> str | None:
    """The stack that a whole URN names."""
    return urn.removeprefix("urn:pulumi:").partition("::")[0] if urn.startswith("urn:pulumi:") else None


def _environment_in(name: str, environments: Iterable[str]) -> str | None:
    """The environment that a logical name begins with, as all do: recording the others would take twice as long."""
    return max((one for one in environments if name.startswith(f"{one}-")), key=len, default=None)


def _environment(stack: str) -> str:
    return load_any(project.stack_file(stack)).environment
