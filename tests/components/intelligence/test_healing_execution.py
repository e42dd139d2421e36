"""The state machine of self-healing, run by the execution profile: what is done, what is held back, who is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.intelligence.healing_plan import HealingPlan, definition
from contracts.settings.intelligence import Remedy
from tests.embedded.execution import CONSUMER, REGION, Workshop, until

pytestmark = pytest.mark.embedded

PATH = "/atoll/test/self-healing"


class Ward:
    """A healing state machine with a mailbox that hears what it tells."""

    def __init__(self, work: Workshop, cool_down_seconds: int = 1) -> None:
        self.work = work
        sns = work.client("sns")
        topic = sns.create_topic(Name="alarms")["TopicArn"]
        self.mailbox, queue = work.queue("told")
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": "true"})
        plan = HealingPlan(
            maintenance_parameter=f"{PATH}/maintenance",
            claims_path=f"{PATH}/claims",
            topic_arn=topic,
            cool_down_seconds=cool_down_seconds,
            queue_arn_prefix=f"arn:aws:sqs:{REGION}:{CONSUMER}:",
            recycle_pause_seconds=1,
        )
        self.machine = work.machine("test-self-healing", definition(plan))

    def call(self, service: str, action: str, **parameters: Any) -> dict[str, Any]:
        """Call an API where state machines call it: the two emulators keep other services apart."""
        resource = f"arn:aws:states:::aws-sdk:{service}:{action}"
        state = {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True}
        machine = self.work.machine(f"call-{action}", {"StartAt": "Call", "States": {"Call": state}})
        execution = self.work.run(machine)
        assert execution["status"] == "SUCCEEDED", execution
        return json.loads(execution["output"])

    def heal(self, remedy: str, subject: str, **told: Any) -> str:
        """What the topic is told when an alarm has set a remedy off, and the execution has ended."""
        execution = self.work.run(self.machine, {"remedy": remedy, "subject": subject, **told})
        assert execution["status"] == "SUCCEEDED", execution
        [message] = until(lambda: self.work.receive(self.mailbox, WaitTimeSeconds=1))
        self.work.client("sqs").delete_message(QueueUrl=self.mailbox, ReceiptHandle=message["ReceiptHandle"])
        return str(message["Body"])


@pytest.fixture
def ward(work: Workshop) -> Ward:
    return Ward(work)


def test_dead_letters_go_back_when_a_redrive_is_set_off(ward: Ward) -> None:
    _, dead_arn = ward.work.queue("test-orders-dead-letters")
    policy = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 1})
    live_url, _ = ward.work.queue("test-orders", RedrivePolicy=policy, VisibilityTimeout="0")
    ward.work.client("sqs").send_message(QueueUrl=live_url, MessageBody="order")
    until(lambda: ward.work.receive(live_url) or None)
    until(lambda: None if ward.work.receive(live_url) else True)
    told = ward.heal(Remedy.REDRIVE_DEAD_LETTERS, "test-orders-dead-letters")
    assert told == "redrive-dead-letters on test-orders-dead-letters: done: dead letters go back to their queue"
    [message] = until(lambda: ward.work.receive(live_url))
    assert message["Body"] == "order"


def test_service_gets_one_task_more_until_its_maximum_when_it_is_busy(ward: Ward) -> None:
    ward.call("ecs", "createCluster", ClusterName="c")
    container = [{"Name": "app", "Image": "app:1", "Memory": 128}]
    ward.call("ecs", "registerTaskDefinition", Family="app", ContainerDefinitions=container)
    ward.call("ecs", "createService", Cluster="c", ServiceName="user", TaskDefinition="app", DesiredCount=2)
    input_ = {"cluster": "c", "service": "user", "maximum": 3}
    assert ward.heal(Remedy.SCALE_OUT, "user", **input_) == "scale-out on user: done: the service has one task more"
    found = ward.call("ecs", "describeServices", Cluster="c", Services=["user"])
    assert found["Services"][0]["DesiredCount"] == 3
    assert "held back: the service has all the tasks that it may have" in ward.heal(Remedy.SCALE_OUT, "user", **input_)


def test_nothing_is_done_when_there_is_maintenance(ward: Ward) -> None:
    ward.call("ssm", "putParameter", Name=f"{PATH}/maintenance", Value="new database", Type="String")
    told = ward.heal(Remedy.SCALE_OUT, "user", cluster="none", service="none", maximum=3)
    assert told == "scale-out on user: held back, maintenance: new database"


def test_remedy_is_held_back_when_the_same_was_just_done(ward: Ward) -> None:
    ward.call("ssm", "putParameter", Name=f"{PATH}/claims/scale-out/user", Value="another execution", Type="String")
    told = ward.heal(Remedy.SCALE_OUT, "user", cluster="none", service="none", maximum=3)
    assert "held back: the same was done within the cool-down" in told


def test_failure_is_told_and_the_claim_is_released_when_a_remedy_fails(ward: Ward) -> None:
    for _ in range(2):  # the second would be held back if the first had kept its claim
        told = ward.heal(Remedy.RESTART_SERVICE, "user", cluster="none", service="none")
        assert told.startswith("restart-service on user: failed: Ecs.")


def test_unknown_remedy_is_told_when_a_rule_is_wrong(ward: Ward) -> None:
    assert "failed: nobody knows this remedy" in ward.heal("dance", "user")
