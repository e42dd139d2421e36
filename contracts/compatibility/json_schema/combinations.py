"""Inclusion of combinations: references, allOf, anyOf, oneOf, not, if-then-else, enum and const."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from contracts.compatibility.json_schema.comparison import Comparison
from contracts.compatibility.json_schema.schema import TYPES, At
from contracts.compatibility.json_schema.values import admits
from contracts.compatibility.json_schema.writer import Writer, written
from contracts.compatibility.verdict import Change, Severity, unknown

_DEPTH = 6


def findings(run: Comparison, writer: Writer, reader: At, rest: Sequence[str]) -> list[Change]:
    """What the reader's combinations ask beyond what the writer promises."""
    found: list[Change] = []
    for word in rest:
        if word == "$ref":
            found += run.included(writer, reader.target())
        elif word == "allOf":
            found += [change for branch in reader.schemas(word) for change in run.included(writer, branch)]
        elif word in ("anyOf", "oneOf"):
            found += _choice(run, writer, reader.schemas(word), exactly=word == "oneOf")
        elif word == "not":
            found += _negation(run, writer, reader.child(reader.get(word)))
        elif word == "if":
            found += _condition(run, writer, reader)
        elif word in ("enum", "const"):
            found.append(run.said("", word, None, reader.get(word)))
    return found


def _choice(run: Comparison, writer: Writer, branches: list[At], *, exactly: bool) -> list[Change]:
    attempts: list[list[Change]] = []
    for index, branch in enumerate(branches):
        found = run.included(writer, branch)
        if (
            not found
            and exactly
            and not all(
                disjoint(writer, written((other,), closed=False)) for i, other in enumerate(branches) if i != index
            )
        ):
            found = [unknown("", "satisfies one branch of oneOf, and whether it satisfies another is not decided")]
        if not found:
            return []
        attempts.append(found)
    kinds = [kind for kind, atoms in TYPES.items() if kind != "integer" and writer.types & atoms]
    if len(kinds) > 1:  # number|null against anyOf of a number and a null: each kind finds its own branch
        near = writer.ats[0] if writer.ats else branches[0]
        by_kind = [_choice(run, writer.also(near.child(_ONLY[kind])), branches, exactly=exactly) for kind in kinds]
        if not any(by_kind):
            return []
        attempts.append([change for found in by_kind for change in found])
    best = min(attempts, key=lambda found: (any(c.path == "" and c.what.startswith("type") for c in found), len(found)))
    if all(any(change.severity is Severity.BREAKING for change in found) for found in attempts):
        return best
    return [
        change
        if change.severity is Severity.UNKNOWN
        else replace(change, severity=Severity.UNKNOWN, what=f"{change.what}, in the closest branch of {len(branches)}")
        for change in best
    ]


_ONLY = {kind: {"type": kind} for kind in TYPES}
"""One schema for each kind; kept, because schemas are told apart by identity."""


def _negation(run: Comparison, writer: Writer, forbidden: At) -> list[Change]:
    if disjoint(writer, written((forbidden,), closed=False)):
        return []
    for at in writer.parts:
        if at.get("not") is not None and not run.included(written((forbidden,), closed=False), at.child(at.get("not"))):
            return []
    return [unknown("", "`not` was added or changed, and whether it excludes more is not decided")]


def _condition(run: Comparison, writer: Writer, reader: At) -> list[Change]:
    branches = [reader.child(reader.get(word)) for word in ("then", "else") if reader.get(word) is not None]
    if all(not run.included(writer, branch) for branch in branches):
        return []
    return [unknown("", "if-then-else was added or changed, and whether it excludes more is not decided")]


def disjoint(one: Writer, other: Writer, depth: int = 0) -> bool:
    """True only if no instance satisfies both."""
    if depth > _DEPTH:
        return False
    return all(_apart(a, b, depth) for a in one.cases() for b in other.cases())


def _apart(one: Writer, other: Writer, depth: int) -> bool:
    common = one.types & other.types
    for here, there in ((one, other), (other, one)):
        if here.finite is not None:
            return all(any(admits(value, at) is False for at in there.parts) for value in here.finite)
    return all(_atom_apart(name, one, other, depth) for name in common)


def _atom_apart(name: str, one: Writer, other: Writer, depth: int) -> bool:
    if name in ("integer", "fraction"):
        return any(
            low.lower[0] > high.upper[0] or (low.lower[0] == high.upper[0] and (low.lower[1] or high.upper[1]))
            for low, high in ((one, other), (other, one))
        )
    bounds = {"string": ("minLength", "maxLength"), "array": ("minItems", "maxItems")}
    if name in bounds:
        least, most = bounds[name]
        return any(a.least(least) > b.most(most) for a, b in ((one, other), (other, one)))
    if name == "object":
        return any(
            disjoint(one.property(key), other.property(key), depth + 1) for key in sorted(one.required | other.required)
        )
    return False
