"""`atoll graph …`: the resources of a stack, before or after it is deployed."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import TYPE_CHECKING, Annotated

import typer
from rich.tree import Tree

from console import project
from console.errors import EngineCommandError
from console.project import ProjectError
from console.talk import expects, result, result_json, rich_result
from contracts.settings import SettingsError
from graph.errors import GraphError

if TYPE_CHECKING:  # the program and its SDK take seconds to import; only the commands that need them pay
    from graph.nodes import Node
    from graph.resource_graph import ResourceGraph

app = typer.Typer(no_args_is_help=True, help="The resources of a stack, and what depends on what.")
_KNOWN = (SettingsError, ProjectError, EngineCommandError, GraphError)


@unique
class GraphSource(StrEnum):
    """Where a graph comes from."""

    OFFLINE = "offline"
    STATE = "state"


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
@expects(*_KNOWN)
def show(
    stack: Annotated[str, typer.Argument(help="Name of the stack.")],
    source: Annotated[GraphSource, typer.Option("--from", help="Where to take the graph from.")] = GraphSource.OFFLINE,
    kind: Annotated[str, typer.Option("--type", help="Only resources of this type, a shell pattern.")] = "*",
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole graph as JSON.")] = False,
) -> None:
    """Print the resources of a stack as a tree; needs neither a cloud nor credentials."""
    graph = graph_of(stack, source)
    if as_json:
        from graph.codec import to_json

        result(to_json(graph).rstrip())
    elif kind != "*":
        result("\n".join(f"{node.type}  {node.name}" for node in graph.of_type(kind)))
    elif graph.root is not None:
        rich_result(_tree(graph, graph.root, Tree(f"{stack}: {len(graph)} resources")))


def _tree(graph: ResourceGraph, node: Node, branch: Tree) -> Tree:
    for child in graph.children(node.urn):
        _tree(graph, child, branch.add(f"{child.name}  [dim]{child.type}[/dim]"))
    return branch


@app.command()
@expects(*_KNOWN)
def explain(
    stack: Annotated[str, typer.Argument(help="Name of the stack.")],
    name: Annotated[str, typer.Argument(help="Logical name of a resource.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say where a resource is declared, what it needs, and what needs it."""
    graph = graph_of(stack, GraphSource.OFFLINE)
    node = graph.named(name)
    needs = [other.name for other in graph.dependencies(node.urn, transitive=False)]
    needed_by = [other.name for other in graph.dependents(node.urn, transitive=False)]
    facts = {
        "urn": node.urn,
        "type": node.type,
        "declared": str(node.source) if node.source else None,
        "protect": node.protect,
        "needs": needs,
        "needed by": needed_by,
    }
    if as_json:
        result_json(facts)
        return
    for fact, value in facts.items():
        shown = ", ".join(map(str, value)) or "nothing" if isinstance(value, list) else str(value)
        result(f"{fact:>10}  {shown}")
