"""`atoll blast-radius URN`: what fails when a resource does, and what a change of it touches, before it is made."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from console import project
from console.exits import Exit
from console.project import ProjectError
from console.talk import expects, result
from contracts.settings import SettingsError, load_any
from graph.errors import GraphError

if TYPE_CHECKING:  # the program and its SDK take seconds to import
    from collections.abc import Iterator

    from contracts.change.radius import BlastRadius
    from graph.estate import Estate

app = typer.Typer(no_args_is_help=True, help="What fails with a resource, and what a change of it touches.")
MOST = 12


@app.command(name="blast-radius")
@expects(LookupError, ProjectError, status=Exit.USAGE)
@expects(SettingsError, GraphError)
def blast_radius_of(
    urn: Annotated[str, typer.Argument(metavar="URN", help="URN of a resource, the end of one, or its name.")],
    stack: Annotated[str | None, typer.Option(help="Stack to look in; that of the URN if left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell what hangs on a resource in all stacks of its environment, and what goes when it is replaced.

    Exit code 0: told, 2: no resource is called so, or several are.
    """
    from analysis.blast_radius import blast_radius
    from analysis.explain import resolve

    named = urn.removeprefix("urn:pulumi:").partition("::")[0] if urn.startswith("urn:pulumi:") else None
    chosen = stack or named
    if chosen is None:
        raise ProjectError(f"{urn!r} is no whole URN: say in which stack it is, with --stack")
    estate = _estate(chosen)
    _, node = resolve([estate[chosen]], urn)
    found = blast_radius(estate, node.urn, today=datetime.now(UTC).date())
    result(found.model_dump_json(indent=2) if as_json else "\n".join(lines(found)))


def _estate(stack: str) -> Estate:
    """All stacks of the environment, for those that read the stack are among them."""
    from console.offline import offline_estate

    environment = load_any(project.stack_file(stack)).environment
    return offline_estate(project.root(), environment=environment)


def lines(found: BlastRadius) -> Iterator[str]:
    """The answer as text."""
    yield f"{found.urn}"
    yield f"in {found.region}" + (f", holds {found.holds}" if found.holds else "")
    for copy in found.survives:
        yield f"  survives in {copy.where}: {copy.how}"
    yield f"fails with it: {len(found.fails)} resources" + (
        f", also in {', '.join(found.readers)}" if found.readers else ""
    )
    for hit in found.fails[:MOST]:
        yield f"  {hit.distance}  {hit.type}  {hit.urn.rsplit('::', 1)[-1]}" + (
            f"  (holds {hit.holds})" if hit.holds else ""
        )
    if len(found.fails) > MOST:
        yield f"  and {len(found.fails) - MOST} more; --json has all"
    yield f"replaced by a change of: {', '.join(found.forced_by) or 'nothing that is set'}"
    for touch in found.replacement[1 : MOST + 1]:
        yield f"  {touch.step}  {touch.fate}  {touch.urn.rsplit('::', 1)[-1]}  by {', '.join(touch.inputs)}"
    if len(found.replacement) > MOST + 1:
        yield f"  and {len(found.replacement) - MOST - 1} more; --json has all"
    if len(found.critical_path) > 1:
        yield f"longest chain: {' → '.join(urn.rsplit('::', 1)[-1] for urn in found.critical_path)}"
    for (engine, version, ends, page), count in Counter(
        (one.engine, one.version, one.ends, one.page) for one in found.support
    ).items():
        if ends is not None:
            yield f"support of {engine} {version} until {ends}: {count} of them  ({page})"
    for quota in found.quotas:
        yield f"quota of {quota.name}: {quota.used} of {quota.limit}  ({quota.page})"
    for warning in found.warnings:
        yield f"! {warning}"
