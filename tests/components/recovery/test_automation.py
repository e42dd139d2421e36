"""The script of the automation does what the plans' pieces say; documents name it for every step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from components.recovery.automation import plan_document, step_document
from components.recovery.automation_step import step
from components.recovery.permissions import calls, statements
from components.recovery.step_states import written
from contracts.recovery.actions import Approval, SetWrites, Wait, Writes
from contracts.recovery.calls import Call
from contracts.recovery.order import order, steps_of
from contracts.recovery.plan import RecoveryPlan
from contracts.recovery.plans import plans
from contracts.recovery.procedures import procedure
from tests.contracts.recovery.estates import ACCOUNT, EAST, WEST, accelerated, bare, full
from tests.contracts.recovery.pretend import PretendedAws

EVERY = [*plans(full()).values(), *plans(accelerated()).values(), *plans(bare()).values()]


class Script:
    """Runs pieces as the document does, against the pretended AWS."""

    def __init__(self) -> None:
        self.aws, self.pauses = PretendedAws(), 0

    def run(self, action: Any, seconds: int = 30, *, dry_run: bool = False) -> list[str]:
        pieces = json.loads(written(procedure(action)))
        return step.perform(pieces, {}, self._ask, seconds=seconds, dry_run=dry_run, pause=self._pause)

    def _ask(self, call: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
        return self.aws.answer(Call.model_validate({**call, "parameters": {}}), given)

    def _pause(self, seconds: float) -> None:
        self.pauses += 1


FREEZE = SetWrites(region=EAST, parameter="/atoll/prod/recovery/writes", writes=Writes.FROZEN)


def test_a_change_is_made_once_when_a_step_is_run_twice() -> None:
    script = Script()
    assert script.run(FREEZE) == ["PutParameter"]
    assert script.run(FREEZE) == []
    assert script.aws.calls == [(EAST, "PutParameter")]


def test_nothing_is_changed_when_it_is_a_dry_run() -> None:
    script = Script()
    assert script.run(FREEZE, dry_run=True) == []
    assert script.aws.calls == []


def test_a_step_fails_when_it_has_not_come_about_in_time() -> None:
    script = Script()
    script.aws.deaf = {"PutParameter"}
    with pytest.raises(RuntimeError, match="PutParameter has not come about in 30 s"):
        script.run(FREEZE)
    assert script.pauses == 4


def test_a_demand_fails_with_its_own_words_when_it_is_not_met() -> None:
    script = Script()
    script.aws.alarms[WEST, "atoll-prod-west-health"] = "ALARM"
    check = plans(full())[f"failover-{EAST}"].step(f"check-{WEST}").action
    with pytest.raises(RuntimeError, match="us-west-2 is not healthy"):
        script.run(check)


def test_the_handler_calls_the_region_of_each_piece_when_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str, str]] = []

    class Client:
        def __init__(self, service: str, region_name: str) -> None:
            self.service, self.region = service, region_name

        def __getattr__(self, name: str) -> Any:
            def call(**given: Any) -> Any:
                asked.append((self.service, self.region, name))
                return {"Parameter": {"Value": "frozen"}, "DBClusterSnapshots": []}

            return call

    monkeypatch.setattr(step.importlib, "import_module", lambda _: type("boto3", (), {"client": Client}))
    listing = plans(full())[f"failback-{EAST}"].step("reconcile").action
    events = {"Pieces": written((*procedure(FREEZE), *procedure(listing))), "Seconds": "60"}
    assert step.handler({**events, "Arguments": "{}", "DryRun": "false"}, None) == {"done": ["[]"]}
    assert asked == [("ssm", EAST, "get_parameter"), ("rds", EAST, "describe_db_cluster_snapshots")]


@pytest.mark.parametrize("plan", EVERY, ids=lambda plan: plan.name)
def test_a_document_has_every_step_in_order_when_a_plan_is_compiled(plan: RecoveryPlan) -> None:
    document = plan_document(plan, "prod")
    ordered = list(steps_of(order(plan)))
    assert [each["name"] for each in document["mainSteps"]] == [each.id.replace("-", "_") for each in ordered]
    for each, done in zip(document["mainSteps"], ordered, strict=True):
        expected = {Wait: "aws:sleep", Approval: "aws:approve"}.get(type(done.action), "aws:executeAutomation")
        assert each["action"] == expected
    assert len(json.dumps(document)) < 65_536


def test_the_script_is_the_tested_one_when_it_is_shipped() -> None:
    (only,) = step_document()["mainSteps"]
    compile(only["inputs"]["Script"], "step", "exec")
    assert "def handler(" in only["inputs"]["Script"]


@pytest.mark.parametrize("plan", EVERY, ids=lambda plan: plan.name)
def test_every_call_is_granted_and_nothing_else_when_rights_are_made(plan: RecoveryPlan) -> None:
    made = calls([plan])
    granted = {action for each in statements(made, ACCOUNT) for action in each["Action"]}
    wanted = {f"{call.service}:{call.operation}" for call in made}
    assert wanted <= granted
    besides = granted - wanted
    assert all(action == "iam:PassRole" or action.startswith("dynamodb:") for action in besides)
    assert not [each for each in statements(made, ACCOUNT) if any(action.endswith("*") for action in each["Action"])]
