"""Calls of AWS and what is read in their answers: what every execution of a plan is made of.

Operations, parameters and fields are spelled as the API spells them. Where something lies in an answer is a path of
field names, indexes and one filter (`Where`), which can be said in every language that an execution speaks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum, unique
from typing import Any, cast

from pydantic import Field

from contracts.recovery.actions import Part


class Where(Part):
    """The first item of a list whose field has a value."""

    field: str
    """Field of the items."""
    equals: str
    """Its value."""


Path = tuple[str | int | Where, ...]
Scalar = str | int | float | bool


class Argument(Part):
    """A value that the run is given."""

    argument: str
    """Name of the plan's argument."""


class Call(Part):
    """One call of an AWS API; it may be repeated."""

    service: str
    """Service as the SDK and the command line name it, such as `rds` or `application-autoscaling`."""
    operation: str
    """Operation, such as `FailoverGlobalCluster`."""
    region: str
    """Region whose endpoint is asked."""
    parameters: dict[str, Any] = Field(default_factory=dict[str, Any])
    """Parameters as the API spells them; a value may be an `Argument`."""

    def given(self, arguments: Mapping[str, str]) -> dict[str, Any]:
        """The parameters with the run's arguments in their places.

        Raises:
            KeyError: an argument is missing.
        """
        return {name: _filled(value, arguments) for name, value in self.parameters.items()}


@unique
class Comparison(StrEnum):
    """How a value is compared."""

    EQUALS = "equals"
    AT_LEAST = "at-least"


class Read(Part):
    """A question to AWS, and the answer that counts as yes."""

    call: Call
    """What is asked."""
    at: Path
    """Where the value lies in the answer."""
    comparison: Comparison = Comparison.EQUALS
    """How it is compared."""
    value: Scalar
    """With what."""

    def holds(self, answer: Mapping[str, Any]) -> bool:
        """Whether an answer says yes; a value that is not there says no."""
        found = lookup(self.at, answer)
        if self.comparison is Comparison.EQUALS:
            return bool(found == self.value)
        return isinstance(found, int | float) and found >= float(self.value)


class Move(Part):
    """One change: nothing is called when it is so already, and it is done once it is so."""

    call: Call
    """What changes it."""
    already: Read | None
    """Whether it is so already; None for what may be done twice without harm."""
    until: Read | None = None
    """When it is done; None if the call itself ends with it."""


class Demand(Part):
    """What must be so for the plan to go on."""

    read: Read
    """What is asked."""
    patient: bool
    """Ask again until the step's timeout; otherwise once."""
    waived: bool = False
    """Whether the plan goes on all the same; the answer is told."""
    otherwise: str
    """What it means when it is not so, and what to do."""


class Listing(Part):
    """Something that people must see before they go on; nothing is decided by it."""

    call: Call
    """What is asked."""
    at: Path
    """Where the list lies."""


Piece = Move | Demand | Listing


def lookup(path: Path, answer: Any) -> Any:
    """The value at a path, None if there is none."""
    found = answer
    for part in path:
        if isinstance(part, Where):
            found = next((item for item in _items(found) if _field(item, part.field) == part.equals), None)
        elif isinstance(part, int):
            found = next(iter(_items(found)[part : part + 1]), None)
        else:
            found = _field(found, part)
    return found


def jmespath(path: Path) -> str:
    """The path for `aws … --query`."""
    text = ""
    for part in path:
        match part:
            case Where():
                text = f"({text}[?{part.field}=='{part.equals}'])[0]"
            case int():
                text += f"[{part}]"
            case str():
                text += f".{part}" if text else part
    return text


def _items(found: Any) -> Sequence[Any]:
    return cast("Sequence[Any]", found) if isinstance(found, list | tuple) else ()


def _field(found: Any, name: str) -> Any:
    return cast("Mapping[str, Any]", found).get(name) if isinstance(found, Mapping) else None


def _filled(value: Any, arguments: Mapping[str, str]) -> Any:
    match value:
        case Argument():
            return arguments[value.argument]
        case dict():
            return {k: _filled(v, arguments) for k, v in cast("dict[str, Any]", value).items()}
        case list() | tuple():
            return [_filled(v, arguments) for v in cast("Sequence[Any]", value)]
        case _:
            return value
