"""Directional verdicts on single changes, in their words."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.compatibility.json_schema import Side, compare


def verdicts(old: Any, new: Any, reader: Side, closed: bool = True) -> dict[str, str]:
    """Path → severity of the worst change there."""
    found: dict[str, str] = {}
    for change in compare(old, new, reader=reader, closed=closed):
        found.setdefault(change.path, change.severity)
    return found


def fields(required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required or []}


T, N = {"type": "string"}, {"type": "integer"}
CASES: list[tuple[str, Any, Any, str, str, str]] = [
    # name, old, new, path, as request, as response
    ("integer widened", N, {"type": "number"}, "", "compatible", "breaking"),
    ("null allowed", T, {"type": ["string", "null"]}, "", "compatible", "breaking"),
    ("null by anyOf", T, {"anyOf": [T, {"type": "null"}]}, "", "compatible", "breaking"),
    ("type changed", T, N, "", "breaking", "breaking"),
    ("enum grown", {"enum": ["a"]}, {"enum": ["a", "b"]}, "", "compatible", "breaking"),
    ("const loosened", {"const": 1}, {"enum": [1, 2]}, "", "compatible", "breaking"),
    ("enum to type", {"enum": ["a", "b"]}, T, "", "compatible", "breaking"),
    ("maximum raised", {"maximum": 5}, {"maximum": 6}, "", "compatible", "breaking"),
    ("length bound added", T, {**T, "maxLength": 4}, "", "breaking", "compatible"),
    ("multiple refined", {"multipleOf": 6}, {"multipleOf": 3}, "", "compatible", "breaking"),
    ("format added", T, {**T, "format": "date"}, "", "breaking", "compatible"),
    ("pattern changed", {**T, "pattern": "a"}, {**T, "pattern": "b"}, "", "unknown", "unknown"),
    ("optional field added", fields(a=T), fields(a=T, b=N), "/b", "compatible", "compatible"),
    ("required field added", fields(a=T), fields(["b"], a=T, b=N), "/b", "breaking", "compatible"),
    ("field removed", fields(a=T, b=N), fields(a=T), "/b", "unknown", "breaking"),
    ("field made optional", fields(["a"], a=T), fields(a=T), "/a", "compatible", "breaking"),
    ("closed", fields(a=T), {**fields(a=T), "additionalProperties": False}, "/*", "", "compatible"),
    (
        "map narrowed",
        {"additionalProperties": {"type": "number"}},
        {"additionalProperties": N},
        "/*",
        "breaking",
        "compatible",
    ),
    ("items widened", {"items": N}, {"items": {"type": "number"}}, "/*", "compatible", "breaking"),
    ("unique", {"type": "array"}, {"type": "array", "uniqueItems": True}, "", "breaking", "compatible"),
    ("prefix", {"prefixItems": [N]}, {"prefixItems": [{"type": "number"}]}, "/0", "compatible", "breaking"),
    ("branch added", {"anyOf": [T]}, {"anyOf": [T, N]}, "", "compatible", "breaking"),
    ("not added", N, {**N, "not": {"const": 3}}, "", "unknown", "compatible"),
    ("unevaluated", fields(a=T), {**fields(a=T), "unevaluatedProperties": False}, "", "unknown", "compatible"),
    ("default changed", {**N, "default": 1}, {**N, "default": 2}, "", "breaking", "compatible"),
    ("deprecated", T, {**T, "deprecated": True}, "", "compatible", "compatible"),
    ("refused", T, False, "", "breaking", "compatible"),
]


@pytest.mark.parametrize(("name", "old", "new", "path", "request_", "response"), CASES, ids=[case[0] for case in CASES])
def test_verdict_follows_the_direction_when_one_thing_changes(
    name: str, old: Any, new: Any, path: str, request_: str, response: str
) -> None:
    assert verdicts(old, new, Side.NEW).get(path, "") == request_
    assert verdicts(old, new, Side.OLD).get(path, "") == response


def test_words_and_bump_tell_the_change_when_it_is_only_words() -> None:
    (change,) = compare({**T, "description": "a"}, {**T, "description": "b"}, reader=Side.NEW)
    assert (change.what, change.bump.word) == ("is described in other words", "patch")


def test_old_and_new_stand_in_their_order_when_the_old_side_reads() -> None:
    (change,) = compare({"maxLength": 5}, {"maxLength": 9}, reader=Side.OLD)
    assert change.what == "maxLength went from 5 to 9"


def test_open_world_is_the_letter_of_the_standard_when_closed_is_off() -> None:
    """{"b": "text"} was valid before and is not any more."""
    assert verdicts(fields(a=T), fields(a=T, b=N), Side.NEW, closed=False)["/b"] == "breaking"


def test_recursion_ends_when_schemas_refer_to_themselves() -> None:
    def tree(value: Any) -> dict[str, Any]:
        return {"$ref": "#t", "$defs": {"t": {"$anchor": "t", **fields(value=value, next={"$ref": "#/$defs/t"})}}}

    assert "breaking" not in verdicts(tree(N), tree({"type": "number"}), Side.NEW).values()
    assert verdicts(tree(N), tree({"type": "number"}), Side.OLD)["/value"] == "breaking"
    assert compare(tree(N), tree(N), reader=Side.OLD) == []


def test_discriminated_branches_pass_when_one_is_added_to_a_request() -> None:
    def kind(name: str) -> dict[str, Any]:
        return fields(["kind"], kind={"const": name})

    old, new = {"oneOf": [kind("card")]}, {"oneOf": [kind("card"), kind("cash")]}
    assert set(verdicts(old, new, Side.NEW).values()) == {"compatible"}
    assert "breaking" in verdicts(old, new, Side.OLD).values()


def test_reference_is_followed_when_it_names_another_document_of_the_set() -> None:
    old = {"$ref": "parts/money.json#/$defs/m"}
    documents = [{"parts/money.json": {"$defs": {"m": {"type": kind}}}} for kind in ("integer", "string")]
    (change,) = compare(old, old, reader=Side.NEW, old_documents=documents[0], new_documents=documents[1])
    assert change.what == "type went from integer to string"


def test_moving_a_schema_into_definitions_changes_nothing_when_it_says_the_same() -> None:
    changes = compare(fields(a=T), {**fields(a={"$ref": "#/$defs/t"}), "$defs": {"t": T}}, reader=Side.NEW)
    assert [change.bump.word for change in changes] == ["patch"]
