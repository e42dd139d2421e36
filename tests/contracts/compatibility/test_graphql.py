"""Two GraphQL schemas: variance by position, and what one consumer's fields meet."""

from __future__ import annotations

import pytest

from contracts.compatibility.graphql import compare_graphql

SDL = """
directive @cached(seconds: Int = 60) on FIELD | QUERY
interface Node { id: ID! }
enum State { OPEN PAID }
enum Sort { UP DOWN }
type Order implements Node { id: ID! total: Int state: State! lines(first: Int = 10, sort: Sort): [Line!] }
type Line { sku: String! }
type Gift { text: String }
union Item = Line | Gift
input Draft { sku: String!, note: String, sort: Sort }
type Query { order(id: ID!): Order items: [Item] }
type Mutation { place(draft: Draft!): Order }
"""
CASES = [
    ("total: Int ", "", "Order.total was removed", "breaking"),
    ("total: Int ", "total: Int! ", "Order.total type went from Int to Int!", "compatible"),
    ("total: Int ", "total: Float ", "Order.total type went", "breaking"),
    ("state: State!", "state: State", "Order.state type went", "breaking"),
    ("[Line!]", "[Line]", "Order.lines type went from [Line!] to [Line]", "breaking"),
    ("[Line!]", "[Line!]!", "Order.lines type went", "compatible"),
    ("first: Int = 10, ", "", "Order.lines(first:) was removed", "breaking"),
    ("first: Int = 10", "first: Int = 20", "Order.lines(first:) default changed", "breaking"),
    ("order(id: ID!)", "order(id: ID)", "Query.order(id:) type went from ID! to ID", "compatible"),
    ("order(id: ID!)", "order(id: ID!, by: Int!)", "Query.order(by:) was added and is required", "breaking"),
    ("order(id: ID!)", "order(id: ID!, by: Int! = 3)", "Query.order(by:) was added", "compatible"),
    ("note: String", "note: String!", "Draft.note type went", "breaking"),
    ("sku: String!, note", "sku: String, note", "Draft.sku type went", "compatible"),
    ("note: String", "note: String, by: Int!", "Draft.by was added and is required", "breaking"),
    ("OPEN PAID", "OPEN PAID LOST", "State.LOST is new", "breaking"),
    ("OPEN PAID", "OPEN", "State.PAID is no longer answered", "compatible"),
    ("UP DOWN", "UP DOWN BY_NAME", "Sort.BY_NAME was added", "compatible"),
    ("UP DOWN", "UP", "Sort.DOWN was removed", "breaking"),
    ("Line | Gift", "Line", "Item member Gift was removed", "breaking"),
    ("Line | Gift", "Line | Gift | Order", "Item member Order is new", "unknown"),
    ("Order implements Node", "Order", "Order no longer implements Node", "breaking"),
    ("type Line {", "type Line implements Node { id: ID!", "Node is implemented by Line now", "unknown"),
    ("type Gift {", "input Draft2 { a: Int }\ntype Gift {", "Draft2 was added", "compatible"),
    ("total: Int ", "total: Int @deprecated ", "Order.total is deprecated", "compatible"),
    (" | QUERY", "", "@cached may no longer stand at QUERY", "breaking"),
    ("(seconds: Int = 60)", "", "@cached(seconds:) was removed", "breaking"),
    ("type Mutation { place(draft: Draft!): Order }", "", "Mutation was removed", "breaking"),
    ("enum Sort { UP DOWN }", "scalar Sort", "Sort went from enum to scalar", "breaking"),
]


@pytest.mark.parametrize(("old", "new", "said", "severity"), CASES, ids=[case[2][:40] for case in CASES])
def test_verdict_follows_the_position_when_one_thing_changes(old: str, new: str, said: str, severity: str) -> None:
    assert SDL.count(old) == 1 or old == "note: String"
    changes = compare_graphql(SDL, SDL.replace(old, new, 1))
    hits = [change for change in changes if said in change.sentence()]
    assert [change.severity for change in hits] == [severity], [change.sentence() for change in changes]


def refusals(new: str, *uses: str) -> list[str]:
    return [c.path for c in compare_graphql(SDL, new, uses=frozenset(uses), consumer="a/b") if c.refuses]


def test_change_is_compatible_for_a_consumer_when_its_fields_do_not_meet_it() -> None:
    assert refusals(SDL.replace("total: Int ", ""), "Query.order", "Order.id") == []
    assert refusals(SDL.replace("total: Int ", ""), "Query.order", "Order.total") == ["Order.total"]
    assert refusals(SDL.replace("OPEN PAID", "OPEN PAID LOST"), "Order.id") == []
    assert refusals(SDL.replace("OPEN PAID", "OPEN PAID LOST"), "Order.state") == ["State.LOST"]
    assert refusals(SDL.replace("note: String", "note: String!"), "Query.order") == []
    assert refusals(SDL.replace("note: String", "note: String!"), "Mutation.place") == ["Draft.note"]
    assert refusals(SDL.replace("UP DOWN", "UP"), "Mutation.place") == ["Sort.DOWN"]


def test_use_is_no_pass_when_the_old_version_never_had_it() -> None:
    assert refusals(SDL, "Query.gone") == ["Query.gone"]
    assert compare_graphql(SDL, SDL) == []
