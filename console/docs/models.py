"""Reads pydantic models: every path of settings, contracts and outputs with what is allowed, its default, its words."""

from __future__ import annotations

import inspect
import types
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types as limits
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from console.docs.markdown import code, table, words
from contracts.field_docs import field_docs
from contracts.settings.kind import Kind

LONGEST = 150
"""Characters of what is allowed; a longer list is cut, the schemas and the errors have it whole."""
REQUIRED = "required"
_PLAIN: dict[Any, str] = {
    bool: "`true` or `false`",
    int: "whole number",
    float: "number",
    str: "text",
    date: "date",
    Any: "anything",
    type(None): "null",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One path of a document."""

    path: str
    allowed: str
    default: str
    doc: str
    model: type[BaseModel] | None
    """The model of a section; None for a value."""


@dataclass(frozen=True, slots=True)
class _Shape:
    words: str
    inside: tuple[tuple[str, type[BaseModel]], ...] = ()
    """Path below the value → model of what is there."""


def rows(model: type[BaseModel], prefix: str = "", above: tuple[type[BaseModel], ...] = ()) -> list[Row]:
    """Every path of a model, in the order of its fields, sections before what is in them."""
    found: list[Row] = []
    docs = field_docs(model)
    for name, field in model.model_fields.items():
        path = f"{prefix}{name}"
        shape = _shape(field.annotation, field.metadata)
        inner = shape.inside[0][1] if shape.inside else None
        found.append(Row(path, shape.words, default_of(field), words(docs.get(name)), inner))
        for suffix, other in shape.inside:
            if other not in (*above, model):
                found += rows(other, f"{path}{suffix}.", (*above, model))
    return found


def as_table(some: list[Row], what: str = "setting") -> list[str]:
    """A table of paths."""
    return table(
        (what, "allowed", "default", "what it does"), ((code(r.path), r.allowed, r.default, r.doc) for r in some)
    )


def default_of(field: FieldInfo) -> str:
    """The default of a field as YAML would say it, or that there is none."""
    if field.is_required():
        return REQUIRED
    value = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, BaseModel):
        return "what its fields say"
    return code(_yaml(value))


def _yaml(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_yaml(item)}" for key, item in value.items()) + "}"  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(_yaml, value)) + "]"  # pyright: ignore[reportUnknownArgumentType]
    return str(value) if value != "" else '""'


def _shape(annotation: Any, metadata: list[Any]) -> _Shape:
    """What a value may be."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _shape(inner, [*more, *metadata])
    shape = _bare_shape(annotation)
    for kind in metadata:
        if isinstance(kind, Kind):
            return _Shape(clipped(kind.allowed), shape.inside)
    told = _limits(metadata)
    return _Shape(f"{shape.words}, {told}" if told else shape.words, shape.inside)


def _bare_shape(annotation: Any) -> _Shape:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        parts = [_shape(one, []) for one in arguments]
        told = list(dict.fromkeys(part.words for part in parts))
        return _Shape(", or ".join(told), tuple(item for part in parts for item in part.inside))
    if origin is Literal:
        return _Shape(", ".join(code(_yaml(value)) for value in arguments))
    if origin in (tuple, list, frozenset, set):
        item = _shape(arguments[0], [])
        return _Shape(f"list of {item.words}", tuple((f"[]{path}", model) for path, model in item.inside))
    if inspect.isclass(origin) and issubclass(origin, Mapping):
        value = _shape(arguments[1], [])
        return _Shape(f"name → {value.words}", tuple((f".<name>{path}", model) for path, model in value.inside))
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return _Shape("section", (("", annotation),))
    if inspect.isclass(annotation) and issubclass(annotation, Enum):
        return _Shape(", ".join(code(str(member.value)) for member in annotation))
    return _Shape(_PLAIN.get(annotation, getattr(annotation, "__name__", str(annotation))))


def _limits(metadata: list[Any]) -> str:
    """Limits of numbers and lengths; patterns are left to the schema."""
    told: list[str] = []
    for limit in metadata:
        match limit:
            case limits.Ge(ge):
                told.append(f"at least {ge}")
            case limits.Gt(gt):
                told.append(f"more than {gt}")
            case limits.Le(le):
                told.append(f"at most {le}")
            case limits.Lt(lt):
                told.append(f"less than {lt}")
            case limits.MinLen(shortest) if shortest == 1:
                told.append("not empty")
            case limits.MinLen(shortest):
                told.append(f"at least {shortest} long")
            case limits.MaxLen(longest):
                told.append(f"at most {longest} long")
            case _:
                pass
    return ", ".join(told)


def clipped(text: str) -> str:
    """Words that fit a table; a list that does not is cut between two of its items."""
    if len(text) <= LONGEST:
        return text
    return f"{text[: text.rfind(', ', 0, LONGEST)]}, …" if ", " in text[:LONGEST] else text
