"""A compiled plan runs in an implementation of Step Functions that is not ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from components.recovery.definition import definition
from components.recovery.step_states import Place
from contracts.recovery.actions import Notify, SetWrites, Writes
from contracts.recovery.facts import RecoveryFacts
from contracts.recovery.plan import RecoveryPlan
from contracts.recovery.plans import plans
from embedded.cloud import Cloud
from embedded.gateway.routes import Profile
from tests.contracts.recovery.estates import EAST, WEST, full
from tests.embedded.execution import CONSUMER, Workshop, ended, until

pytestmark = pytest.mark.embedded


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    cloud = Cloud.start(tmp_path_factory.mktemp("cloud"), port=0, profiles=[Profile.EXECUTION], idle=600)
    yield Workshop(cloud)
    cloud.stop()


def compiled(plan: RecoveryPlan, topic: str) -> dict[str, Any]:
    role = f"arn:aws:iam::{CONSUMER}:role/automation"
    place = Place(environment="prod", region=EAST, account_id=CONSUMER, automation_role_arn=role)
    return definition(plan, place, topic)


def facts(topic: str) -> RecoveryFacts:
    """Two regions that replicate nothing; the helpers' region is that of the plan."""
    nothing = {"switch": None, "database": None, "cache_group": None, "lags": {}, "cluster": None, "services": {}}
    found = full()
    regions = {name: each.model_copy(update={**nothing, "topic_arn": topic}) for name, each in found.regions.items()}
    none = {"global_database": None, "global_datastore": None, "ttl_seconds": 0, "regions": regions}
    return found.model_copy(update=none)


def call(work: Workshop, service: str, operation: str, parameters: dict[str, Any]) -> Any:
    """Call the emulator of Step Functions' own neighbours, as its tasks do."""
    resource = f"arn:aws:states:::aws-sdk:{service}:{operation}"
    state = {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True}
    name = re.sub(r"\W", "-", f"{operation}-{len(str(parameters))}")
    done = work.run(work.machine(name, {"StartAt": "Call", "States": {"Call": state}}))
    assert done["status"] == "SUCCEEDED", done
    return done.get("output")


def alarm(work: Workshop, state: str) -> None:
    name = "atoll-prod-health"
    call(
        work,
        "cloudwatch",
        "putMetricAlarm",
        {
            "AlarmName": name,
            "MetricName": "m",
            "Namespace": "n",
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanThreshold",
        },
    )
    call(work, "cloudwatch", "setAlarmState", {"AlarmName": name, "StateValue": state, "StateReason": "a test"})


def test_a_failover_is_refused_and_told_when_the_target_is_impaired(work: Workshop) -> None:
    topic = work.client("sns").create_topic(Name="told")["TopicArn"]
    alarm(work, "ALARM")
    plan = plans(facts(topic))[f"failover-{WEST}"]
    done = work.run(work.machine("refused", compiled(plan, topic)), {})
    assert (done["status"], done["error"]) == ("FAILED", "RecoveryAborted")


def test_a_dry_run_ends_well_when_the_target_is_healthy(work: Workshop) -> None:
    topic = work.client("sns").create_topic(Name="told")["TopicArn"]
    alarm(work, "OK")
    plan = plans(facts(topic))[f"failover-{WEST}"]
    done = work.run(work.machine("dry", compiled(plan, topic)), {"dry_run": True})
    assert done["status"] == "SUCCEEDED", done


def test_the_plan_waits_for_somebody_and_changes_what_it_says_when_they_agree(work: Workshop) -> None:
    topic = work.client("sns").create_topic(Name="told")["TopicArn"]
    url, queue = work.queue("inbox")
    work.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    call(work, "ssm", "putParameter", {"Name": "/writes", "Value": "open", "Type": "String"})
    alarm(work, "OK")
    planned = plans(facts(topic))[f"failover-{WEST}"]
    freeze = planned.step(f"freeze-writes-{WEST}")
    here = SetWrites(region=EAST, parameter="/writes", writes=Writes.FROZEN)
    back = here.model_copy(update={"writes": Writes.OPEN})
    steps = tuple(
        step.model_copy(update={"action": here, "rollback": back}) if step.id == freeze.id else step
        for step in planned.steps
        if not isinstance(step.action, Notify)
    )
    plan = planned.model_copy(update={"steps": steps})
    states = work.client("stepfunctions")
    started = states.start_execution(stateMachineArn=work.machine("agreed", compiled(plan, topic)), input="{}")
    message = until(lambda: next((each["Body"] for each in work.receive(url)), None))
    token = re.search(r"--task-token ([^\s\\]+)", message)
    assert token is not None
    states.send_task_success(taskToken=token[1], output="true")
    done = until(lambda: ended(states.describe_execution(executionArn=started["executionArn"])), 60)
    assert done["status"] == "SUCCEEDED", done
    assert '"frozen"' in call(work, "ssm", "getParameter", {"Name": "/writes"})
