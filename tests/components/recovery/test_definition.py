"""The compiled state machines do what the plans say, in their order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from components.recovery.definition import definition, targets
from components.recovery.step_states import Place
from components.recovery.words import spelled
from contracts.recovery.calls import Call
from contracts.recovery.order import order, steps_of
from contracts.recovery.plan import RecoveryPlan
from contracts.recovery.plans import plans
from tests.components.recovery.interpreter import FailedError, Interpreter
from tests.contracts.recovery.estates import ACCOUNT, EAST, WEST, accelerated, bare, full
from tests.contracts.recovery.pretend import PretendedAws, run

PLANS = plans(full())
EVERY = [*PLANS.values(), *plans(accelerated()).values(), *plans(bare()).values()]
Json = dict[str, Any]


def compiled(plan: RecoveryPlan) -> Json:
    place = Place(
        environment="prod",
        region=plan.target_region,
        account_id=ACCOUNT,
        automation_role_arn=f"arn:aws:iam::{ACCOUNT}:role/prod-recovery-automation",
    )
    return definition(plan, place, f"arn:aws:sns:{plan.target_region}:{ACCOUNT}:atoll-prod-alarms")


def arn(region: str) -> str:
    return f"arn:aws:rds:{region}:{ACCOUNT}:cluster:atoll-prod"


class Tasks:
    """Answers tasks of a machine from the pretended AWS."""

    def __init__(self, aws: PretendedAws, region: str, *, agreed: bool = True) -> None:
        self.aws, self.region, self.agreed = aws, region, agreed
        self.elsewhere: list[Json] = []
        self.messages: list[Json] = []

    def __call__(self, resource: str, parameters: Json) -> Any:
        if resource.startswith("arn:aws:states:::sns:publish"):
            self.messages.append(parameters)
            assert self.agreed or not resource.endswith(".waitForTaskToken"), "nobody agreed"
            return {}
        _, _, service, operation = resource.rsplit(":", 3)
        if operation == "startAutomationExecution":
            self.elsewhere.append(parameters)
            status = "Failed" if self._automated(parameters) else "Success"
            self.status = status
            return {"AutomationExecutionId": "1"}
        if operation == "getAutomationExecution":
            return {"AutomationExecution": {"AutomationExecutionStatus": self.status}}
        name = operation[0].upper() + operation[1:]
        call = Call(service=service, operation=name, region=self.region)
        return _spelled(self.aws.answer(call, _plain(parameters)))

    def _automated(self, parameters: Json) -> bool:
        """Do what the automation's script does: see its own test."""
        from components.recovery.automation_step import step

        def ask(call: Json, given: Mapping[str, Any]) -> Any:
            return self.aws.answer(Call.model_validate({**call, "parameters": {}}), given)

        try:
            step.perform(
                json.loads(parameters["Parameters"]["Pieces"][0]),
                json.loads(parameters["Parameters"]["Arguments"][0]),
                ask,
                seconds=1,
                dry_run=json.loads(parameters["Parameters"]["DryRun"][0]),
                pause=lambda _: None,
            )
        except Exception:
            return True
        return False


def _spelled(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {spelled(key): _spelled(value) for key, value in answer.items()}
    return [_spelled(item) for item in answer] if isinstance(answer, list) else answer


API_NAMES = {"Cluster": "cluster", "Services": "services", "Service": "service", "DesiredCount": "desiredCount"}


def _plain(parameters: Json) -> Json:
    return {API_NAMES.get(key, key): value for key, value in parameters.items()}


def _states(machine: Json) -> Iterator[tuple[str, Json, Json]]:
    for name, state in machine["States"].items():
        yield name, state, machine
        for branch in state.get("Branches", []):
            yield from _states(branch)


@pytest.mark.parametrize("plan", EVERY, ids=lambda plan: plan.name)
def test_a_machine_is_sound_when_a_plan_is_compiled(plan: RecoveryPlan) -> None:
    machine = compiled(plan)
    found = list(_states(machine))
    names = [name for name, _, _ in found]
    assert len(names) == len(set(names))
    assert max(map(len, names)) <= 80
    for name, state, inside in found:
        assert set(targets(state)) <= set(inside["States"]), name
        reached = {inside["StartAt"]} | {to for other in inside["States"].values() for to in targets(other)}
        assert name in reached, name
        if state["Type"] in ("Task", "Pass", "Wait", "Parallel"):
            assert ("Next" in state) != ("End" in state), name
    assert len(json.dumps(machine)) < 1_000_000


def test_no_machine_calls_another_region_itself_when_it_cannot() -> None:
    for plan in EVERY:
        text = json.dumps(compiled(plan))
        assert (
            "aws-sdk:rds:switchoverGlobalCluster" not in text
            or plan.source_region == plan.target_region
            or (
                # Undoing a switchover is asked for where the writer is then: here.
                re.search(r'"undo database[^"]*": \{[^{}]*switchoverGlobalCluster', text)
            )
        )


@pytest.mark.parametrize(
    "name", ["failover-us-east-1", "failover-us-west-2", "evacuate-us-east-1", "switchover-us-west-2"]
)
def test_the_machine_ends_like_the_plan_when_both_are_run(name: str) -> None:
    plan = PLANS[name]
    lost = {plan.source_region or ""} if name.startswith("failover") else set[str]()
    source = plan.source_region or EAST

    def world() -> PretendedAws:
        return PretendedAws(
            down=set(lost), writer=arn(source), cache="prod-cache" if source == EAST else "prod-west-cache"
        )

    one, other = world(), world()
    assert run(plan, one).failed is None
    Interpreter(Tasks(other, plan.target_region)).run(compiled(plan), {})
    assert (one.writer, one.cache, one.alarms, one.parameters) == (
        other.writer,
        other.cache,
        other.alarms,
        other.parameters,
    )
    assert (one.minimum, one.tasks) == (other.minimum, other.tasks)
    messages = {("us-east-1", "Publish"), ("us-west-2", "Publish")}
    assert sorted(call for call in one.calls if call not in messages) == sorted(
        call for call in other.calls if call not in messages
    )


@pytest.mark.parametrize("plan", EVERY, ids=lambda plan: plan.name)
def test_steps_run_in_the_order_of_the_plan_when_the_machine_runs(plan: RecoveryPlan) -> None:
    source = plan.source_region or EAST
    aws = PretendedAws(writer=arn(source), cache="prod-cache" if source == EAST else "prod-west-cache", anything=True)
    walk = Interpreter(Tasks(aws, plan.target_region))
    given = {"restore_time": "2026-01-31T12:00:00Z", "zone_id": "use1-az1"} | dict.fromkeys(plan.arguments, "x")
    walk.run(compiled(plan), {"arguments": given, "dry_run": True})
    ids = sorted((step.id for step in plan.steps), key=len, reverse=True)
    seen: list[str] = []
    for state in walk.states:
        step = next((name for name in ids if re.match(rf"{re.escape(name)}( \d+)?: ", state)), None)
        if step is not None and step not in seen:
            seen.append(step)
    assert sorted(seen) == sorted(step.id for step in plan.steps)
    for step in plan.steps:
        assert all(seen.index(before) < seen.index(step.id) for before in step.after), step.id
    assert seen == [step.id for step in steps_of(order(plan))]


def test_the_run_ends_without_a_change_when_both_regions_are_impaired() -> None:
    plan = PLANS[f"failover-{EAST}"]
    aws = PretendedAws(down={EAST}, alarms={(WEST, "atoll-prod-west-health"): "ALARM"})
    with pytest.raises(FailedError, match="RecoveryAborted"):
        Interpreter(Tasks(aws, WEST)).run(compiled(plan), {})
    assert aws.calls == []


def test_everything_is_put_back_when_nobody_agrees() -> None:
    plan = PLANS[f"failover-{EAST}"]
    aws = PretendedAws(down={EAST})
    tasks = Tasks(aws, WEST, agreed=False)
    with pytest.raises(FailedError, match="RecoveryAborted"):
        Interpreter(tasks).run(compiled(plan), {})
    assert aws.writer == arn(EAST)
    assert aws.alarms[WEST, "atoll-prod-evacuated"] == "OK"
    assert aws.minimum[WEST, "service/prod/user"] == 3
    assert "approve" in tasks.messages[-1]["Message"]


def test_nothing_is_undone_when_it_fails_after_the_point_of_no_return(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = PLANS[f"failover-{EAST}"]
    aws = PretendedAws(down={EAST})
    original = aws.answer

    def impaired_by_the_failover(call: Call, given: Mapping[str, Any]) -> Any:
        if call.operation == "FailoverGlobalCluster":
            aws.alarms[WEST, "atoll-prod-west-health"] = "ALARM"
        return original(call, given)

    monkeypatch.setattr(aws, "answer", impaired_by_the_failover)
    with pytest.raises(FailedError, match="RecoveryStopped"):
        Interpreter(Tasks(aws, WEST)).run(compiled(plan), {})
    assert aws.writer == arn(WEST)
    assert aws.alarms[WEST, "atoll-prod-evacuated"] == "ALARM"


def test_nothing_changes_when_it_is_a_dry_run() -> None:
    for name in (f"failover-{EAST}", f"evacuate-{EAST}", f"switchover-{WEST}"):
        aws = PretendedAws()
        Interpreter(Tasks(aws, WEST)).run(compiled(PLANS[name]), {"dry_run": True})
        assert aws.calls == [], name


def test_a_watch_ends_when_it_never_comes_about() -> None:
    plan = PLANS[f"failover-{EAST}"]
    aws = PretendedAws(down={EAST}, deaf={"RegisterScalableTarget"})
    walk = Interpreter(Tasks(aws, WEST))
    with pytest.raises(FailedError):
        walk.run(compiled(plan), {})
    assert plan.step("scale-user").timeout_seconds <= walk.waited
