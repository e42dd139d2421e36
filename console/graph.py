"""`atoll graph …`: the resources of a stack, before or after it is deployed."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import TYPE_CHECKING, Annotated

import typer
from rich.tree import Tree

from console import project
from console.errors import EngineCommandError
from console.project import ProjectError
from console.talk import expects, result, rich_result, say
from contracts.settings import SettingsError
from graph.errors import GraphError

if TYPE_CHECKING:  # the program and its SDK take seconds to import; only the commands that need them pay
    from graph.nodes import Node
    from graph.resource_graph import ResourceGraph

app = typer.Typer(no_args_is_help=True, help="The resources of a stack, and what depends on what.")


@unique
class GraphSource(StrEnum):
    """Where a graph comes from."""

    OFFLINE = "offline"
    STATE = "state"


@app.callback()
def graph() -> None:
    """The resources of a stack, and what depends on what."""


def graph_of(stack: str, source: GraphSource) -> ResourceGraph:
    """The graph of a stack: recorded offline from the program, or read from what is deployed."""
    path = project.stack_file(stack)
    if source is GraphSource.OFFLINE:
        from console.offline import record_stack

        return record_stack(path).graph
    from console.engine import CloudChoice, Runner
    from graph import state

    return state.load(Runner.open(CloudChoice.EMBEDDED).quietly("stack", "export", "--stack", stack))


@app.command()
@expects(SettingsError, ProjectError, EngineCommandError, GraphError)
def show(
    stack: Annotated[str, typer.Argument(help="Name of the stack.")],
    source: Annotated[GraphSource, typer.Option("--from", help="Where to take the graph from.")] = GraphSource.OFFLINE,
    kind: Annotated[str, typer.Option("--type", help="Only resources of this type, a shell pattern.")] = "*",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: the whole graph.")] = False,
) -> None:
    """Print the resources of a stack as a tree; needs neither a cloud nor credentials."""
    found = graph_of(stack, source)
    if as_json:
        from graph.codec import to_json

        result(to_json(found).rstrip())
    elif kind != "*":
        nodes = list(found.of_type(kind))
        for node in nodes:
            result(f"{node.type}  {node.name}")
        if not nodes:
            say(f"No resource of {stack} has a type like {kind}. All of them: atoll graph show {stack}")
    elif found.root is not None:
        rich_result(_tree(found, found.root, Tree(f"{stack}: {len(found)} resources")))


def _tree(graph: ResourceGraph, node: Node, branch: Tree) -> Tree:
    for child in graph.children(node.urn):
        _tree(graph, child, branch.add(f"{child.name}  [dim]{child.type}[/dim]"))
    return branch
