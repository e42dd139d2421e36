"""The words a blueprint is written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class BlueprintError(ValueError):
    """A component is given what its blueprint does not know; the message names every such input."""


@dataclass(frozen=True, slots=True)
class Made:
    """An output of a child."""

    child: str
    """Key of the child."""
    path: str = ""
    """Property, such as `arn` or `identities[0].oidcs[0].issuer`; the resource itself if empty."""


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a text."""

    text: Made
    separator: str
    index: int


@dataclass(frozen=True, slots=True)
class JsonText:
    """A value as JSON text."""

    value: Any


@dataclass(frozen=True, slots=True)
class Undisclosed:
    """What only the official component finds out, from the network. Unknown offline, left out by a stand-in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One resource that the component makes.

    A template is a plain value in which `Made`, `Part` and `JsonText` stand for outputs, and in which values that came
    with the component's own inputs may be anything: whoever builds from it takes them as they are.
    """

    key: str
    """How the blueprint calls it."""
    type: str
    """Type token."""
    name: str
    """Logical name."""
    inputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Property (camelCase) → template; None is left out."""
    parent: str | None = None
    """Key of another child; None for the component itself."""
    custom: bool = True
    """Whether it is a real resource; False for a component."""
    depends_on: tuple[str, ...] = ()
    """Keys of children."""
    ignore_changes: tuple[str, ...] = ()
    """Properties whose changes are ignored."""


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Everything a component makes."""

    children: tuple[Child, ...]
    """In an order in which each comes after what it refers to."""
    outputs: Mapping[str, Any]
    """Output of the component (camelCase) → template."""

    def outputs_of(self, key: str) -> frozenset[str]:
        """The properties of a child that something else takes."""
        templates = [child.inputs for child in self.children]
        return frozenset(
            made.path.split("[")[0].split(".")[0]
            for made in _made_in([*templates, self.outputs])
            if made.child == key and made.path
        )


def _made_in(template: Any) -> list[Made]:
    match template:
        case Made():
            return [template]
        case Part():
            return [template.text]
        case JsonText():
            return _made_in(template.value)
        case Mapping():
            return [made for value in template.values() for made in _made_in(value)]  # pyright: ignore[reportUnknownVariableType]
        case list() | tuple():
            return [made for value in template for made in _made_in(value)]  # pyright: ignore[reportUnknownVariableType]
        case _:
            return []
