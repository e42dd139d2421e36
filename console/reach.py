"""`atoll reach`: can A reach B on a port, before anything is deployed; and is the network as it is meant."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from console import project
from console.errors import EngineCommandError
from console.exits import Exit
from console.graph import GraphSource, graph_of
from console.project import ProjectError
from console.talk import expects, fail, result, result_json, rich_result, say
from contracts.settings import ServiceStackSettings, SettingsError, load_any
from graph.errors import GraphError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from analysis.reach import Answer, Finding, Intents
    from contracts.services.bindings import Service
    from graph import ResourceGraph

app = typer.Typer(no_args_is_help=True, help="Who can reach whom, proved from the graph.")
SERVICES = "services"


@app.command(name="reach")
@expects(SettingsError, ProjectError, EngineCommandError, GraphError)
def reach(
    stack: Annotated[str, typer.Argument(help="Name of the stack; that of a service is joined with its region's.")],
    source: Annotated[
        str | None,
        typer.Argument(metavar="FROM", help="A resource, security group, CIDR, `internet`, or `aws:s3` and the like."),
    ] = None,
    target: Annotated[str | None, typer.Argument(metavar="TO", help="The same.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; every one of them if left out.")] = None,
    protocol: Annotated[str, typer.Option(help="tcp, udp or icmp.")] = "tcp",
    matrix: Annotated[bool, typer.Option("--matrix", help="Every pair, with its open ports.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Compare with what is intended.")] = False,
    origin: Annotated[GraphSource, typer.Option("--from", help="Where to take the graph from.")] = GraphSource.OFFLINE,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say whether FROM reaches TO, by which rules, or what stops it.

    Exit code 0: it is reachable (or, with --check, all is as intended), 2: the question is wrong, 3: it is not
    reachable, or not surely, or there are findings.
    """
    if sum((matrix, check, source is not None)) != 1 or (source is None) != (target is None):
        fail("give FROM and TO, or --matrix, or --check: exactly one of them", Exit.USAGE)
    if protocol not in ("tcp", "udp", "icmp"):
        fail(f"there is no protocol {protocol!r} here; there are tcp, udp, icmp", Exit.USAGE)
    graphs, intents = joined(stack, origin)
    if source is not None and target is not None:
        _ask(graphs, source, target, port, protocol, as_json=as_json)
    elif matrix:
        _matrix(graphs, intents, as_json=as_json)
    else:
        _check(graphs, intents, as_json=as_json)


def joined(stack: str, origin: GraphSource = GraphSource.OFFLINE) -> tuple[list[ResourceGraph], Intents]:
    """The graphs that together are the network of a stack, and what is intended in it."""
    return network(stack, lambda name: _graph(name, project.stack_file(name), origin))


def network(stack: str, graph: Callable[[str], ResourceGraph]) -> tuple[list[ResourceGraph], Intents]:
    """The same of graphs that are at hand; they are recorded with `drawn_ids`."""
    from analysis.reach import region_intents, service_intents

    settings = load_any(project.stack_file(stack))
    if not isinstance(settings, ServiceStackSettings):
        return [graph(stack)], region_intents(stack)
    from stacks.service.plan import checked_service

    region = settings.region_stack
    service = checked_service(settings, project.root() / SERVICES)
    graphs = [graph(region), graph(stack)]
    intents = region_intents(region) + service_intents(service, stack)
    for other, provider in _called(service, settings):
        graphs.append(graph(other))
        intents += service_intents(provider, other)
    return graphs, intents


def _called(service: Service, settings: ServiceStackSettings) -> Iterator[tuple[str, Service]]:
    """Stacks in the same region whose containers a service calls by their own addresses."""
    from contracts.services.reach import container_port
    from stacks.service.plan import checked_service

    wanted = {use.provider.contract.id for use in service.uses if not use.foreign and container_port(use) is not None}
    for stack in project.stacks() if wanted else ():
        other = load_any(project.stack_file(stack))
        if (
            isinstance(other, ServiceStackSettings)
            and other.contract in wanted
            and other.region_stack == settings.region_stack
        ):
            yield stack, checked_service(other, project.root() / SERVICES)


def _graph(stack: str, path: Path, origin: GraphSource) -> ResourceGraph:
    if origin is not GraphSource.OFFLINE:
        return graph_of(stack, origin)
    from analysis.reach import drawn_ids
    from console.offline import record_stack

    return record_stack(path, drawn_ids).graph


def _ask(
    graphs: list[ResourceGraph], source: str, target: str, port: int | None, protocol: str, *, as_json: bool
) -> None:
    from analysis.reach import Evaluator, PlaceError, Places, Reachable, lines, network_of

    network = network_of(*graphs)
    places = Places(network)
    try:
        ends = places(source), places(target)
    except PlaceError as error:
        fail(str(error), Exit.USAGE)
    answer = Evaluator(network).ask(*ends, port, protocol)
    if as_json:
        result_json({"from": source, "to": target, "port": port, "protocol": protocol, **_plain(answer)})
    else:
        result("\n".join(lines(answer)))
    if not isinstance(answer, Reachable):
        raise typer.Exit(Exit.FINDINGS)


def _plain(answer: Answer) -> dict[str, Any]:
    from analysis.reach import word

    return {"answer": word(answer), **asdict(answer)}


def _matrix(graphs: list[ResourceGraph], intents: Intents, *, as_json: bool) -> None:
    from analysis.reach import matrix, network_of

    found = matrix(network_of(*graphs), intents.roles)
    if as_json:
        result_json([{"from": a, "to": b, "ports": p, "sure": sure} for (a, b), (p, sure) in found.items()])
        return
    table = Table("from", "to", "TCP ports", box=None, pad_edge=False)
    for (one, other), (ports, sure) in found.items():
        table.add_row(one, other, ports if sure else f"at most {ports}")
    rich_result(table)


def _check(graphs: list[ResourceGraph], intents: Intents, *, as_json: bool) -> None:
    from analysis.reach import check

    found = check(graphs, intents)
    if as_json:
        result_json([_told(finding) for finding in found])
    else:
        for finding in found:
            result(str(finding))
    if found:
        say("`atoll reach STACK FROM TO --port PORT` explains one pair; analysis/reach/intents.py is the matrix.")
        raise typer.Exit(Exit.FINDINGS)
    say("Every intended edge is reachable, and nothing else is.")


def _told(finding: Finding) -> dict[str, Any]:
    return {
        "problem": finding.problem,
        "from": finding.source,
        "to": finding.target,
        "ports": finding.ports,
        "why": finding.why,
        "shown": _plain(finding.answer) if finding.answer is not None else None,
    }
