"""The questions asked of an estate: each answered yes, no, and with the place and the way out."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.services import Estate, Kind, Version, findings, read
from contracts.services.cycles import components, cycles
from tests.contracts.services.kit import SAMPLE, TODAY, contract, edit, generated, kinds, refusing, sample


def test_sample_estate_has_nothing_to_refuse() -> None:
    estate = read(SAMPLE, today=TODAY)
    assert findings(estate) == []
    assert [(c.contract.id, c.contract.version) for c in estate.contracts] == [
        ("analytics/analytics", "0.3.0"),
        ("order/inventory", "1.4.2"),
        ("order/order", "1.2.0"),
        ("order/payment", "2.1.0"),
        ("platform/events", "1.0.0"),
        ("user/user", "1.0.3"),
    ]


def test_operations_are_read_from_every_kind_of_document() -> None:
    offered = {c.contract.id: c.operations for c in read(SAMPLE, today=TODAY).contracts}
    assert offered["order/order"] == {
        "placeOrder",
        "getOrder",
        "Query.order",
        "Mutation.cancelOrder",
        "OrderProcessingWorkflow",
        "QuoteWorkflow",
    }
    assert offered["order/inventory"] == {"Inventory.Reserve", "Inventory.Release"}


@pytest.mark.parametrize(
    ("file", "old", "new", "kind", "path", "allowed", "fix"),
    [
        (
            "order/order/contract.yaml",
            "getUser: {",
            "getUsers: {",
            Kind.UNMET,
            "consumes.user/user.calls.getUsers",
            "an operation of user/user 1.0.3: getUser",
            "did you mean getUser?",
        ),
        (
            "analytics/analytics/contract.yaml",
            "OrderPlaced: {",
            "OrderPaid: {",
            Kind.UNMET,
            "consumes.order/order.events.OrderPaid",
            "an event of order/order 1.2.0: OrderPlaced, OrderNotified",
            "did you mean OrderPlaced?",
        ),
        (
            "analytics/analytics/contract.yaml",
            "reads: [amount.value]",
            "reads: [amount.total]",
            Kind.UNMET,
            "consumes.order/payment.events.PaymentCaptured.reads[0]",
            "a field of order/payment 2.1.0 PaymentCaptured",
            "read what payment-captured.json has",
        ),
        (
            "order/order/contract.yaml",
            "version: ~1.4\n",
            "version: ~1.5\n",
            Kind.RANGE,
            "consumes.order/inventory.version",
            "one that has 1.4.2",
            "widen the range after a look at what changed, or keep the older version beside the newer",
        ),
        (
            "user/user/contract.yaml",
            "      sources: [user-service]",
            "      sources: [user-service, x]",
            None,
            "",
            "",
            "",
        ),
        (
            "order/payment/contract.yaml",
            "bus: platform/events#application-events",
            "bus: platform/events#application-event",
            Kind.UNMET,
            "provides.events.PaymentCaptured.bus",
            "a bus of platform/events: application-events, infrastructure-events, platform-events",
            "did you mean application-events?",
        ),
        (
            "order/order/contract.yaml",
            "user_pool: user/user#platform-users",
            "user_pool: user/user#people",
            Kind.UNMET,
            "provides.http.orders.authorizer.user_pool",
            "a user pool of user/user: platform-users",
            "declare the user pool in user/user first",
        ),
        (
            "order/inventory/contract.yaml",
            "order/order#orders: read",
            "order/order#order: read",
            Kind.UNMET,
            "stores.shared.order/order#order",
            "a store of order/order: carts, invoices, orders",
            "did you mean orders?",
        ),
        (
            "user/user/contract.yaml",
            "{database: users}",
            "{database: orders}",
            Kind.FOREIGN_STORE,
            "stores.postgresql.users.database",
            "a store that is not order/order's",
            "choose another name; data of order is asked of order/order",
        ),
        (
            "order/inventory/contract.yaml",
            "{database: stock}",
            "{database: orders}",
            Kind.STORE,
            "stores.postgresql.orders.database",
            "a store that is not order/inventory's",
            "choose another name, or write the other's below stores.shared",
        ),
        (
            "analytics/analytics/contract.yaml",
            "{bucket: uploads, prefix: data/, versioned: false}",
            "{bucket: assets, prefix: invoices/2026/}",
            Kind.FOREIGN_STORE,
            "stores.s3.data-bucket.prefix",
            "a store that is not order/order's",
            "choose another name; data of order is asked of order/order",
        ),
        (
            "user/user/contract.yaml",
            "      detail_type: User Registered\n      source: user-service",
            "      detail_type: Order Placed\n      source: order-service",
            Kind.EVENT,
            "provides.events.UserRegistered",
            "a source and type that order/order does not publish there",
            "use the service's own source",
        ),
    ],
)
def test_estate_is_refused_with_the_way_out_when(
    tmp_path: Path, file: str, old: str, new: str, kind: Kind | None, path: str, allowed: str, fix: str
) -> None:
    folder = sample(tmp_path)
    edit(folder, file, old, new)
    told = [(f.kind, f.problem.path, f.problem.allowed, f.problem.fix) for f in refusing(folder)]
    assert told == ([(kind, path, allowed, fix)] if kind else [])


def test_finding_names_file_and_line(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    line = edit(folder, "order/order/contract.yaml", "getUser: {", "getUsers: {")
    (finding,) = refusing(folder)
    assert (finding.problem.file, finding.problem.line) == ("order/order/contract.yaml", line)
    assert finding.contracts == ("order/order", "user/user")


def test_contract_is_unmet_when_it_is_nowhere() -> None:
    finding = findings(Estate.of([contract("a/a", calls={"b/b": ("*", True)})]))[0]
    assert (finding.kind, finding.problem.value, finding.problem.allowed) == (
        Kind.UNMET,
        '"b/b"',
        "a contract of this estate",
    )


def test_circle_is_told_when_calls_wait() -> None:
    estate = Estate.of(
        [
            contract("a/a", calls={"b/b": ("*", True)}),
            contract("b/b", calls={"c/c": ("*", True)}),
            contract("c/c", calls={"a/a": ("*", True)}),
        ]
    )
    (finding,) = findings(estate)
    assert finding.kind is Kind.CYCLE
    assert finding.problem.value == json_text("a/a → b/b → c/c → a/a")
    assert finding.problem.path == "consumes.b/b"
    assert finding.contracts == ("a/a", "b/b", "c/c")


def test_circle_is_fine_when_one_call_does_not_wait() -> None:
    estate = Estate.of(
        [contract("a/a", calls={"b/b": ("*", True)}), contract("b/b", calls={"a/a": ("*", False)})],
    )
    assert findings(estate) == []


def test_versions_are_side_by_side_when_a_consumer_still_needs_the_older() -> None:
    estate = Estate.of(
        [
            contract("a/a", "1.4.0"),
            contract("a/a", "2.0.0"),
            contract("b/b", calls={"a/a": ("^1.0.0", True)}),
            contract("c/c", calls={"a/a": (">=1", True), "b/b": ("1", True)}),
            contract("d/d", calls={"c/c": ("*", False)}),
        ]
    )
    bound = {(e.consumer.contract.id, e.provider_id): e.provider for e in estate.edges}
    assert bound["b/b", "a/a"] is estate.by_id["a/a"][Version(1, 4, 0)]
    assert bound["c/c", "a/a"] is estate.by_id["a/a"][Version(2, 0, 0)]
    told = {f.kind: f for f in findings(estate)}
    assert set(told) == {Kind.SIDE_BY_SIDE, Kind.ORPHAN}
    assert told[Kind.SIDE_BY_SIDE].problem.fix == "wait for b/b to move on"
    assert not any(kind.refuses for kind in told)


def test_version_is_refused_when_two_files_have_it() -> None:
    assert Kind.REPEATED in kinds(Estate.of([contract("a/a"), contract("a/a")]))


@pytest.mark.parametrize(
    ("one", "other"), [("order/item", "order/it-em"), ("order/mail", "order/mai1"), ("order/x", "or-der/y")]
)
def test_ids_are_refused_when_they_look_the_same(one: str, other: str) -> None:
    assert Kind.CONFUSABLE in kinds(Estate.of([contract(one), contract(other)]))


def test_ids_are_fine_when_they_differ() -> None:
    assert Kind.CONFUSABLE not in kinds(
        Estate.of([contract("order/item"), contract("order/items"), contract("user/item")])
    )


def test_contract_is_an_orphan_when_nobody_uses_it() -> None:
    (finding,) = findings(Estate.of([contract("a/a")]))
    assert (finding.kind, finding.kind.refuses) == (Kind.ORPHAN, False)


def test_newest_is_no_prerelease_when_there_is_a_release() -> None:
    newest = Estate.of([contract("a/a", "1.0.0"), contract("a/a", "2.0.0-rc.1")]).newest("a/a")
    assert newest is not None
    assert newest.version == "1.0.0"


def test_large_estate_is_answered_without_circles_when_it_has_none() -> None:
    estate = generated(1000, 5000)
    assert len(estate.edges) > 4900
    assert kinds(estate) == {Kind.ORPHAN}


NODES = "abcdefgh"
GRAPHS = st.dictionaries(st.sampled_from(NODES), st.lists(st.sampled_from(NODES), unique=True))


@given(GRAPHS)
def test_circles_are_circles_and_every_circle_has_its_part_told(graph: dict[str, list[str]]) -> None:
    told = list(cycles(graph))
    for circle in told:
        assert circle[0] == circle[-1]
        assert len(set(circle[:-1])) == len(circle) - 1
        assert all(later in graph[earlier] for earlier, later in pairwise(circle))
    on_circle = {node for node in graph if node in reached(graph, node)}
    parts = [part for part in components(graph) if part & on_circle]
    assert len(told) == len(parts)
    assert {node for part in parts for node in part} == on_circle


@given(GRAPHS)
def test_every_node_is_in_one_part_with_all_that_reach_it_and_back(graph: dict[str, list[str]]) -> None:
    for part in components(graph):
        for node in part:
            mutual = {other for other in reached(graph, node) if node in reached(graph, other)}
            assert mutual | {node} == part


def reached(graph: dict[str, list[str]], start: str) -> set[str]:
    """What can be reached from a node by one step or more."""
    found: set[str] = set()
    waiting = list(graph.get(start, ()))
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += graph.get(node, ())
    return found


def json_text(text: str) -> str:
    return '"' + text.replace("→", "\\u2192") + '"'
