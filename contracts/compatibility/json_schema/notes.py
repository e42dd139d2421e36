"""What validity does not show: fields that come and go, defaults, and words.

An optional field that a response loses leaves every instance valid, and still breaks who reads it. So fields are also
followed by name, through all branches of both versions.
"""

from __future__ import annotations

from typing import Any

from contracts.compatibility.documents import escape, is_object
from contracts.compatibility.json_schema.comparison import Side, shown
from contracts.compatibility.json_schema.schema import At
from contracts.compatibility.verdict import Bump, Change, breaking, compatible, unknown

MOST_PLACES = 5_000
_WORDS = ("title", "description", "examples", "example", "$comment")


def notes(old: At, new: At, reader: Side) -> list[Change]:
    """Changes of fields, defaults and annotations, by the path of the field."""
    found: list[Change] = []
    waiting: list[tuple[list[At], list[At], str]] = [([old], [new], "")]
    seen: set[Any] = set()
    while waiting:
        before, after = (_everywhere(ats) for ats in waiting[0][:2])
        path = waiting.pop(0)[2]
        key = (frozenset(at.key for at in before), frozenset(at.key for at in after))
        if key in seen:
            continue
        seen.add(key)
        if len(seen) > MOST_PLACES:
            return [*found, unknown(path, "lies behind more fields than can be followed")]
        found += _annotations(before, after, path, reader)
        was, now = _fields(before), _fields(after)
        found += [_gone(f"{path}/{escape(name)}", reader) for name in was if name not in now]
        found += [compatible(f"{path}/{escape(name)}", "was added") for name in now if name not in was]
        for name in was:
            if name in now:
                waiting.append((was[name], now[name], f"{path}/{escape(name)}"))
        was_inner, now_inner = _inner(before), _inner(after)
        if was_inner and now_inner:
            waiting.append((was_inner, now_inner, f"{path}/*"))
    return found


def _everywhere(ats: list[At]) -> list[At]:
    """The schemas and all branches of them that describe the same place."""
    found: dict[Any, At] = {}
    waiting = list(ats)
    while waiting:
        at = waiting.pop(0)
        if at.key in found or not is_object(at.schema):
            continue
        found[at.key] = at
        waiting += [at.target()] if "$ref" in at.schema else []
        waiting += [branch for word in ("allOf", "anyOf", "oneOf") for branch in at.schemas(word)]
        waiting += [at.child(at.get(word)) for word in ("if", "then", "else") if at.get(word) is not None]
        waiting += at.named("dependentSchemas").values()
    return list(found.values())


def _fields(ats: list[At]) -> dict[str, list[At]]:
    found: dict[str, list[At]] = {}
    for at in ats:
        for name, schema in at.named("properties").items():
            if schema.schema is not False:
                found.setdefault(name, []).append(schema)
    return found


def _inner(ats: list[At]) -> list[At]:
    """Elements and values of maps."""
    found = [at.child(at.get(w)) for at in ats for w in ("items", "additionalProperties") if at.get(w) is not None]
    found += [schema for at in ats for schema in (*at.schemas("prefixItems"), *at.named("patternProperties").values())]
    return [at for at in found if is_object(at.schema)]


def _gone(path: str, reader: Side) -> Change:
    if reader is Side.OLD:
        return breaking(path, "was removed")
    return unknown(path, "was removed: what consumers send there is ignored or refused")


def _annotations(before: list[At], after: list[At], path: str, reader: Side) -> list[Change]:
    found: list[Change] = []
    if any(_given(word, before) != _given(word, after) for word in _WORDS):
        found.append(compatible(path, "is described in other words", Bump.PATCH))
    was, now = (any(at.get("deprecated") is True for at in ats) for ats in (before, after))
    if was != now:
        found.append(
            compatible(path, "is deprecated" if now else "is no longer deprecated", Bump.MINOR if now else Bump.PATCH)
        )
    for word in ("readOnly", "writeOnly"):
        if _given(word, before) != _given(word, after):
            found.append(unknown(path, f"{word} changed, and with it who may send the field"))
    old, new = _given("default", before), _given("default", after)
    if old != new:
        text = f"default went from {_value(old)} to {_value(new)}"
        if reader is Side.NEW and old:
            found.append(breaking(path, f"{text}: who leaves the field out gets the other", absent=True))
        else:
            found.append(compatible(path, text))
    return found


def _given(word: str, ats: list[At]) -> list[Any]:
    return [at.get(word) for at in ats if is_object(at.schema) and word in at.schema]


def _value(values: list[Any]) -> str:
    return shown(values[0]) if values else "none"
