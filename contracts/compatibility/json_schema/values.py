"""Does one value satisfy a schema? Three answers, because some keywords are not looked into.

Needed where the writer's side is a finite set of values (enum, const, booleans): there the answer can be exact.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, cast

from contracts.compatibility.documents import is_list, is_object
from contracts.compatibility.json_schema.schema import OPAQUE, TYPES, At, canonical, matches

_DEPTH = 40


def atom(value: Any) -> str:
    """Which of `ATOMS` a JSON value is."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if value == math.floor(value) else "fraction"
    return "string" if isinstance(value, str) else "array" if is_list(value) else "object"


def every(answers: Iterable[bool | None]) -> bool | None:
    """Conjunction over yes, no and unknown."""
    result: bool | None = True
    for answer in answers:
        if answer is False:
            return False
        result = None if answer is None else result
    return result


def some(answers: Iterable[bool | None]) -> bool | None:
    """Disjunction over yes, no and unknown."""
    return opposite(every(opposite(answer) for answer in answers))


def opposite(answer: bool | None) -> bool | None:
    """Negation; unknown stays unknown."""
    return None if answer is None else not answer


def divides(factor: float, number: float) -> bool:
    """Whether a number is a multiple of a factor, counted in decimals as they are written."""
    return (Fraction(str(number)) / Fraction(str(factor))).denominator == 1


def admits(value: Any, at: At, depth: int = 0) -> bool | None:
    """Whether the schema accepts the value; None where that is not decided."""
    if isinstance(at.schema, bool):
        return at.schema
    if depth > _DEPTH:
        return None
    return every(_keyword(word, value, at, depth + 1) for word in at.schema)


def _keyword(word: str, value: Any, at: At, depth: int) -> bool | None:
    wanted = at.get(word)
    if word in OPAQUE or word == "format":
        return None
    if word == "type":
        names = cast("list[str]", wanted if is_list(wanted) else [wanted])
        return any(atom(value) in TYPES[name] for name in names)
    if word == "enum":
        return canonical(value) in {canonical(item) for item in wanted}
    if word == "const":
        return canonical(value) == canonical(wanted)
    if word in ("$ref", "allOf", "anyOf", "oneOf", "not", "if"):
        return _logic(word, value, at, depth)
    if isinstance(value, str):
        return _text(word, value, wanted)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(word, value, wanted)
    if is_list(value):
        return _array(word, value, at, depth)
    if is_object(value):
        return _object(word, value, at, depth)
    return True


def _logic(word: str, value: Any, at: At, depth: int) -> bool | None:
    if word == "$ref":
        return admits(value, at.target(), depth)
    if word == "not":
        return opposite(admits(value, at.child(at.get("not")), depth))
    if word == "if":
        condition = admits(value, at.child(at.get("if")), depth)
        then, other = (
            True if at.get(branch) is None else admits(value, at.child(at.get(branch)), depth)
            for branch in ("then", "else")
        )
        return (then if then is other else None) if condition is None else (then if condition else other)
    answers = [admits(value, branch, depth) for branch in at.schemas(word)]
    if word == "oneOf":
        return None if None in answers and answers.count(True) < 2 else answers.count(True) == 1
    return every(answers) if word == "allOf" else some(answers)


def _text(word: str, value: str, wanted: Any) -> bool | None:
    if word == "pattern":
        return matches(wanted, value)
    checks = {"minLength": lambda: len(value) >= wanted, "maxLength": lambda: len(value) <= wanted}
    return checks[word]() if word in checks else True


def _number(word: str, value: float, wanted: Any) -> bool:
    checks = {
        "minimum": lambda: value >= wanted,
        "maximum": lambda: value <= wanted,
        "exclusiveMinimum": lambda: value > wanted,
        "exclusiveMaximum": lambda: value < wanted,
        "multipleOf": lambda: divides(wanted, value),
    }
    return checks[word]() if word in checks else True


def _array(word: str, value: list[Any], at: At, depth: int) -> bool | None:
    wanted = at.get(word)
    if word == "minItems":
        return len(value) >= wanted
    if word == "maxItems":
        return len(value) <= wanted
    if word == "uniqueItems":
        return not wanted or len({canonical(item) for item in value}) == len(value)
    if word == "prefixItems":
        return every(admits(item, schema, depth) for item, schema in zip(value, at.schemas(word), strict=False))
    if word == "items":
        rest = value[len(at.get("prefixItems") or ()) :]
        return every(admits(item, at.child(wanted), depth) for item in rest)
    if word == "contains":
        answers = [admits(item, at.child(wanted), depth) for item in value]
        most = at.get("maxContains")
        if None in answers:
            return None
        return answers.count(True) >= (1 if at.get("minContains") is None else at.get("minContains")) and (
            most is None or answers.count(True) <= most
        )
    return True


def _object(word: str, value: dict[str, Any], at: At, depth: int) -> bool | None:
    wanted = at.get(word)
    if word == "minProperties":
        return len(value) >= wanted
    if word == "maxProperties":
        return len(value) <= wanted
    if word == "required":
        return all(name in value for name in wanted)
    if word == "dependentRequired":
        return all(name in value for trigger, names in wanted.items() if trigger in value for name in names)
    if word == "dependentSchemas":
        return every(admits(value, schema, depth) for name, schema in at.named(word).items() if name in value)
    if word == "propertyNames":
        return every(admits(name, at.child(wanted), depth) for name in value)
    if word == "properties":
        return every(admits(value[name], schema, depth) for name, schema in at.named(word).items() if name in value)
    found = {name: [matches(pattern, name) for pattern in at.get("patternProperties") or ()] for name in value}
    if word == "patternProperties":
        schemas = list(at.named(word).values())
        return every(
            True if hit is False else some((opposite(hit), admits(value[name], schema, depth)))
            for name in value
            for hit, schema in zip(found[name], schemas, strict=True)
        )
    if word == "additionalProperties":
        others = [name for name in value if name not in (at.get("properties") or {}) and True not in found[name]]
        return every(
            some((None, admits(value[name], at.child(wanted), depth)))
            if None in found[name]
            else admits(value[name], at.child(wanted), depth)
            for name in others
        )
    return True
