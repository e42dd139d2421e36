"""What the text below each field of a model says, read from the source when somebody asks for it.

pydantic can do so for every model when it is imported (`use_attribute_docstrings`), which is a quarter of the start of
each command, for texts that only schemas, the reference and messages need.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue


@cache
def field_docs(model: type[BaseModel]) -> Mapping[str, str]:
    """Field → the text below it, inherited ones included; a field without a text is not in it."""
    found: dict[str, str] = {}
    for one in reversed(model.__mro__):
        found |= _classes(one.__module__).get(one.__qualname__, {}) if issubclass(one, BaseModel) else {}
    return {name: found[name] for name in model.model_fields if name in found}


def described_schema(model: type[BaseModel], mode: Literal["validation", "serialization"]) -> dict[str, Any]:
    """The JSON Schema of a model, with the text of every field."""
    return model.model_json_schema(mode=mode, schema_generator=_Described)


class _Described(GenerateJsonSchema):
    def model_schema(self, schema: Any) -> JsonSchemaValue:
        made = super().model_schema(schema)
        for name, text in field_docs(schema["cls"]).items():
            alias = schema["cls"].model_fields[name].alias or name
            if alias in made.get("properties", {}):
                made["properties"][alias].setdefault("description", text)
        return made


@cache
def _classes(module: str) -> dict[str, dict[str, str]]:
    """Class (`Outer.Inner`) → field → text, of a module; nothing for one that was not read from a file."""
    file = getattr(sys.modules.get(module), "__file__", None)
    return dict(_texts(ast.parse(Path(file).read_text(encoding="utf-8")))) if file else {}


def _texts(scope: ast.Module | ast.ClassDef, above: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    for part in scope.body:
        if isinstance(part, ast.ClassDef):
            name = f"{above}{part.name}"
            yield name, dict(_fields(part))
            yield from _texts(part, f"{name}.")


def _fields(model: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in zip(model.body, model.body[1:], strict=False):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str() as text)),
            ):
                yield name, inspect.cleandoc(text)
            case _:
                pass
