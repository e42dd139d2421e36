"""`atoll explain URN`: everything that is known of one resource before it is deployed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from console import project
from console.exits import Exit
from console.project import ProjectError
from console.resource import Found, InStack, Urn, find
from console.talk import expects, result
from contracts.settings import AnySettings, ServiceStackSettings, SettingsError, StackSettings, load_any
from graph.errors import GraphError

if TYPE_CHECKING:  # the program and its SDK take seconds to import
    from analysis.explain import Explanation, Reason
    from analysis.explain import Verdict as ControlVerdict
    from graph.nodes import Node
    from graph.resource_graph import ResourceGraph

app = typer.Typer(no_args_is_help=True, help="One resource: why, what it costs, who reaches it, what hangs on it.")
ROW = re.compile(r"\b(?!UTF|SHA|AES|RSA|ISO|PCI|TLS)[A-Z]{2,4}-\d{1,2}\b")
"""A requirement as components name it."""
MOST = 12


@app.command(name="explain")
@expects(LookupError, ProjectError, status=Exit.USAGE)
@expects(SettingsError, GraphError)
def explain_resource(
    urn: Urn, stack: InStack = None, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """Explain one resource, from the program alone.

    Exit code 0: explained, 2: no resource is called so, or several are.
    """
    from analysis.reach import drawn_ids

    found = _explained(find(urn, stack, drawn_ids))  # the network is told apart by its ids
    result(found.model_dump_json(indent=2) if as_json else "\n".join(lines(found)))


def _explained(asked: Found) -> Explanation:
    from analysis.blast_radius import blast_radius
    from analysis.cost import estimate
    from analysis.cost.prices import price_table
    from analysis.cost.usage import profile_of, usage_of
    from analysis.explain import explain
    from analysis.iam import read_model
    from analysis.reach import network_of, region_intents, undrawn_estate
    from stacks.provider import tags

    node, graph, estate = asked.node, asked.graph, asked.estate
    settings = load_any(project.stack_file(graph.stack))
    contract = settings.contract if isinstance(settings, ServiceStackSettings) else None
    region = settings.region_stack if isinstance(settings, ServiceStackSettings) else graph.stack
    plain = undrawn_estate(estate)  # a drawn id in what another stack exports does not tell whose it is
    joined = [graph, *(other for name, other in estate.items() if name != graph.stack)]
    place = str(getattr(settings, "region", ""))
    used = usage_of(profile_of(settings.environment), contract)
    prices = price_table()
    return explain(
        graph,
        node,
        reasons=list(_reasons(graph, node, settings)),
        cost=estimate(graph, prices, used, tags=tags(settings, graph.stack), region=place),
        pages={price.key: price.page for where in prices.regions for price in prices.all(where)},
        model=read_model(*joined),
        network=network_of(*joined),
        intents=region_intents(region),
        controls=list(_controls(graph, node, settings)),
        recovery=list(_recovery(plain, node)),
        radius=blast_radius(plain, node.urn, today=datetime.now(UTC).date()),
    )


def _controls(graph: ResourceGraph, node: Node, settings: AnySettings) -> Iterator[ControlVerdict]:
    from analysis.explain import Verdict
    from policies.catalogue import controls
    from policies.profiles import profile, profile_name
    from policies.run import run
    from policies.verdicts import Fail, NotApplicable, Pass

    used = profile(profile_name(settings.environment))
    inside = {node.urn, *(child.urn for child in graph.descendants(node.urn))}
    done = run(graph, tuple(controls().values()), layer=settings.layer, settings=used.settings)
    for each in done.results:
        if each.urn not in inside or isinstance(each.verdict, NotApplicable):
            continue
        match each.verdict:
            case Pass():
                says = "pass"
            case Fail(message):
                says = f"fail: {message}"
            case undecided:
                says = f"unknown: {undecided.property}"
        yield Verdict(control=each.control.id, severity=each.control.severity, says=says)


def _recovery(graphs: Mapping[str, ResourceGraph], node: Node) -> Iterator[str]:
    from analysis.change.recovery import RecoveryMeasures

    for measure in RecoveryMeasures().measures(graphs):
        if any(origin.at == node.urn for origin in measure.origins):
            yield f"{measure.name}: {measure.value}"


# -- why it is there ------------------------------------------------------------------------------------------------


def _reasons(graph: ResourceGraph, node: Node, settings: AnySettings) -> Iterator[Reason]:
    """The chain of components, the settings that each takes, and the requirements that each names as its source."""
    from analysis.explain import Reason
    from contracts.change import Origin, OriginKind

    def place(path: Path, line: int) -> Origin:
        return Origin(kind=OriginKind.FILE, at=f"{path.relative_to(project.root())}:{line}")

    file = project.stack_file(graph.stack)
    asked: set[str] = set()
    for part in (node, *graph.ancestors(node.urn)):
        source = _component(part.type)
        if source is None:
            continue
        path, line, rows, names = source
        told = f"{part.type.rpartition(':')[2]} {part.name}"
        needed = f", for {', '.join(rows)}" if rows else ""
        yield Reason(
            what=f"part of {told}{needed}" if part is not node else f"{told}{needed}", origin=place(path, line)
        )
        for field in dict.fromkeys(_fields(type(settings)).get(name, "") for name in names):
            if field and field not in asked and getattr(settings, field.partition(".")[0], None) is not None:
                asked.add(field)
                key = f"atoll:{field.partition('.')[0]}"
                yield Reason(what=f"asked for by `atoll:{field}`", origin=place(file, _line(file, key)))
    if isinstance(settings, ServiceStackSettings):
        contract = project.root() / "services" / settings.contract / "contract.yaml"
        yield Reason(what=f"derived from the contract {settings.contract}", origin=place(contract, 1))


def _line(file: Path, key: str) -> int:
    """Line of a key, from 1; 1 where the file leaves it out."""
    text = file.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(text, 1) if line.strip().startswith(f"{key}:")), 1)


@cache
def _component(token: str) -> tuple[Path, int, tuple[str, ...], tuple[str, ...]] | None:
    """File and line of a component's class, requirement rows that it names, and settings classes that it imports."""
    if not token.startswith("atoll:"):
        return None
    _, area, name = token.split(":")
    for path in sorted((project.root() / "components" / area).glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for found in tree.body:
            if isinstance(found, ast.ClassDef) and found.name == name:
                texts = (ast.get_docstring(found) or "", ast.get_docstring(tree) or "")
                rows = dict.fromkeys(row for text in texts for row in ROW.findall(text))
                imported = [
                    alias.name
                    for each in tree.body
                    if isinstance(each, ast.ImportFrom) and (each.module or "").startswith("contracts.settings")
                    for alias in each.names
                ]
                return path, found.lineno, tuple(rows), tuple(imported)
    return None


@cache
def _fields(model: type[Any]) -> Mapping[str, str]:
    """Name of a settings class → path of the setting that holds it, the shortest."""
    found: dict[str, str] = {}
    todo: list[tuple[type[Any], str]] = [(model, "")]
    shared = {"ProtectionSettings", "AccountSettings", "TagSettings"}
    while todo:
        current, path = todo.pop(0)
        for name, field in current.model_fields.items():
            for inner in _models(field.annotation):
                here = f"{path}.{name}" if path else name
                if inner.__name__ not in found and inner.__name__ not in shared:
                    found[inner.__name__] = here
                    todo.append((inner, here))
    return found


def _models(annotation: Any) -> Iterator[type[Any]]:
    if isinstance(annotation, type) and issubclass(annotation, StackSettings.__mro__[1]):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


# -- text -----------------------------------------------------------------------------------------------------------


def lines(found: Explanation) -> Iterator[str]:
    """An explanation for a person."""
    yield f"{found.type.rpartition(':')[2]} {found.urn.rpartition('::')[2]} of {found.stack}"
    yield f"  {found.urn}"
    yield from _block("declared", [origin.at for origin in found.declared[:1]], "in no file")
    yield from _block(
        "why", [f"{each.what}  {each.origin.at if each.origin else ''}".rstrip() for each in found.reasons], "not known"
    )
    total = sum((charge.usd for charge in found.cost), type(found.cost[0].usd)(0)) if found.cost else 0
    charges = [
        f"${charge.usd:.2f} {charge.sku}, {charge.quantity}"
        + (f", assumes {', '.join(charge.assumes)}" if charge.assumes else "")
        + (f"  {charge.page}" if charge.page else "")
        for charge in found.cost
    ]
    charges += [f"not known: {each}" for each in found.cost_unknown]
    yield from _block(f"costs ${total:.2f} a month", charges, "no charge of its own")
    ways = [f"{way.source} at {way.ports}{'' if way.sure else ', at most'}" for way in found.reached_by]
    yield from _block("reached by", ways, "nobody" if found.has_address else "it has no address in the network")
    access = [
        f"{each.principal}: {', '.join(each.actions[:6])}{' …' if len(each.actions) > 6 else ''}"
        f"{' under conditions' if each.conditional else ''}  by {each.where}"
        for each in found.access
    ]
    yield from _block("acted on by", access, "nobody whom a statement names it to")
    counts = [f"{sum(each.says == 'pass' for each in found.controls)} controls pass"] if found.controls else []
    grave = [f"{each.control} ({each.severity}) {each.says}" for each in found.controls if each.says != "pass"]
    yield from _block("controls", [*counts, *grave], "none has anything to check")
    yield from _block("needs", [_named(urn) for urn in found.needs], "nothing")
    yield from _block("needed by", [_named(urn) for urn in found.needed_by], "nothing")
    failing = [f"{number} {kind}" for kind, number in found.blast.items()]
    failing += [f"stack {stack}, which reads it" for stack in found.readers]
    yield from _block("hangs on it", failing, "nothing")
    held = [f"holds {found.holds}"] if found.holds else []
    guards = [f"kept by {each}" for each in found.protected]
    guards += [f"a copy in {each}" for each in found.survives]
    yield from _block("recovery", [*held, *guards, *found.recovery], "it is made again from the program")


def _named(urn: str) -> str:
    """Type and name, as `atoll graph show` lists them."""
    _, kind, name = urn.rsplit("::", 2)
    return f"{kind.rpartition('$')[2]}  {name}"


def _block(title: str, items: list[str], nothing: str) -> Iterator[str]:
    shown = items[:MOST] + ([f"and {len(items) - MOST} more, all of them with --json"] if len(items) > MOST else [])
    yield f"\n{title}"
    yield from (f"  {item}" for item in shown or [nothing])
