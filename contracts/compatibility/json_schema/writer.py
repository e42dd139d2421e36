"""What is known of the instances that one side writes: the schemas that hold together at one place, and their facts.

Every fact is an over-approximation: it may admit more instances than there are, never fewer. So a proof that all of
them satisfy the reader is a proof.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, cast

from contracts.compatibility.documents import is_list, is_object
from contracts.compatibility.json_schema.schema import ATOMS, TYPES, At, canonical, flatten, matches
from contracts.compatibility.json_schema.values import admits

MOST_CASES = 64
_BRANCHES = ("anyOf", "oneOf")


@dataclass(frozen=True, eq=False)
class Writer:
    """Schemas that hold together, less the combinations that a case has already chosen from.

    `names`: the properties that the writer declares anywhere at this place, None where it may write others as well.
    """

    ats: tuple[At, ...]
    names: frozenset[str] | None
    closed: bool
    dropped: frozenset[tuple[Any, str]] = frozenset()

    @property
    def key(self) -> Any:
        """Identity of what is known."""
        return frozenset(at.key for at in self.ats), self.names, self.dropped

    @cached_property
    def parts(self) -> list[At]:
        """The schemas that hold, references followed."""
        return flatten(self.ats)

    def also(self, at: At, without: tuple[Any, str] | None = None) -> Writer:
        """The same, with one schema more and perhaps one combination settled by it."""
        return Writer(
            (*self.ats, at),
            self.names,
            self.closed,
            self.dropped | ({without} if without else frozenset[tuple[Any, str]]()),
        )

    def cases(self) -> list[Writer]:
        """Cases that together cover all instances, each with one branch chosen of every anyOf and oneOf."""
        done: list[Writer] = []
        waiting: list[Writer] = [self]
        while waiting:
            case = waiting.pop(0)
            choice = next(
                (
                    (at, word)
                    for at in case.parts
                    for word in _BRANCHES
                    if at.get(word) and (at.key, word) not in case.dropped
                ),
                None,
            )
            if choice is None:
                done.append(case)
                continue
            at, word = choice
            waiting.extend(case.also(branch, (at.key, word)) for branch in at.schemas(word))
            if len(done) + len(waiting) > MOST_CASES:
                return [self]
        return done

    def given(self, word: str) -> list[Any]:
        """All values of one keyword."""
        return [value for at in self.parts if (value := at.get(word)) is not None]

    @cached_property
    def types(self) -> frozenset[str]:
        """The kinds of instances, as `ATOMS`."""
        found = ATOMS
        for names in self.given("type"):
            found &= frozenset(chain.from_iterable(TYPES[name] for name in (names if is_list(names) else [names])))
        if any(isinstance(factor, int) for factor in self.given("multipleOf")):
            found -= {"fraction"}
        return frozenset() if any(at.schema is False for at in self.parts) else found

    @cached_property
    def finite(self) -> list[Any] | None:
        """All values, where they can be counted: those of enum and const, true, false and null."""
        lists = [at.get("enum") for at in self.parts if at.get("enum") is not None]
        lists += [[at.get("const")] for at in self.parts if is_object(at.schema) and "const" in at.schema]
        if not lists and self.types <= {"null", "boolean"}:
            lists = [[None, True, False]]
        if not lists:
            return None
        values = {canonical(value): value for value in cast("list[Any]", min(lists, key=len))}
        return [value for value in values.values() if all(admits(value, at) is not False for at in self.parts)]

    def most(self, word: str, otherwise: float = math.inf) -> float:
        """The tightest upper bound in a keyword."""
        return min(self.given(word), default=otherwise)

    def least(self, word: str, otherwise: float = 0) -> float:
        """The tightest lower bound in a keyword."""
        return max(self.given(word), default=otherwise)

    @cached_property
    def lower(self) -> tuple[float, bool]:
        """The lower bound of numbers, and whether it is excluded."""
        pairs = [(v, False) for v in self.given("minimum")] + [(v, True) for v in self.given("exclusiveMinimum")]
        value, out = max(pairs, default=(-math.inf, False))
        if "fraction" not in self.types and math.isfinite(value):
            return (math.floor(value) + 1 if out else math.ceil(value)), False
        return value, out

    @cached_property
    def upper(self) -> tuple[float, bool]:
        """The upper bound of numbers, and whether it is excluded."""
        pairs = [(v, False) for v in self.given("maximum")] + [(v, True) for v in self.given("exclusiveMaximum")]
        value, out = min(pairs, key=lambda pair: (pair[0], not pair[1]), default=(math.inf, False))
        if "fraction" not in self.types and math.isfinite(value):
            return (math.ceil(value) - 1 if out else math.floor(value)), False
        return value, out

    @cached_property
    def required(self) -> frozenset[str]:
        """Properties that every object has."""
        return frozenset(chain.from_iterable(self.given("required")))

    @cached_property
    def declared(self) -> dict[str, None]:
        """Properties that are named, in the order of the document."""
        return {name: None for properties in self.given("properties") for name in properties}

    @cached_property
    def candidates(self) -> list[str]:
        """Every property name that can be told beforehand: declared here, or in a branch that was not chosen."""
        return list(dict.fromkeys([*self.declared, *sorted(self.names or ())]))

    def element(self, index: int | None) -> Writer:
        """What is known of the element at an index, or of those behind all prefixes (None)."""
        found: list[At] = []
        for at in self.parts:
            prefix = at.schemas("prefixItems")
            if index is not None and index < len(prefix):
                found.append(prefix[index])
            elif at.get("items") is not None:
                found.append(at.child(at.get("items")))
        return written(tuple(found), closed=self.closed)

    def property(self, name: str) -> Writer:
        """What is known of a property's value."""
        found: list[At] = []
        for at in self.parts:
            own = at.named("properties").get(name)
            hits = [(matches(pattern, name), schema) for pattern, schema in at.named("patternProperties").items()]
            found += [own] if own else []
            found += [schema for hit, schema in hits if hit]
            if own is None and all(hit is False for hit, _ in hits) and at.get("additionalProperties") is not None:
                found.append(at.child(at.get("additionalProperties")))
        return written(tuple(found), closed=self.closed)


def written(ats: tuple[At, ...], *, closed: bool) -> Writer:
    """A writer of these schemas; `closed` if it writes only what it declares."""
    return Writer(ats, declares(ats) if closed else None, closed)


def declares(ats: tuple[At, ...]) -> frozenset[str] | None:
    """All properties that the schemas name in any branch; None where they are open to names of any kind."""
    names: set[str] = set()
    waiting = list(ats)
    seen: set[Any] = set()
    while waiting:
        at = waiting.pop()
        if at.key in seen or not is_object(at.schema):
            continue
        seen.add(at.key)
        if any(
            at.get(word) not in (None, False)
            for word in ("additionalProperties", "unevaluatedProperties", "patternProperties")
        ):
            return None
        names.update(at.get("properties") or ())
        names.update(at.get("required") or ())
        waiting += [at.target()] if "$ref" in at.schema else []
        waiting += [branch for word in ("allOf", "anyOf", "oneOf") for branch in at.schemas(word)]
        waiting += [at.child(at.get(word)) for word in ("if", "then", "else") if at.get(word) is not None]
        waiting += at.named("dependentSchemas").values()
    return frozenset(names) or None
