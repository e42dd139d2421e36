"""Operations find their handlers as API Gateway finds them; names, variables and ports follow from the contract."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.services.interfaces import Handler
from contracts.services.naming import Runner, RunnerKind, variable
from contracts.services.reach import Opening, Peer, openings
from contracts.services.routing import endpoints, route_for
from contracts.services.variables import Addresses, clashes, variables
from tests.contracts.services.compiled import ACCOUNT, OTHER, REGION, estate, ids, service

ADDRESSES = Addresses(url_of=lambda _: "http://there", cache_token="token", search_endpoint="https://search")
ROUTES = {
    key: Handler(function=name)
    for key, name in {
        "GET /orders/{id}": "one",
        "ANY /orders/{id}": "any",
        "ANY /orders/{proxy+}": "greedy",
        "GET /orders/open": "literal",
        "ANY /{proxy+}": "rest",
        "$default": "default",
    }.items()
}


@pytest.mark.parametrize(
    ("method", "path", "handler"),
    [
        ("GET", "/orders/{order_id}", "one"),
        ("DELETE", "/orders/{order_id}", "any"),
        ("GET", "/orders/{id}/lines", "greedy"),
        ("GET", "/users", "rest"),
        ("GET", "/", "default"),
    ],
)
def test_most_specific_route_answers(method: str, path: str, handler: str) -> None:
    found = route_for(method, path, ROUTES)
    assert found is not None
    assert found.function == handler


def test_nothing_answers_when_no_route_matches() -> None:
    assert route_for("GET", "/users", {"GET /orders": Handler(function="x")}) is None


@pytest.mark.parametrize("contract_id", ids())
def test_every_operation_of_the_sample_has_a_handler(contract_id: str) -> None:
    loaded = next(each for each in estate().contracts if each.contract.id == contract_id)
    found = endpoints(loaded)
    assert set(found) == set(loaded.operations)
    assert [name for name, endpoint in found.items() if endpoint.handler is None] == []


@pytest.mark.parametrize("contract_id", ids())
def test_sample_can_be_deployed(contract_id: str) -> None:
    of = service(contract_id)
    assert [*of.problems(), *clashes(of)] == []


def test_workflow_that_would_call_a_container_is_refused_with_the_way_out() -> None:
    problems = list(service("order/order", folder="fixture").problems())
    paths = {problem.path for problem in problems}
    assert "consumes.order/payment.calls.capturePayment" in paths
    assert all("a function" in problem.allowed for problem in problems)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("OrderProcessing", "ORDER_PROCESSING"),
        ("RuleDLQ", "RULE_DLQ"),
        ("APIProcessingDLQ", "API_PROCESSING_DLQ"),
        ("Inventory.Reserve", "INVENTORY_RESERVE"),
        ("user-table", "USER_TABLE"),
        ("capturePayment", "CAPTURE_PAYMENT"),
    ],
)
def test_names_become_variables(name: str, wanted: str) -> None:
    assert variable(name) == wanted


@given(st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,10}([.-][A-Za-z0-9]{1,8}){0,2}", fullmatch=True))
def test_any_name_becomes_a_variable(name: str) -> None:
    made = variable(name)
    assert made.isascii()
    assert made.replace("_", "").isalnum()
    assert made == made.upper()


def test_code_is_told_where_everything_is() -> None:
    found = variables(service("order/order"), Runner(RunnerKind.FUNCTION, "FulfillOrder"), ADDRESSES)
    assert found == {
        "CONFIRM_FUNCTION": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:dev-inventory-Confirm",
        "CONFIRM_TIMEOUT_MS": "2000",
        "CONTRACT_VERSION": service("order/order").loaded.contract.version,
        "DATABASE_URL_PARAMETER": "/atoll/dev/database/url",
        "ENVIRONMENT": "dev",
        "INVOICES_BUCKET": f"app-assets-dev-{ACCOUNT}",
        "INVOICES_PREFIX": "invoices/",
        "ORDERS_DATABASE": "orders",
        "ORDERS_DATABASE_USER": "orders",
        "ORDER_FULFILLED_BUS_NAME": "dev-events-application-events",
        "ORDER_NOTIFICATIONS_TOPIC_ARN": f"arn:aws:sns:{REGION}:{ACCOUNT}:dev-order-OrderNotifications.fifo",
        "ORDER_NOTIFIED_TOPIC_ARN": f"arn:aws:sns:{REGION}:{ACCOUNT}:dev-order-OrderNotifications.fifo",
        "POWERTOOLS_SERVICE_NAME": "order",
        "SERVICE": "order/order",
    }


def test_code_is_told_role_and_external_id_when_the_provider_is_in_another_account() -> None:
    of = service("order/order", accounts={"order/payment": OTHER, "platform/events": OTHER})
    found = variables(of, Runner(RunnerKind.FUNCTION, "APIProcessing"), ADDRESSES)
    assert found["REFUND_PAYMENT_ROLE"] == f"arn:aws:iam::{OTHER}:role/dev-payment-for-order-us-east-1"
    assert found["REFUND_PAYMENT_EXTERNAL_ID"] == "order/order"
    bus = f"arn:aws:events:{REGION}:{OTHER}:event-bus/dev-events-application-events"
    assert found["ORDER_PLACED_BUS_NAME"] == bus


def test_only_the_ports_of_its_edges_are_open() -> None:
    assert openings(service("order/order")) == (
        Opening(Peer.AWS, 443),
        Opening(Peer.BALANCER, 8080, inbound=True),
        Opening(Peer.CACHE, 6379),
        Opening(Peer.DATABASE, 5432),
    )
    assert openings(service("platform/events")) == (Opening(Peer.AWS, 443),)


def test_port_is_closed_when_its_store_is_removed() -> None:
    whole = service("order/order")
    stores = whole.loaded.contract.stores.model_copy(update={"redis": {}})
    assert {opening.peer for opening in openings(whole)} - {
        opening.peer for opening in openings(service("order/order", stores=stores))
    } == {Peer.CACHE}
