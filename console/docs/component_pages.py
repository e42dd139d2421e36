"""One page a component, and one table an area."""

from __future__ import annotations

import inspect
import posixpath
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pulumi
import yaml
from pydantic import BaseModel

from console.docs.classes import (
    area,
    args_class,
    attributes,
    component_classes,
    named_classes,
    names_in,
    properties,
    wiring_types,
)
from console.docs.made import Made, recorded
from console.docs.markdown import code, head, link, page, table, words
from console.docs.models import REQUIRED, as_table, rows
from console.docs.prose import Part, Prose, read, sentences
from console.docs.settings_pages import places
from policies.catalogue import controls
from policies.control import AnyControl, Control
from policies.evidence.controls_page import group_of

UP = "../../../.."
"""From a component's page to the project."""
MOST_INLINE = 25
"""Settings that a component's page shows itself; of a larger model it names the page."""


@dataclass(frozen=True)
class Known:
    """What pages are made of, besides the classes."""

    root: Path
    made: Mapping[str, Made]
    requirements: frozenset[str]
    """Rows that tests/requirements.yaml maps to tests."""
    watched: Mapping[str, tuple[AnyControl, ...]]
    """Type of a resource → controls that are asked of it by name."""

    @classmethod
    def of(cls, root: Path) -> Known:
        """Record the stacks, read the rows and the controls."""
        rows_of_tests = yaml.safe_load((root / "tests" / "requirements.yaml").read_text(encoding="utf-8"))
        watched: dict[str, tuple[AnyControl, ...]] = {}
        for control in controls().values():
            for kind in control.types if isinstance(control, Control) else ():
                watched[kind] = (*watched.get(kind, ()), control)
        return cls(root, recorded(root), frozenset(rows_of_tests), watched)


def pages(known: Known) -> dict[str, str]:
    """Name of a page → its text."""
    found = {f"components/{path_of(cls)}": component(cls, known) for cls in component_classes()}
    return found | {f"components/{name}/README.md": _area(name, some) for name, some in areas().items()}


def areas() -> dict[str, list[type[pulumi.ComponentResource]]]:
    """Area → its components."""
    found: dict[str, list[type[pulumi.ComponentResource]]] = {}
    for cls in component_classes():
        found.setdefault(area(cls), []).append(cls)
    return found


def area_words(name: str) -> str:
    """What an area is for: the first paragraph of its package's docstring."""
    return words((sys.modules[f"components.{name}"].__doc__ or "").split("\n\n")[0])


def path_of(cls: type) -> str:
    """`data/aurora_cluster.md`: a page is called as the file of its class."""
    return "/".join(cls.__module__.split(".")[1:]) + ".md"


def prose_of(cls: type) -> Prose:
    """A component's docstring, taken apart."""
    return read(inspect.getdoc(cls) or "")


def _area(name: str, some: Sequence[type[pulumi.ComponentResource]]) -> str:
    listed = (
        (
            link(code(cls.__name__), posixpath.basename(path_of(cls))),
            prose_of(cls).summary,
            _short(prose_of(cls).told(Part.COST)),
        )
        for cls in some
    )
    lines = [*head(f"Components: {name}"), area_words(name), "", *table(("component", "what it is", "cost"), listed)]
    return page([*lines, link("All areas", "../../README.md")])


def _short(cost: list[str]) -> str:
    return sentences(cost[0])[0] if cost else ""


def component(cls: type[pulumi.ComponentResource], known: Known) -> str:
    """The page of one component."""
    prose, token = prose_of(cls), f"atoll:{area(cls)}:{cls.__name__}"
    made = known.made.get(token)
    lines = [*head(cls.__name__), prose.summary, "", *_facts(cls, prose, token, known)]
    lines += _paragraphs(prose.told(Part.ABOUT))
    lines += ["## Makes", "", *_paragraphs(prose.told(Part.MAKES)), *_children(made)]
    lines += ["## Cost", "", *_paragraphs(prose.told(Part.COST)), *_told(prose, Part.LIMITS), *_settings(cls)]
    lines += ["## Outputs", "", *_outputs(cls), "## Arguments", "", *_arguments(cls)]
    lines += [*_told(prose, Part.UNITS), *_told(prose, Part.ERRORS), *_controls(made, known)]
    return page([*lines, *_told(prose, Part.SOURCE)])


def _told(prose: Prose, part: Part) -> list[str]:
    told = prose.told(part)
    return [f"## {part}", "", *_paragraphs(told)] if told else []


def _facts(cls: type, prose: Prose, token: str, known: Known) -> list[str]:
    file = cls.__module__.replace(".", "/") + ".py"
    test = "/".join(("tests", *cls.__module__.split(".")[:-1], f"test_{cls.__module__.split('.')[-1]}.py"))
    code_of = [link(file, f"{UP}/{file}")] + ([link("tests", f"{UP}/{test}")] if (known.root / test).is_file() else [])
    mapped = [row for row in prose.requirements if row in known.requirements]
    facts = [
        ("area", link(area(cls), "README.md")),
        ("type", code(token)),
        ("code", ", ".join(code_of)),
        ("requirements", ", ".join(mapped) + f" ({link('tests', f'{UP}/tests/requirements.yaml')})" if mapped else ""),
    ]
    return table(("", ""), (fact for fact in facts if fact[1]))


def _children(made: Made | None) -> list[str]:
    if made is None:
        return ["No stack that is recorded for this reference uses it: nothing to count.", ""]
    of_token = {f"atoll:{area(cls)}:{cls.__name__}": cls for cls in component_classes()}
    listed = [
        (link(code(kind), f"../{path_of(of_token[kind])}") if kind in of_token else code(kind), count)
        for kind, count in made.counts()
    ]
    if not listed:
        return [f"Nothing in {_listed(map(code, made.stacks))}.", ""]
    return [*table(("resource", "each"), listed, right=(1,)), f"Counted in {_listed(map(code, made.stacks))}.", ""]


def _arguments(cls: type[pulumi.ComponentResource]) -> list[str]:
    args = args_class(cls)
    if args is None:
        return ["None.", ""]
    lines = [f"Fields of `{args.__name__}`. An `Input` may be the output of another resource.", ""]
    lines += _fields(args)
    for wiring in wiring_types(args):
        lines += [f"`{wiring.__name__}`: {words(inspect.getdoc(wiring))}", "", *_fields(wiring)]
    return lines


def _fields(args: type) -> list[str]:
    models = {model.__name__ for model in _models(args)}
    return table(
        ("argument", "type", "default", "what it is"),
        (
            (
                code(a.name),
                code(a.type),
                REQUIRED if a.default is None else code(a.default),
                a.doc or (link("settings", "#settings") if models & set(names_in(a.type)) else ""),
            )
            for a in attributes(args)
        ),
    )


def _settings(cls: type[pulumi.ComponentResource]) -> list[str]:
    """The models of settings and contracts that the arguments take."""
    args = args_class(cls)
    if args is None:
        return []
    models = dict.fromkeys(model for wired in (args, *wiring_types(args)) for model in _models(wired))
    return ["## Settings", "", *(line for model in models for line in _model(model))] if models else []


def _models(args: type) -> list[type[BaseModel]]:
    return [one for one in named_classes(args) if issubclass(one, BaseModel) and one.model_fields]


def _model(model: type[BaseModel]) -> list[str]:
    place, inside = places().get(model), rows(model)
    where = f" ({link(code(place.path), f'../../{place.page}')})" if place else ""
    title = f"**{model.__name__}**{where}: {words(model.__doc__)}"
    if len(inside) > MOST_INLINE and place:
        return [f"{title} {len(inside)} settings, on that page.", ""]
    return [title, "", *as_table(inside)]


def _outputs(cls: type[pulumi.ComponentResource]) -> list[str]:
    some = [*attributes(cls), *properties(cls)]
    if not some:
        return ["None.", ""]
    return table(("output", "type", "what it is"), ((code(a.name), code(a.type), a.doc) for a in some))


def _controls(made: Made | None, known: Known) -> list[str]:
    kinds = [kind for kind, _ in made.counts()] if made else []
    listed = [
        (code(kind), ", ".join(link(c.id, f"../../../controls.md#{group_of(c)}") for c in known.watched[kind]))
        for kind in kinds
        if kind in known.watched
    ]
    return ["## Controls", "", *table(("resource", "controls"), listed)] if listed else []


def _paragraphs(texts: Iterable[str]) -> list[str]:
    return [line for text in texts for line in (text, "")]


def _listed(some: Iterable[str]) -> str:
    names = list(some)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
