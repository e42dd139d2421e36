"""Names that hyphens make the same: of stacks, and in AWS."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.services import Estate, Kind, findings
from tests.contracts.services.kit import contract

QUEUE = {"type": "standard", "dead_letter": None}
SAFE_QUEUE = {"type": "standard", "dead_letter": {"after_receives": 3}}


def refused(*contracts: Any) -> list[tuple[Kind, str, str]]:
    found = findings(Estate.of(contracts))
    return [(f.kind, f.problem.where, f.problem.allowed) for f in found if f.kind.refuses]


def with_queues(contract_id: str, **queues: Any) -> Any:
    return contract(
        contract_id, messaging={"queues": {name.replace("_", "-"): queue for name, queue in queues.items()}}
    )


def test_service_is_refused_when_another_domain_has_its_name() -> None:
    assert refused(contract("order/mail"), contract("user/mail")) == [
        (
            Kind.SERVICE,
            "user/mail/contract.yaml  id",
            "a service whose name no other domain uses: stack mail-<environment> is order/mail's",
        )
    ]


@pytest.mark.parametrize("service", ["mail-env", "mail-env-x"])
def test_service_is_refused_when_its_stack_could_be_one_of_an_on_demand_environment(service: str) -> None:
    assert refused(contract("order/mail"), contract(f"user/{service}")) == [
        (
            Kind.SERVICE,
            f"user/{service}/contract.yaml  id",
            "a service whose stacks cannot be order/mail's in an environment env-…",
        )
    ]


@pytest.mark.parametrize("service", ["mail-envoy", "mailer", "env-mail"])
def test_service_is_fine_when_its_stacks_are_its_own(service: str) -> None:
    assert refused(contract("order/mail"), contract(f"user/{service}")) == []


def test_two_versions_of_one_service_are_fine() -> None:
    assert refused(contract("order/mail", "1.0.0"), contract("order/mail", "2.0.0")) == []


def test_names_are_refused_when_hyphens_make_them_the_same() -> None:
    assert refused(with_queues("order/a", b_c=QUEUE), with_queues("order/a-b", c=QUEUE)) == [
        (
            Kind.NAME,
            "order/a-b/contract.yaml  messaging.queues.c",
            "a name that messaging.queues.b-c of order/a does not make as well",
        )
    ]


def test_name_is_refused_when_a_dead_letter_queue_gets_it() -> None:
    (found,) = refused(with_queues("order/a", work=SAFE_QUEUE, work_dlq=QUEUE))
    assert found == (
        Kind.NAME,
        "order/a/contract.yaml  messaging.queues.work.dead_letter",
        "a name that messaging.queues.work-dlq of order/a does not make as well",
    )


def test_names_are_fine_when_they_are_of_different_kinds() -> None:
    topic = contract("order/a-b", messaging={"topics": {"c": {"type": "standard"}}})
    assert refused(with_queues("order/a", b_c=QUEUE), topic) == []
