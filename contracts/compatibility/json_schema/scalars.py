"""Inclusion of numbers and text: bounds, multiples, lengths, patterns, formats."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.compatibility.json_schema.comparison import Comparison
from contracts.compatibility.json_schema.schema import At
from contracts.compatibility.json_schema.values import divides
from contracts.compatibility.json_schema.writer import Writer
from contracts.compatibility.verdict import Change, unknown


def number_findings(run: Comparison, writer: Writer, reader: At, rest: Sequence[str]) -> list[Change]:
    """What the reader asks of numbers beyond what the writer promises."""
    found: list[Change] = []
    low, low_out = writer.lower
    high, high_out = writer.upper
    for word in rest:
        wanted = reader.get(word)
        written = writer.given(word)
        last = written[-1] if written else None
        if (
            (word == "minimum" and low < wanted)
            or (word == "exclusiveMinimum" and (low < wanted or (low == wanted and not low_out)))
            or (word == "maximum" and high > wanted)
            or (word == "exclusiveMaximum" and (high > wanted or (high == wanted and not high_out)))
        ):
            found.append(run.said("", word, last, wanted))
        if word == "multipleOf":
            factors = [*written, *([1] if "fraction" not in writer.types else [])]
            if not any(divides(wanted, factor) for factor in factors):
                found.append(run.said("", word, last, wanted))
    return found


def text_findings(run: Comparison, writer: Writer, reader: At, rest: Sequence[str]) -> list[Change]:
    """What the reader asks of text beyond what the writer promises.

    A format counts as an assertion: those who rely on it break when it goes. Patterns are compared by their spelling.
    """
    found: list[Change] = []
    for word in rest:
        wanted, written = reader.get(word), writer.given(word)
        last = written[-1] if written else None
        if (word == "minLength" and writer.least(word) < wanted) or (
            word == "maxLength" and writer.most(word) > wanted
        ):
            found.append(run.said("", word, last, wanted))
        if word == "format":
            found.append(run.said("", word, last, wanted))
        if word == "pattern":
            change = run.said("", word, last, wanted)
            found.append(
                change if last is None else unknown("", f"{change.what}: patterns are compared by their spelling")
            )
    return found
