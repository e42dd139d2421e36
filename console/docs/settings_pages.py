"""Pages of what is written by people: settings of stacks by section, and the service contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel

from console.docs.markdown import code, head, link, page, table, words
from console.docs.models import REQUIRED, Row, as_table, rows
from contracts.services import ServiceContract
from contracts.settings.global_stack import GlobalStackSettings
from contracts.settings.kubernetes_stack import KubernetesStackSettings
from contracts.settings.service import ServiceStackSettings
from contracts.settings.stack import StackSettings

LAYERS: Mapping[str, type[BaseModel]] = {
    "service": ServiceStackSettings,
    "kubernetes": KubernetesStackSettings,
    "global": GlobalStackSettings,
}
"""Layer, other than the region → its settings, on one page."""
SECTIONS = "settings"
CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a model is described."""

    page: str
    """Page, relative to the reference."""
    path: str
    """Path of the section in the document; a stack file writes `atoll:` before it."""


def pages() -> dict[str, str]:
    """Name of a page → its text."""
    found = {f"{SECTIONS}/{name}.md": _section(name) for name in _sections(StackSettings)}
    found |= {f"{SECTIONS}/layer-{layer}.md": _layer(layer, model) for layer, model in LAYERS.items()}
    found |= {f"{CONTRACT}/{name}.md": _clauses(name) for name in _sections(ServiceContract)}
    return {f"{SECTIONS}/README.md": _index(), f"{CONTRACT}/README.md": _contract(), **found}


@cache
def places() -> Mapping[type[BaseModel], Place]:
    """Model → the first place that it stands at: in a region's settings, another layer's, or a contract."""
    found: dict[type[BaseModel], Place] = {}
    for row in rows(StackSettings):
        _place(found, row, f"{SECTIONS}/{_section_of(row)}.md")
    for layer, model in LAYERS.items():
        for row in rows(model):
            _place(found, row, f"{SECTIONS}/layer-{layer}.md")
    for row in rows(ServiceContract):
        _place(found, row, f"{CONTRACT}/{_section_of(row)}.md")
    return found


def _place(found: dict[type[BaseModel], Place], row: Row, name: str) -> None:
    if row.model is None:
        return
    below = ".<name>" if row.allowed.startswith("name →") else "[]" if row.allowed.startswith("list of") else ""
    found.setdefault(row.model, Place(name, row.path + below))


def _section_of(row: Row) -> str:
    return row.path.split(".")[0].removesuffix("[]")


@cache
def _sections(model: type[BaseModel]) -> Mapping[str, list[Row]]:
    """Section of a document → its rows, the section's own first; plain values are no sections."""
    grouped: dict[str, list[Row]] = {}
    for row in rows(model):
        grouped.setdefault(_section_of(row), []).append(row)
    return {name: some for name, some in grouped.items() if len(some) > 1}


def _section(name: str) -> str:
    own, *inside = _sections(StackSettings)[name]
    needed = "Every region stack has this section." if own.default == REQUIRED else f"Optional; default {own.default}."
    lines = [*head(f"Settings: {name}"), own.doc, "", f"{needed} In a stack file it is `atoll:{name}`.", ""]
    if own.model is not None and own.model.__doc__:
        lines += [words(own.model.__doc__), ""]
    return page([*lines, *as_table(inside), link("All settings", "README.md")])


def _layer(layer: str, model: type[BaseModel]) -> str:
    lines = [*head(f"Settings of a {layer} stack"), words(model.__doc__), ""]
    return page([*lines, *as_table(rows(model)), link("All settings", "README.md")])


def _index() -> str:
    lines = [
        *head("Settings"),
        "What `Pulumi.<stack>.yaml` of a region can say, section by section. A wrong value is refused with its path,",
        "what is allowed and what to do; `atoll settings check` shows all problems at once. The JSON Schemas in",
        f"{link('contracts/schemas', '../../../contracts/schemas')} complete the names in editors.",
        "",
        *_overview(StackSettings, "setting"),
        "Stacks of other layers have settings of their own: "
        + " and ".join(link(layer, f"layer-{layer}.md") for layer in LAYERS)
        + ".",
    ]
    return page(lines)


def _overview(model: type[BaseModel], what: str) -> list[str]:
    """The plain values of a document, and its sections with how much is in each."""
    sections = _sections(model)
    values = [row for row in rows(model) if _section_of(row) not in sections]
    listed = (
        (link(code(name), f"{name}.md"), str(len(inside)), own.default, own.doc)
        for name, (own, *inside) in sections.items()
    )
    return [*as_table(values, what), *table(("section", f"{what}s", "default", "what it does"), listed, right=(1,))]


def _contract() -> str:
    lines = [
        *head("Service contract"),
        "What `contract.yaml` of a service can say; how one is written, and what follows from it, tells",
        f"{link('docs/contracts.md', '../../contracts.md')}.",
        "",
    ]
    return page([*lines, *_overview(ServiceContract, "clause")])


def _clauses(name: str) -> str:
    own, *inside = _sections(ServiceContract)[name]
    needed = "Every contract has it." if own.default == REQUIRED else "It may be left out."
    lines = [*head(f"Service contract: {name}"), f"{own.doc} {needed}", "", *as_table(inside, "clause")]
    return page([*lines, link("The whole contract", "README.md")])
