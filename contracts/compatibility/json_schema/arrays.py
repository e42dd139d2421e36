"""Inclusion of arrays: elements by position, lengths, uniqueness, contains."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.compatibility.json_schema.comparison import Comparison
from contracts.compatibility.json_schema.schema import At
from contracts.compatibility.json_schema.writer import Writer
from contracts.compatibility.verdict import Change, unknown


def findings(run: Comparison, writer: Writer, reader: At, rest: Sequence[str]) -> list[Change]:
    """What the reader asks of arrays beyond what the writer promises."""
    found: list[Change] = []
    longest = writer.most("maxItems")
    for word in rest:
        wanted, written = reader.get(word), writer.given(word)
        last = written[-1] if written else None
        if (word == "minItems" and writer.least(word) < wanted) or (word == "maxItems" and longest > wanted):
            found.append(run.said("", word, last, wanted))
        if word == "uniqueItems" and wanted and True not in written and longest > 1:
            found.append(run.said("", word, last, wanted))
        if word == "prefixItems":
            for index, schema in enumerate(reader.schemas(word)):
                if longest > index:
                    found += run.deeper(writer.element(index), schema, str(index))
        if word == "items":
            found += _rest(run, writer, reader, longest)
        if word == "contains":
            found += _contains(run, writer, reader)
    return found


def _rest(run: Comparison, writer: Writer, reader: At, longest: float) -> list[Change]:
    """Elements behind the reader's prefix: those that the writer still describes one by one, then all others."""
    schema = reader.child(reader.get("items"))
    start = len(reader.get("prefixItems") or ())
    end = max([start, *(len(prefix) for prefix in writer.given("prefixItems"))])
    found: list[Change] = []
    for index in range(start, end):
        if longest > index:
            found += run.deeper(writer.element(index), schema, str(index))
    return found + (run.deeper(writer.element(None), schema, "*") if longest > end else [])


def _contains(run: Comparison, writer: Writer, reader: At) -> list[Change]:
    schema = reader.child(reader.get("contains"))
    fewest = 1 if reader.get("minContains") is None else reader.get("minContains")
    most = reader.get("maxContains")
    if fewest == 0 and most is None:
        return []
    given = [at for at in writer.parts if at.get("contains") is not None]
    for at in given:
        at_least = 1 if at.get("minContains") is None else at.get("minContains")
        at_most = at.get("maxContains")
        within = most is None or (at_most is not None and at_most <= most)
        if at_least >= fewest and within and run.sameness.same(at.child(at.get("contains")), schema):
            return []
    if given:
        return [unknown("", "contains changed, and two of them are compared by their wording")]
    return [run.said("", "contains", None, reader.get("contains"))]
