"""Turns what pydantic found into problems that a person can act on."""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic_core import ErrorDetails

from contracts.field_docs import field_docs
from contracts.settings.errors import Path, shown
from contracts.settings.kind import REFUSED, Kind, near

_TYPES: dict[str, str] = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "tuple": "a list",
    "list": "a list",
    "dict": "a mapping",
    "model": "a mapping",
}
"""First word of a pydantic error type → what is wanted, in words."""


@dataclass(frozen=True)
class Refusal:
    """A problem before it is known where in which file it stands."""

    path: Path
    found: str
    allowed: str
    fix: str


def refusals(
    errors: Iterable[ErrorDetails], section: str, annotation: Any, *, noun: str = "setting"
) -> Iterator[Refusal]:
    """The refusals of one section.

    Args:
        errors: pydantic's.
        section: name of the section, which begins every path.
        annotation: type of the section.
        noun: what a key of the file is called.
    """
    for error in errors:
        yield _refusal(error, section, annotation, noun)


def _refusal(error: ErrorDetails, section: str, annotation: Any, noun: str) -> Refusal:
    location = _location(error["loc"])
    path: Path = (section, *location)
    kind, found = error["type"], shown(error.get("input"), path)
    if kind == REFUSED:
        context = error.get("ctx", {})
        return Refusal(path, found, context["allowed"], context["fix"])
    if kind == "missing":
        described = description(annotation, location) or "a value"
        return Refusal(path, "nothing", described, f"add {path[-1]}: here")
    if kind == "extra_forbidden":
        known = keys_at(annotation, location[:-1])
        guess = near(str(location[-1]), known)
        return Refusal(
            path, found, f"one of the keys {', '.join(known)}", guess or f"remove it: no {noun} has this name"
        )
    if kind in {"enum", "literal_error"}:
        known = re.findall(r"'([^']*)'", str(error.get("ctx", {}).get("expected", "")))
        return Refusal(path, found, ", ".join(known), near(error.get("input"), known) or "use one of these")
    wanted = _TYPES.get(kind.split("_")[0], "a value of another type")
    return Refusal(path, found, _with_rule(wanted, annotation, location), _how_to_write(wanted, error.get("input")))


def _how_to_write(wanted: str, value: object) -> str:
    if wanted == "text" and isinstance(value, int | float | bool):
        return f'put it in quotes: "{value}"'
    if wanted == "true or false":
        return "write true or false, without quotes"
    if wanted == "a whole number" and isinstance(value, str) and value.isdigit():
        return f"write it without quotes: {value}"
    if wanted == "a list":
        return "write it like [a, b]"
    return f"write {wanted}"


def _location(location: tuple[int | str, ...]) -> Path:
    """pydantic's location without its marker of a mapping's key."""
    return tuple(part for part in location if part != "[key]")


def _with_rule(wanted: str, annotation: Any, location: Path) -> str:
    """`text`, or `text: 12 digits` where the field has a kind."""
    rules = [meta.allowed for meta in _metadata(annotation, location) if isinstance(meta, Kind)]
    return f"{wanted}: {rules[0]}" if rules else wanted


def description(annotation: Any, location: Path) -> str | None:
    """First sentence of a field's docstring."""
    model = _model(_type_at(annotation, location[:-1])) if location else None
    text = field_docs(model).get(str(location[-1])) if model else None
    return text.split("\n\n")[0].rstrip(".") if text else None


def keys_at(annotation: Any, location: Path) -> list[str]:
    """Names of the settings at a place."""
    model = _model(_type_at(annotation, location))
    return list(model.model_fields) if model else []


def is_secret(annotation: Any, location: Path) -> bool:
    """Whether the setting at a place is meant to be encrypted, or holds one that is."""
    return _holds_secret(_type_at(annotation, location))


def _holds_secret(annotation: Any) -> bool:
    for found in _flat(annotation):
        if found is SecretStr or any(_holds_secret(argument) for argument in get_args(found)):
            return True
        model = _model(found)
        if model and any(_holds_secret(field.annotation) for field in model.model_fields.values()):
            return True
    return False


def wants_text(annotation: Any) -> bool:
    """Whether a setting is a text (or one of a set of texts), so that text is not to be read as JSON."""
    return all(isinstance(found, type) and issubclass(found, str) for found in _flat(annotation))


def _field(annotation: Any, location: Path) -> Any:
    model = _model(_type_at(annotation, location[:-1])) if location else None
    return model.model_fields.get(str(location[-1])) if model else None


def _metadata(annotation: Any, location: Path) -> Iterator[Any]:
    field = _field(annotation, location)
    if field is not None:
        yield from field.metadata
    elif location:
        holder = _type_at(annotation, location)
        yield from get_args(holder)[1:] if get_origin(holder) is Annotated else ()


def _type_at(annotation: Any, location: Path) -> Any:
    """The type of what stands at a place; None where there is nothing."""
    current = annotation
    for part in location:
        candidates = list(_flat(current))
        model = next((c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)), None)
        if model is not None:
            current = model.model_fields[str(part)].annotation if part in model.model_fields else None
            continue
        container = next((c for c in candidates if get_origin(c) in {dict, tuple, list}), None)
        if container is None:
            return None
        arguments = get_args(container)
        current = arguments[1] if get_origin(container) is dict else arguments[0]
    return current


def _flat(annotation: Any) -> Iterator[Any]:
    """The alternatives of a type, without `Annotated` and unions."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _flat(get_args(annotation)[0])
    elif origin in {Union, types.UnionType}:
        for argument in get_args(annotation):
            yield from _flat(argument)
    else:
        yield annotation


def _model(annotation: Any) -> type[BaseModel] | None:
    return next((c for c in _flat(annotation) if isinstance(c, type) and issubclass(c, BaseModel)), None)
