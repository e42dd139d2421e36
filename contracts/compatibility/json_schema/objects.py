"""Inclusion of objects: required and named properties, patterns, everything else, counts, names, dependencies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from contracts.compatibility.documents import escape, is_object
from contracts.compatibility.json_schema.comparison import Comparison
from contracts.compatibility.json_schema.schema import At, matches
from contracts.compatibility.json_schema.values import admits
from contracts.compatibility.json_schema.writer import Writer, written
from contracts.compatibility.verdict import Change, breaking, unknown

TEXT: dict[str, Any] = {"type": "string"}
"""What a property's name is; one object, because schemas are told apart by identity."""


def findings(run: Comparison, writer: Writer, reader: At, rest: Sequence[str]) -> list[Change]:
    """What the reader asks of objects beyond what the writer promises."""
    found: list[Change] = []
    for word in rest:
        wanted = reader.get(word)
        if word == "required":
            found += [_missing(run, name) for name in wanted if name not in writer.required]
        elif word == "properties":
            for name, schema in reader.named(word).items():
                if not (_never_written(writer, name)):
                    found += run.deeper(writer.property(name), schema, escape(name))
        elif word == "patternProperties":
            for pattern, schema in reader.named(word).items():
                found += _pattern(run, writer, pattern, schema)
        elif word == "additionalProperties":
            found += _additional(run, writer, reader)
        elif word in ("minProperties", "maxProperties"):
            found += _count(run, writer, word, wanted)
        elif word == "propertyNames":
            found += _names(run, writer, reader)
        elif word == "dependentRequired":
            found += _dependent(run, writer, wanted)
        elif word == "dependentSchemas":
            found += [
                unknown(f"/{escape(name)}", "has a dependent schema that the other side does not promise")
                for name, schema in reader.named(word).items()
                if not _never_written(writer, name) and run.included(writer, schema)
            ]
    return found


def _missing(run: Comparison, name: str) -> Change:
    if run.reader == "new":
        return breaking(f"/{escape(name)}", "is required now", absent=True)
    return breaking(f"/{escape(name)}", "is no longer required")


def _never_written(writer: Writer, name: str) -> bool:
    return (writer.names is not None and name not in writer.names) or not writer.property(name).types


def _closing(writer: Writer) -> list[tuple[At, list[At], At]]:
    """For each schema: its properties by pattern and all others. A name outside of its own satisfies one of them."""
    found: list[tuple[At, list[At], At]] = []
    for at in writer.parts:
        if not is_object(at.schema):
            continue
        others = at.get("additionalProperties")
        if others is None and writer.names is not None:
            others = False
        found.append((at, list(at.named("patternProperties").values()), at.child(True if others is None else others)))
    return found


def _pattern(run: Comparison, writer: Writer, pattern: str, schema: At) -> list[Change]:
    """Properties under one of the reader's patterns: those that the writer names, then any other."""
    found: list[Change] = []
    for name in writer.candidates:
        if matches(pattern, name) is not False and not _never_written(writer, name):
            found += run.deeper(writer.property(name), schema, escape(name))
    return found + _others(run, writer, schema, pattern)


def _additional(run: Comparison, writer: Writer, reader: At) -> list[Change]:
    """Properties that the reader neither names nor has a pattern for."""
    schema = reader.child(reader.get("additionalProperties"))
    patterns = list(reader.get("patternProperties") or ())
    found: list[Change] = []
    for name in writer.candidates:
        known = name in (reader.get("properties") or {}) or any(matches(p, name) is True for p in patterns)
        if not known and not _never_written(writer, name):
            if schema.schema is False:
                found.append(_unexpected(run, name))
            else:
                found += run.deeper(writer.property(name), schema, escape(name))
    return found + _others(run, writer, schema, None, frozenset(patterns))


def _unexpected(run: Comparison, name: str) -> Change:
    text = (
        "is no longer accepted" if run.reader == "new" else "is new, and the old version allows no further properties"
    )
    return breaking(f"/{escape(name)}", text)


def _others(
    run: Comparison, writer: Writer, schema: At, pattern: str | None, settled: frozenset[str] = frozenset()
) -> list[Change]:
    """Properties that the writer does not name: one of its schemas promises what is asked, or any value may come."""
    best: list[Change] | None = None
    for at, _, others in _closing(writer):
        by_pattern = at.named("patternProperties")
        if pattern is not None and pattern in by_pattern:
            asked = [by_pattern[pattern]]
        else:
            asked = [*(own for text, own in by_pattern.items() if text not in settled), others]
        found = [change for own in asked for change in run.deeper(written((own,), closed=writer.closed), schema, "*")]
        if not found:
            return []
        best = found if best is None or len(found) < len(best) else best
    if best is not None and len(writer.parts) == 1 and not writer.given("patternProperties"):
        return best if schema.schema is not False else [breaking("/*", _further(run))]
    if schema.schema is False and not writer.given("patternProperties"):
        return [breaking("/*", _further(run))]
    return best or run.deeper(written((), closed=False), schema, "*")


def _further(run: Comparison) -> str:
    return "further properties are no longer accepted" if run.reader == "new" else "further properties are possible now"


def _count(run: Comparison, writer: Writer, word: str, wanted: float) -> list[Change]:
    given: list[Any] = writer.given(word)
    if word == "minProperties":
        enough = max(writer.least(word), len(writer.required)) >= wanted
    else:
        most = math.inf
        if any(at.get("additionalProperties") is False and not at.get("patternProperties") for at in writer.parts):
            most = min(
                len(at.get("properties") or ()) for at in writer.parts
                if at.get("additionalProperties") is False and not at.get("patternProperties")
            )  # fmt: skip
        if writer.names is not None:
            most = min(most, len(writer.names))
        enough = min(writer.most(word), most) <= wanted
    return [] if enough else [run.said("", word, given[-1] if given else None, wanted)]


def _names(run: Comparison, writer: Writer, reader: At) -> list[Change]:
    schema = reader.child(reader.get("propertyNames"))
    given = tuple(at.child(at.get("propertyNames")) for at in writer.parts if at.get("propertyNames") is not None)
    text = At(TEXT, reader.documents, reader.document)
    if not run.included(written((*given, text), closed=False), schema):
        return []
    finite = writer.names
    for at in writer.parts:
        if at.get("additionalProperties") is False and not at.get("patternProperties"):
            finite = frozenset(at.get("properties") or ())
    if finite is not None and all(admits(name, schema) is True for name in finite):
        return []
    if given or finite is not None:
        return [unknown("", "propertyNames changed, and the two rules cannot be compared")]
    return [run.said("", "propertyNames", None, reader.get("propertyNames"))]


def _dependent(run: Comparison, writer: Writer, wanted: dict[str, list[str]]) -> list[Change]:
    found: list[Change] = []
    for trigger, names in wanted.items():
        promised = {name for given in writer.given("dependentRequired") for name in given.get(trigger, ())}
        missing = [name for name in names if name not in writer.required | promised | {trigger}]
        if missing and not _never_written(writer, trigger):
            verb = "are required now" if run.reader == "new" else "are no longer required"
            found.append(breaking("", f"{', '.join(missing[:5])} {verb} where {trigger} is present"))
    return found
