"""What a contract promises outside of its documents: who is let in, how much, by which way."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.compatibility.verdict import Bump
from contracts.services import Kind
from tests.contracts.compatibility.edges.kit import Edit, breaks, step


def at(*path: str, to: Any) -> Edit:
    """Set a value of the contract; remove it for `...`."""

    def edit(contract: dict[str, Any], _: dict[str, Any]) -> None:
        here = contract
        for part in path[:-1]:
            here = here[part]
        if to is ...:
            here.pop(path[-1])
        else:
            here[path[-1]] = to

    return edit


HTTP = ("provides", "http", "things")
MOVED = ("provides", "events", "Moved")
WORK = ("provides", "workflows", "Work")


@pytest.mark.parametrize(
    ("edit", "needed", "told"),
    [
        (at(*HTTP, "exposure", to="internal"), Bump.MAJOR,
         "`putThing` exposure went from partner to internal: not everyone who reached it still does"),
        (at(*HTTP, "exposure", to="public"), Bump.MINOR, None),
        (at(*HTTP, "authorizer", "scopes", to=["things.write"]), Bump.MAJOR,
         "`putThing` authorizer scope things.read is no longer enough"),
        (at(*HTTP, "authorizer", "scopes", to=["things.read", "things.write"]), Bump.MINOR, None),
        (at(*HTTP, "authorizer", "clients", to=["app"]), Bump.MAJOR,
         "`putThing` authorizer client web is no longer let in"),
        (at(*HTTP, "authorizer", to=...), Bump.MAJOR,
         "`putThing` authorizer lets in callers that sign with IAM now, was holders of a token"),
        (at(*HTTP, "throttling", to={"burst": 100, "rate": 20}), Bump.MAJOR,
         "`putThing` throttling rate went from 50 to 20, and nobody said how many come"),
        (at(*HTTP, "throttling", to=...), Bump.MINOR, None),
        (at(*HTTP, "domain", to="other.example.com"), Bump.MAJOR, None),
        (at(*HTTP, "cors", to=...), Bump.MAJOR, None),
        (at(*HTTP, "routes", to={"ANY /{proxy+}": {"container": "other"}}), Bump.PATCH, None),
        (at(*MOVED, "topic", to="others"), Bump.MAJOR, "`Moved` carrier went from topic moves to topic others"),
        (at(*MOVED, "detail_type", to="Things Moved"), Bump.MAJOR,
         "`Moved` detail_type went from Moved to Things Moved"),
        (at(*MOVED, "group_by", to="id"), Bump.MAJOR, "`Moved` group_by went from nothing to id"),
        (at(*MOVED[:2], to={}), Bump.MAJOR, "`Moved` was removed"),
        (at(*WORK, "timeout_seconds", to=60), Bump.MAJOR,
         "`Work` timeout_seconds went from 3600 to 60: executions that ended well may not any more"),
        (at(*WORK, "timeout_seconds", to=...), Bump.MINOR, None),
        (at(*WORK, "kind", to="express"), Bump.MAJOR,
         "`Work` kind went from standard to express: it is started and run in another way"),
        (at("data_classification", to="restricted"), Bump.MAJOR,
         "shop/things data_classification went from internal to restricted: "
         "who carries the data has to protect it as well"),
        (at("data_classification", to="public"), Bump.MINOR, None),
        (at("description", to="In other words."), Bump.PATCH, None),
        (at("provides", "websocket", "live", "routes", to={"$connect": {"function": "api"}}), Bump.MAJOR, None),
    ],
)  # fmt: skip
def test_promise_needs_a_bump_and_breaks_a_consumer_when(edit: Edit, needed: Bump, told: str | None) -> None:
    comparison = step(edit)
    assert comparison.contracts[0].needed is needed
    found = [sentence.split(", which consumer")[0] for sentence in breaks(comparison)]
    assert list(dict.fromkeys(found))[:1] == ([told] if told else [])


def test_raised_class_is_fine_for_a_consumer_that_protects_as_well() -> None:
    assert breaks(step(at("data_classification", to="restricted"), data_classification="restricted")) == []


def test_operation_that_is_not_used_does_not_meet_a_consumer() -> None:
    calls = {"Work": {"interaction": "async", "sends": ["id"]}}
    assert breaks(step(at(*HTTP, "exposure", to="internal"), calls=calls)) == []


def test_loosened_objective_is_told_to_every_consumer() -> None:
    comparison = step(at("slo", "latency_p95_ms", to=900), "1.5.0")
    (finding,) = comparison.findings
    assert (finding.kind, comparison.refuses) == (Kind.PROMISE, False)
    assert finding.problem.value == (
        "shop/things slo.latency_p95_ms is loosened from 100 to 900, which consumer web/shop counts on"
    )
