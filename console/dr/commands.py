"""Calls of AWS as a person types them; pure."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any, cast

from botocore import xform_name

from contracts.recovery.calls import Argument, Call, Read, jmespath

_VARIABLE = re.compile(r"\$[A-Z][A-Z0-9_]+")


def command(call: Call, query: str | None = None) -> str:
    """`aws …` for a call; a value that a run is given is a variable of its name in capitals."""
    parts = ["aws", call.service, xform_name(call.operation, "-"), "--region", call.region]
    for name, value in call.parameters.items():
        option = f"--{xform_name(name, '-')}"
        if isinstance(value, bool):
            parts.append(option if value else option.replace("--", "--no-", 1))
        elif isinstance(value, list) and (texts := _texts(cast("list[Any]", value))) is not None:
            parts += [option, *map(word, texts)]
        else:
            parts += [option, _value(value)]
    return " ".join([*parts, *(["--query", shlex.quote(query)] if query is not None else [])])


def look(read: Read) -> tuple[str, str]:
    """The command that asks, and what it must answer."""
    wanted = json.dumps(read.value)
    return command(read.call, jmespath(read.at)), wanted if read.comparison == "equals" else f"{wanted} or more"


def _texts(items: list[Any]) -> list[str] | None:
    """The items, if all of them are texts."""
    return items if all(isinstance(item, str) for item in items) else None


def _value(value: Any) -> str:
    match value:
        case Argument():
            return f'"${value.argument.upper()}"'
        case str():
            return word(value)
        case int() | float():
            return str(value)
        case _:
            return _document(json.dumps(value))


def word(text: str) -> str:
    """A text as the shell reads it; variables in it are filled in."""
    return f'"{text}"' if _VARIABLE.search(text) else shlex.quote(text)


def _document(text: str) -> str:
    quoted = shlex.quote(text)
    return _VARIABLE.sub(lambda found: f"'\"{found[0]}\"'", quoted)
