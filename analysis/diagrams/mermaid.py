"""The Mermaid flowchart of a page, for where Markdown is read: the same boxes and links, laid out by the reader."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.diagrams import theme
from analysis.diagrams.catalogue import SERVICES
from analysis.diagrams.layout import BARE
from analysis.diagrams.model import Box, Flow, Group, Layer, Link, Member, Page, Space
from analysis.diagrams.text import TIMES


def mermaid(page: Page) -> str:
    """The page as a flowchart."""
    names = _names(page)
    used = sorted({SERVICES[box.service].category for box in page.boxes})
    lines = [
        "---",
        f"title: {_quoted(page.title)}",
        "---",
        "flowchart LR",
        *_member(page.root, names, "  "),
        *(f"  {_arrow(link, names)}" for link in page.links),
        *(
            f"  classDef {category.name.lower()} fill:none,stroke:{theme.CATEGORY[category]},stroke-width:2px"
            for category in used
        ),
        *(f"  linkStyle {','.join(numbers)} stroke:{theme.LAYERS[layer].light}" for layer, numbers in _layers(page)),
    ]
    return "\n".join(lines) + "\n"


def _names(page: Page) -> dict[str, str]:
    """Key → name that Mermaid takes: letters, digits and underscores, made different where they would be the same."""
    found: dict[str, str] = {}
    for member in (page.root, *_inner(page.root)):
        name = re.sub(r"[^A-Za-z0-9]+", "_", member.key).strip("_")
        same = sum(other == name or other.startswith(f"{name}__") for other in found.values())
        found[member.key] = f"{name}__{same + 1}" if same else name
    return found


def _inner(group: Group) -> Iterator[Member]:
    for member in group.members:
        yield member
        if isinstance(member, Group):
            yield from _inner(member)


def _member(member: Member, names: dict[str, str], indent: str) -> Iterator[str]:
    if isinstance(member, Space):
        return
    if isinstance(member, Box):
        count = f" {TIMES}{member.count}" if member.count > 1 else ""
        said = f"{member.label}{count}" + (f"<br/>{member.detail}" if member.detail else "")
        yield f"{indent}{names[member.key]}[{_quoted(said)}]:::{SERVICES[member.service].category.name.lower()}"
        return
    if member.kind in BARE:
        for inner in member.members:
            yield from _member(inner, names, indent)
        return
    yield f"{indent}subgraph {names[member.key]}[{_quoted(member.label)}]"
    yield f"{indent}  direction {'LR' if member.flow is Flow.ROW else 'TB'}"
    for inner in member.members:
        yield from _member(inner, names, indent + "  ")
    yield f"{indent}end"


def _arrow(link: Link, names: dict[str, str]) -> str:
    plain = link.layer is Layer.TRAFFIC
    head = ("<-->" if plain else "<-.->") if link.both else ("-->" if plain else "-.->")
    label = f"|{_quoted(link.label)}|" if link.label else ""
    return f"{names[link.source]} {head}{label} {names[link.target]}"


def _layers(page: Page) -> Iterator[tuple[Layer, list[str]]]:
    for layer in page.layers:
        yield layer, [str(number) for number, link in enumerate(page.links) if link.layer is layer]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "#quot;") + '"'
