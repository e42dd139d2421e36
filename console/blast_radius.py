"""`atoll blast-radius URN`: what fails when a resource does, and what a change of it touches, before it is made."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from console.exits import Exit
from console.project import ProjectError
from console.resource import InStack, Urn, find
from console.talk import expects, result
from contracts.settings import SettingsError
from graph.errors import GraphError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.change.radius import BlastRadius

app = typer.Typer(no_args_is_help=True, help="What fails with a resource, and what a change of it touches.")
MOST = 12


@app.command(name="blast-radius")
@expects(LookupError, ProjectError, status=Exit.USAGE)
@expects(SettingsError, GraphError)
def blast_radius_of(
    urn: Urn, stack: InStack = None, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """Tell what hangs on a resource in all stacks of its environment, and what goes when it is replaced.

    Exit code 0: told, 2: no resource is called so, or several are.
    """
    from analysis.blast_radius import blast_radius

    asked = find(urn, stack)
    found = blast_radius(asked.estate, asked.node.urn, today=datetime.now(UTC).date())
    result(found.model_dump_json(indent=2) if as_json else "\n".join(lines(found)))


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
