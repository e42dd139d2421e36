"""State machines of the execution profile wait, catch, compensate and ask as Amazon States Language says."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from embedded.cloud import Cloud
from tests.embedded.execution import CONSUMER, PROVIDER, Workshop, ended, until

pytestmark = pytest.mark.embedded

RAISES = """
class ValidationUnavailable(Exception): pass
class PaymentFailedException(Exception): pass
def handler(event, context):
    raise globals()[event["raise"]]("because")
"""


def history(work: Workshop, execution: str) -> list[dict[str, Any]]:
    pages = work.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=execution)
    return [event for page in pages for event in page["events"]]


def test_task_is_tried_again_after_2_4_and_8_seconds(work: Workshop):
    function = work.function("fails", RAISES)
    retry = {"ErrorEquals": ["ValidationUnavailable"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2}
    machine = work.machine(
        "m",
        {"StartAt": "Try", "States": {"Try": {"Type": "Task", "Resource": function, "Retry": [retry], "End": True}}},
    )
    execution = work.run(machine, {"raise": "ValidationUnavailable"})
    assert (execution["status"], execution["error"]) == ("FAILED", "ValidationUnavailable")
    events = history(work, execution["executionArn"])
    tries = [event["timestamp"] for event in events if event["type"] in ("TaskScheduled", "LambdaFunctionScheduled")]
    waits = [(later - earlier).total_seconds() for earlier, later in pairwise(tries)]
    assert [wait >= least for wait, least in zip(waits, (2, 4, 8), strict=True)] == [True] * 3


def test_error_is_caught_by_its_class_name_and_the_branch_compensates(work: Workshop):
    function = work.function("fails", RAISES)
    undo_url, _ = work.queue("undone")
    states = {
        "Pay": {
            "Type": "Task",
            "Resource": function,
            "Catch": [
                {"ErrorEquals": ["PaymentFailedException"], "ResultPath": "$.failure", "Next": "Undo"},
                {"ErrorEquals": ["States.ALL"], "Next": "Other"},
            ],
            "End": True,
        },
        "Undo": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": undo_url, "MessageBody.$": "$.failure.Error"},
            "ResultPath": None,
            "Next": "PaymentFailed",
        },
        "PaymentFailed": {"Type": "Fail", "Error": "PaymentFailed", "CausePath": "$.failure.Cause"},
        "Other": {"Type": "Fail", "Error": "Other"},
    }
    execution = work.run(work.machine("m", {"StartAt": "Pay", "States": states}), {"raise": "PaymentFailedException"})
    assert (execution["status"], execution["error"]) == ("FAILED", "PaymentFailed")
    assert json.loads(execution["cause"])["errorMessage"] == "because"
    assert [message["Body"] for message in work.receive(undo_url)] == ["PaymentFailedException"]


@pytest.mark.parametrize(("answer", "status"), [("yes", "SUCCEEDED"), ("no", "FAILED"), (None, "TIMED_OUT")])
def test_person_is_asked_and_the_answer_decides(work: Workshop, answer: str | None, status: str):
    url, _ = work.queue("approvals")
    ask = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": url, "MessageBody": {"token.$": "$$.Task.Token", "order.$": "$.order"}},
        "TimeoutSeconds": 2 if answer is None else 60,
        "End": True,
    }
    states = work.client("stepfunctions")
    arn = states.start_execution(
        stateMachineArn=work.machine("m", {"StartAt": "Ask", "States": {"Ask": ask}}), input='{"order": "o-1"}'
    )["executionArn"]
    [message] = until(lambda: work.receive(url))
    asked = json.loads(message["Body"])
    assert asked["order"] == "o-1"
    if answer == "yes":
        states.send_task_success(taskToken=asked["token"], output='{"approved": true}')
    elif answer == "no":
        states.send_task_failure(taskToken=asked["token"], error="Refused", cause="too much")
    execution = until(lambda: ended(states.describe_execution(executionArn=arn)))
    if answer is None:
        assert execution["status"] in ("FAILED", "TIMED_OUT")
        assert execution["error"] == "States.Timeout"
    else:
        assert execution["status"] == status
    if answer == "yes":
        assert json.loads(execution["output"]) == {"approved": True}


def test_callback_task_fails_when_the_function_that_should_ask_fails(work: Workshop):
    work.function("fails", RAISES)
    ask = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {"FunctionName": "fails", "Payload": {"raise": "PaymentFailedException"}},
        "TimeoutSeconds": 30,
        "End": True,
    }
    execution = work.run(work.machine("m", {"StartAt": "Ask", "States": {"Ask": ask}}))
    assert (execution["status"], execution["error"]) == ("FAILED", "PaymentFailedException")


def test_branches_run_and_choices_choose(work: Workshop):
    machine = work.machine(
        "m",
        {
            "StartAt": "Both",
            "States": {
                "Both": {
                    "Type": "Parallel",
                    "Branches": [
                        {"StartAt": name, "States": {name: {"Type": "Pass", "Result": name, "End": True}}}
                        for name in ("left", "right")
                    ],
                    "ResultPath": "$.both",
                    "Next": "Which",
                },
                "Which": {
                    "Type": "Choice",
                    "Choices": [{"Variable": "$.amount", "NumericGreaterThan": 100, "Next": "Large"}],
                    "Default": "Small",
                },
                "Large": {"Type": "Succeed"},
                "Small": {"Type": "Fail", "Error": "Small"},
            },
        },
    )
    execution = work.run(machine, {"amount": 101})
    assert json.loads(execution["output"]) == {"amount": 101, "both": ["left", "right"]}
    assert work.run(machine, {"amount": 100})["error"] == "Small"
    entered = [
        event["stateEnteredEventDetails"]["name"]
        for event in history(work, execution["executionArn"])
        if event["type"].endswith("StateEntered")
    ]
    assert entered[0] == "Both"
    assert entered[-2:] == ["Which", "Large"]


def test_express_machine_answers_its_caller(work: Workshop):
    function = work.function("doubles", "def handler(event, context):\n    return {'n': event['n'] * 2}\n")
    machine = work.machine(
        "m", {"StartAt": "Do", "States": {"Do": {"Type": "Task", "Resource": function, "End": True}}}, "EXPRESS"
    )
    answer = work.client("stepfunctions").start_sync_execution(stateMachineArn=machine, input='{"n": 21}')
    assert (answer["status"], json.loads(answer["output"])) == ("SUCCEEDED", {"n": 42})


def test_name_of_an_execution_is_used_once(work: Workshop):
    states = work.client("stepfunctions")
    machine = work.machine("m", {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}})
    first = states.start_execution(stateMachineArn=machine, name="order-1", input="{}")["executionArn"]
    until(lambda: ended(states.describe_execution(executionArn=first)))
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        states.start_execution(stateMachineArn=machine, name="order-1", input='{"other": 1}')


def test_machine_puts_events_and_rule_starts_machine(work: Workshop):
    events = work.client("events")
    events.create_event_bus(Name="application")
    url, _ = work.queue("done")
    last = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": url, "MessageBody.$": "$.detail.order"},
        "End": True,
    }
    second = work.machine("second", {"StartAt": "Say", "States": {"Say": last}})
    pattern = json.dumps({"detail-type": ["OrderPlaced"]})
    events.put_rule(Name="placed", EventBusName="application", EventPattern=pattern)
    role = f"arn:aws:iam::{work.account}:role/start"
    targets = [{"Id": "m", "Arn": second, "RoleArn": role}]
    events.put_targets(Rule="placed", EventBusName="application", Targets=targets)
    entry = {
        "Source": "order",
        "DetailType": "OrderPlaced",
        "EventBusName": "application",
        "Detail": {"order.$": "$.order"},
    }
    put = {
        "Type": "Task",
        "Resource": "arn:aws:states:::events:putEvents",
        "Parameters": {"Entries": [entry]},
        "End": True,
    }
    first = work.machine("first", {"StartAt": "Put", "States": {"Put": put}})
    assert work.run(first, {"order": "o-1"})["status"] == "SUCCEEDED"
    [message] = until(lambda: work.receive(url))
    assert message["Body"] == "o-1"


def test_task_acts_in_another_account_when_it_names_a_role(cloud: Cloud, work: Workshop):
    provider = Workshop(cloud, PROVIDER)
    function = provider.function("pays", RAISES + "\ndef pay(event, context):\n    return event['n'] + 1\n")
    provider.client("lambda").update_function_configuration(FunctionName="pays", Handler="index.pay")
    role = f"arn:aws:iam::{PROVIDER}:role/for-consumer"
    task = {"Type": "Task", "Resource": function, "Credentials": {"RoleArn": role}, "TimeoutSeconds": 30, "End": True}
    machine = work.machine("m", {"StartAt": "Pay", "States": {"Pay": task}})
    assert json.loads(work.run(machine, {"n": 1})["output"]) == 2
    calls = [(call.account, call.service, call.action) for call in cloud.journal()]
    assert calls.index((CONSUMER, "sts", "AssumeRole")) < calls.index((PROVIDER, "lambda", "Invoke"))

    provider.client("lambda").update_function_configuration(FunctionName="pays", Handler="index.handler")
    failed = work.run(machine, {"raise": "PaymentFailedException"})
    assert failed["error"] == "PaymentFailedException"

    bare = {name: value for name, value in task.items() if name != "Credentials"}
    alone = work.run(work.machine("bare", {"StartAt": "Pay", "States": {"Pay": bare}}), {"n": 1})
    assert alone["error"] == "States.Runtime", "without a role nothing of another account is there"
