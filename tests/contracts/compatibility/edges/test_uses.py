"""What one consumer meets of a change: the operation, the field, and whether it is sent, read or neither."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.compatibility.edges import compare
from contracts.services import Estate
from tests.contracts.compatibility.edges.kit import Edit, breaks, consumer, provider, step


def field(document: str, name: str, **schema: Any) -> Edit:
    """Give a field of a document another schema; remove it without one."""

    def edit(_: dict[str, Any], documents: dict[str, Any]) -> None:
        documents[document]["properties"].pop(name)
        if schema:
            documents[document]["properties"][name] = schema

    return edit


def required(document: str, name: str) -> Edit:
    return lambda _, documents: documents[document]["required"].append(name)


def text(document: str, old: str, new: str) -> Edit:
    def edit(_: dict[str, Any], documents: dict[str, Any]) -> None:
        assert documents[document].count(old) == 1
        documents[document] = documents[document].replace(old, new)

    return edit


def operation(change: Any) -> Edit:
    return lambda _, documents: change(documents["openapi.json"]["paths"]["/things/{id}"])


PUT, WORK, MOVED = "`putThing`", "`Work`", "`Moved`"
WHO = "which consumer web/shop"


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (field("answer.json", "items"), [
            f"{PUT} response 200 field /items was removed, {WHO} reads",
        ]),
        (field("answer.json", "note"), []),
        (field("answer.json", "id", type="integer"), [
            f"{PUT} response 200 field /id type went from string to integer, {WHO} reads",
            f"{WORK} output field /id type went from string to integer, {WHO} reads",
        ]),
        (field("request.json", "note", type="string", maxLength=50), [
            f"{PUT} request field /note maxLength went from 100 to 50, {WHO} uses",
        ]),
        (field("request.json", "total", type="integer"), []),
        (required("request.json", "total"), [
            f"{PUT} request field /total is required now, {WHO} uses",
            f"{WORK} input field /total is required now, {WHO} uses",
        ]),
        (required("request.json", "note"), [
            f"{WORK} input field /note is required now, {WHO} uses",
        ]),
        (field("request.json", "id", type="string", maxLength=5), [
            f"{PUT} request field /id maxLength 5 was added, {WHO} uses",
            f"{WORK} input field /id maxLength 5 was added, {WHO} uses",
        ]),
        (field("event.json", "items"), [f"{MOVED} event field /items was removed, {WHO} reads"]),
        (field("event.json", "state", enum=["open", "paid", "lost"]), []),
        (operation(lambda path: path.pop("put")), [f"{PUT} was removed, {WHO} uses"]),
        (operation(lambda path: path.pop("delete")), []),
        (operation(lambda path: path["put"]["parameters"].pop()), []),
        (operation(lambda path: path["put"]["parameters"][1].update(required=True)), [
            f"{PUT} query parameter limit is required now, {WHO} uses",
        ]),
        (text("stock.proto", "string sku = 1", "int64 sku = 1"), [
            f"`Stock.Reserve` proto shop.v1.Wish.sku type went from string to int64, {WHO} uses",
        ]),
        (text("stock.proto", "int32 count = 2", "string count = 2"), []),
        (text("common.proto", "int64 cents = 1", "string cents = 1"), [
            f"`Stock.Reserve` proto shop.v1.Money.cents type went from int64 to string, {WHO} uses",
        ]),
        (text("common.proto", "string currency = 2", "int32 currency = 2"), []),
        (text("stock.proto", "rpc Release(Reservation) returns (Done);", ""), []),
        (text("stock.proto", "rpc Reserve(Wish)", "rpc Reserved(Wish)"), [
            f"`Stock.Reserve` proto shop.v1.Stock/Reserve was removed, {WHO} uses",
        ]),
        (text("things.graphql", "sku: String ", ""), [
            f"`Query.thing` type system Item.sku was removed, {WHO} uses",
        ]),
        (text("things.graphql", "count: Int ", ""), []),
        (text("things.graphql", "other: Other ", ""), []),
        (text("things.graphql", "thing(id: ID!)", "thing(id: ID! at: String!)"), [
            f"`Query.thing` type system Query.thing(at:) was added and is required, {WHO} uses",
        ]),
    ],
)  # fmt: skip
def test_consumer_meets_what_it_uses_when(edit: Edit, told: list[str]) -> None:
    assert breaks(step(edit)) == told


def test_field_that_was_always_required_counts_as_sent_when_it_is_not_named() -> None:
    calls = {"putThing": {"interaction": "async", "reads": ["note"]}}
    found = breaks(step(field("request.json", "id", type="string", maxLength=5), calls=calls, events={}))
    assert found == [f"{PUT} request field /id maxLength 5 was added, {WHO} uses"]


def test_default_breaks_only_those_who_leave_the_field_out() -> None:
    def edit(_: dict[str, Any], documents: dict[str, Any]) -> None:
        documents["request.json"]["properties"]["state"]["default"] = "open"

    def other(contract: dict[str, Any], documents: dict[str, Any]) -> None:
        edit(contract, documents)
        documents["request.json"]["properties"]["state"]["default"] = "paid"

    told: dict[bool, list[str]] = {}
    for sends in (True, False):
        calls = {"putThing": {"interaction": "async", "sends": ["state"] if sends else [], "reads": ["id"]}}
        user = consumer(calls=calls, events={})
        before, after = provider("1.0.0", edit), provider("2.0.0", other)
        told[sends] = breaks(compare(Estate.of([before, user]), Estate.of([after, user])))
    assert told[True] == []
    assert told[False] == [
        f"{PUT} request field /state default went from 'open' to 'paid': who leaves the field out gets the other, "
        f"{WHO} uses"
    ]


def test_document_that_cannot_be_compared_is_no_pass() -> None:
    def edit(_: dict[str, Any], documents: dict[str, Any]) -> None:
        documents["event.json"]["properties"]["id"] = {"type": "strnig"}

    (verdict,) = step(edit).contracts
    (change,) = verdict.edges[0].breaks
    assert (change.severity, change.operation) == ("unknown", "Moved")
    assert change.what.startswith("cannot be compared: ")
