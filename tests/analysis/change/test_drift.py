"""What the engine's two documents say of drift."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analysis.change.drift import drift_report
from contracts.change.drift import DriftKind
from graph.errors import FormatError

QUEUE = "aws:sqs/queue:Queue"


def state(name: str, **outputs: Any) -> dict[str, Any]:
    return {
        "urn": f"urn:pulumi:dev::atoll::{QUEUE}::{name}",
        "custom": True,
        "id": f"https://sqs/{name}",
        "type": QUEUE,
        "inputs": outputs,
        "outputs": outputs,
        "sourcePosition": "project:///components/messaging/queue.py#41",
    }


def step(operation: str, old: dict[str, Any] | None, new: dict[str, Any] | None, *paths: str) -> dict[str, Any]:
    urn = (old or new or {})["urn"]
    told: dict[str, Any] = {"op": operation, "urn": urn, "provider": "urn:p::1"}
    told |= {side: found for side, found in (("oldState", old), ("newState", new)) if found is not None}
    return told | {"detailedDiff": {path: {"kind": "update"} for path in paths} or None}


def document(*steps: dict[str, Any]) -> str:
    return json.dumps({"steps": list(steps)})


SAME = step("same", state("still"), state("still"))


def test_nothing_drifted_when_everything_is_as_it_was() -> None:
    found = drift_report("dev", document(step("refresh", state("still"), state("still"))), document(SAME))
    assert (found.looked_at, found.drifted) == (1, ())


def test_value_that_somebody_changed_is_told_with_both_sides() -> None:
    was, now = state("jobs", delaySeconds=1, tags={"Owner": "a"}), state("jobs", delaySeconds=9, tags={"Owner": "b"})
    found = drift_report("dev", document(step("update", was, now, "delaySeconds", "tags.Owner")), document(SAME))
    (drift,) = found.drifted
    assert (drift.kind, drift.id) == (DriftKind.CHANGED, "https://sqs/jobs")
    assert drift.sentence == ('Queue jobs was changed outside the program: delaySeconds 1 → 9, tags.Owner "a" → "b".')
    assert next(origin.at for origin in drift.origins) == "components/messaging/queue.py:41"


def test_deleted_resource_is_told_with_the_data_that_went() -> None:
    found = drift_report("dev", document(step("delete", state("jobs"), None)), document(SAME))
    assert [(d.kind, d.sentence) for d in found.drifted] == [
        (
            DriftKind.GONE,
            "Queue jobs is gone: somebody deleted it outside the program. It held the messages that wait in it, which "
            "a new one does not have.",
        )
    ]


def test_program_that_nobody_deployed_is_told_apart_from_drift() -> None:
    new = step("create", None, state("new"))
    was, now = state("jobs", delaySeconds=1), state("jobs", delaySeconds=2)
    found = drift_report("dev", document(), document(SAME, new, step("update", was, now, "delaySeconds")))
    assert [(d.kind, d.sentence) for d in found.drifted] == [
        (DriftKind.BEHIND, "Queue jobs would be updated: the program changed and was not deployed."),
        (DriftKind.BEHIND, "Queue new would be created: the program changed and was not deployed."),
    ]


def test_answer_that_is_none_is_refused() -> None:
    with pytest.raises(FormatError, match="the refresh"):
        drift_report("dev", "it failed", document())
