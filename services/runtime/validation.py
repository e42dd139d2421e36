"""Validates requests and messages against the contract's own JSON Schemas."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import fastjsonschema
from runtime.errors import InvalidRequestException


@cache
def _validator(path: Path) -> Callable[[Any], Any]:
    schema = json.loads(path.read_text(encoding="utf-8"))
    # Schemas say what holds; they do not fill in what was left out.
    return fastjsonschema.compile(schema, use_default=False)


def validate(document: Any, path: Path) -> None:
    """Compare a document with a schema.

    Args:
        document: decoded JSON.
        path: file with the JSON Schema, such as `schemas/place-order.json`.

    Raises:
        InvalidRequestException: naming the field, and what it must be; never the value, which may be personal.
    """
    try:
        _validator(path)(document)
    except fastjsonschema.JsonSchemaValueException as error:
        where = ".".join(str(part) for part in error.path[1:]) or "the request"
        wanted = error.message.removeprefix(error.name or "").strip()
        raise InvalidRequestException(f"{where} {wanted}") from None


def text(request: dict[str, Any], name: str) -> str:
    """A field that must be a text.

    Raises:
        InvalidRequestException: it is missing, empty or something else.
    """
    value = request.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidRequestException(f"{name} must be a text that is not empty")
    return value
