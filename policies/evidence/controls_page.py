"""docs/controls.md: every control and where it is enforced, from the controls themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from policies.catalogue import controls, requirements, rows
from policies.control import AnyControl, StackControl
from policies.packs import PACKS, controls_of
from policies.runtime import Places, conformance_packs, places_of

HEAD = """\
# Controls

<!-- Written by `atoll policy docs --write`; a test compares it. -->

What must be true of every resource, and where that is asked. `atoll policy explain CONTROL` says why a control is there
and how to meet it; [governance.md](governance.md) shows how they are used.

* **Preview**: the packs below `policies/packs` in the engine, and `atoll policy check` without one. Both ask every
  control. Those that look at one resource alone are asked again as it is created.
* **State**: `atoll policy check STACK --from state` asks every control of what is deployed.
* **Run time**: the rules of AWS Config that ask the same in the account, all day (`atoll policy runtime`). Where there
  is none, the table says why; where a rule asks less than the control, it says what is left open.
* **Corrected by**: what can correct a failure. Documents of Systems Manager are started by a person.
"""


def render() -> str:
    """The text of the page."""
    known = controls()
    places = {name: places_of(control) for name, control in known.items()}
    return "\n".join([HEAD, *_packs(), *_summary(known, places), *_tables(known, places), *_unbuilt(known)]) + "\n"


def _packs() -> Iterator[str]:
    yield "## Packs\n"
    yield "| pack | controls | rules of AWS Config | remediations |"
    yield "|---|---:|---:|---:|"
    for pack in PACKS:
        parts = conformance_packs(pack)
        rules, fixes = sum(len(part.rules) for part in parts), sum(part.remediations for part in parts)
        yield f"| `{pack}` | {len(controls_of(pack))} | {rules} | {fixes} |"
    yield ""


def _summary(known: Mapping[str, AnyControl], places: Mapping[str, Places]) -> Iterator[str]:
    severities = Counter(control.severity.value for control in known.values())
    at_runtime = sum(place.enforced_at_runtime for place in places.values())
    told = ", ".join(f"{severities[s]} {s}" for s in ("critical", "high", "medium", "low") if severities[s])
    yield f"{len(known)} controls ({told}): all of them at preview and on a state, {at_runtime} at run time as well.\n"


def _tables(known: Mapping[str, AnyControl], places: Mapping[str, Places]) -> Iterator[str]:
    groups: dict[str, list[AnyControl]] = {}
    for control in known.values():
        groups.setdefault(group_of(control), []).append(control)
    for group, some in sorted(groups.items()):
        yield f"## {group}\n"
        yield "| control | severity | supports | preview | state | run time | corrected by |"
        yield "|---|---|---|---|---|---|---|"
        for control in some:
            place = places[control.id]
            cells = (
                f"`{control.id}`<br>{control.title}",
                control.severity.value,
                ", ".join(sorted({r.framework for r in requirements(control)})) or "none",
                place.preview,
                place.state,
                place.runtime,
                place.remediation,
            )
            yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
        yield ""


def group_of(control: AnyControl) -> str:
    """The folder of the control's file: its service."""
    module = control.check.__module__ or ""
    return module.split(".")[2] if module.startswith("policies.controls.") else _first_word(control)


def _first_word(control: AnyControl) -> str:
    """Where the check is shared between services: the beginning of the id."""
    return "stack" if isinstance(control, StackControl) and not control.catalogue else control.id.split("-")[0]


def _unbuilt(known: Mapping[str, AnyControl]) -> Iterable[str]:
    built = {row for control in known.values() for row in control.catalogue}
    missing = [row for name, row in rows().items() if name not in built]
    if missing:
        yield "## Rows of the catalogue without a control\n"
        yield from (f"* {row.id}: {row.title}" for row in missing)
        yield ""
