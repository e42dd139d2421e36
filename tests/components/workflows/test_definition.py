from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from ruamel.yaml import YAML

from components.workflows import Callee, Callees, definition
from components.workflows.definition import states_of
from contracts.services.interfaces import Provides
from contracts.services.rules.engine import Sections
from contracts.services.rules.flow import workflows as findings
from contracts.services.workflows import Workflow
from tests.components.workflows.asl import breaches
from tests.components.workflows.strategies import CALLEES, workflows

PROJECT = Path(__file__).parents[3]
ESTATES = (PROJECT / "tests/contracts/services/estate", PROJECT / "services")
LAMBDA = "arn:aws:lambda:us-east-1:111122223333:function"
TASK = {"type": "task", "function": "ValidateOrder", "end": True}


def known(workflow: Workflow) -> Callees:
    """A function for everything that a workflow names."""
    states = [state for _, state in states_of(workflow.states)]
    named = {name: Callee(arn=f"{LAMBDA}:{name}") for state in states if (name := state.function or state.operation)}
    return Callees(functions=named, operations=named)


def workflow(states: dict[str, Any], **changes: Any) -> Workflow:
    values = {"kind": "standard", "comment": "c", "input": "in.json", "start_at": next(iter(states)), "states": states}
    return Workflow.model_validate(values | changes)


def state(**fields: Any) -> dict[str, Any]:
    """What one state is compiled to."""
    return definition(workflow({"Only": fields, "Other": TASK}), CALLEES)["States"]["Only"]


def read(path: Path) -> dict[str, Workflow]:
    contract = YAML(typ="safe").load(path.read_text())
    found = contract.get("provides", {}).get("workflows", {})
    return {name: Workflow.model_validate(value) for name, value in found.items()}


ORDERS = [estate / "order" / "order" / "contract.yaml" for estate in ESTATES]
each_order = pytest.mark.parametrize("contract", ORDERS, ids=["estate", "sample"])


@each_order
def test_order_processing_is_the_documents_when_compiled(contract: Path) -> None:
    orders = read(contract)["OrderProcessingWorkflow"]
    compiled = definition(orders, known(orders))
    assert (compiled["Comment"], compiled["StartAt"]) == ("Order processing workflow", "ValidateOrder")
    states = compiled["States"]
    validate = {
        "Type": "Task",
        "Resource": f"{LAMBDA}:ValidateOrder",
        "Next": "CheckInventory",
        "Retry": [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2.0}],
    }
    assert validate.items() <= states["ValidateOrder"].items()
    assert states["CheckInventory"]["Type"] == states["ProcessPayment"]["Type"] == "Task"
    [caught] = states["ProcessPayment"]["Catch"]
    assert caught["ErrorEquals"] == ["PaymentFailedException"]
    compensation = states[caught["Next"]]
    assert compensation["Next"] == "PaymentFailed"
    assert states["PaymentFailed"]["Type"] == "Fail"
    assert states["ProcessPayment"]["Next"] == "FulfillOrder"
    fulfil = {"Type": "Task", "Resource": f"{LAMBDA}:FulfillOrder", "End": True}
    assert fulfil.items() <= states["FulfillOrder"].items()


def test_document_002_is_compiled_word_for_word_when_nothing_is_added() -> None:
    task = {"type": "task", "timeout_seconds": 60}
    retry = {"errors": ["States.TaskFailed"], "interval_seconds": 2, "max_attempts": 3, "backoff_rate": 2.0}
    catch = {"errors": ["PaymentFailedException"], "next": "PaymentFailed"}
    order = workflow(
        {
            "ValidateOrder": task | {"function": "ValidateOrder", "next": "CheckInventory", "retry": [retry]},
            "CheckInventory": task | {"function": "CheckInventory", "next": "ProcessPayment"},
            "ProcessPayment": task | {"function": "ProcessPayment", "next": "FulfillOrder", "catch": [catch]},
            "FulfillOrder": task | {"function": "FulfillOrder", "end": True},
            "PaymentFailed": {"type": "fail", "error": "PaymentFailed"},
        },
        comment="Order processing workflow",
    )
    compiled = definition(order, known(order))
    limit = {"TimeoutSeconds": 60}
    assert compiled == {
        "Comment": "Order processing workflow",
        "StartAt": "ValidateOrder",
        "States": {
            "ValidateOrder": {
                "Type": "Task",
                "Resource": f"{LAMBDA}:ValidateOrder",
                "Next": "CheckInventory",
                "Retry": [
                    {"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2.0}
                ],
                **limit,
            },
            "CheckInventory": {
                "Type": "Task",
                "Resource": f"{LAMBDA}:CheckInventory",
                "Next": "ProcessPayment",
                **limit,
            },
            "ProcessPayment": {
                "Type": "Task",
                "Resource": f"{LAMBDA}:ProcessPayment",
                "Next": "FulfillOrder",
                "Catch": [
                    {"ErrorEquals": ["PaymentFailedException"], "ResultPath": "$.error", "Next": "PaymentFailed"}
                ],
                **limit,
            },
            "FulfillOrder": {"Type": "Task", "Resource": f"{LAMBDA}:FulfillOrder", "End": True, **limit},
            "PaymentFailed": {"Type": "Fail", "Error": "PaymentFailed"},
        },
    }


@each_order
def test_every_workflow_of_the_estate_keeps_the_language_when_compiled(contract: Path) -> None:
    for name, found in read(contract).items():
        assert breaches(definition(found, known(found))) == [], name


@given(workflows())
def test_any_workflow_keeps_the_language_when_compiled(generated: Workflow) -> None:
    compiled = definition(generated, CALLEES)
    assert breaches(compiled) == []
    assert json.loads(json.dumps(compiled)) == compiled


@given(workflows())
def test_any_generated_workflow_is_one_that_a_contract_may_hold(generated: Workflow) -> None:
    sections = Sections({"provides": Provides(workflows={"Generated": generated})}, date(2026, 1, 1))
    assert list(findings(sections)) == []


def test_checker_sees_each_breach_when_a_definition_is_broken() -> None:
    good = definition(workflow({"A": TASK | {"end": False, "next": "B"}, "B": TASK}), CALLEES)
    assert breaches(good) == []
    broken: list[tuple[str, Any]] = [
        ("Next", "Nowhere"),
        ("ResultPath", "result"),
        ("Retry", [{"ErrorEquals": [], "IntervalSeconds": 0, "MaxAttempts": -1, "BackoffRate": 0.5}]),
        ("End", True),
        ("Seconds", 1),
        ("TimeoutSeconds", 0),
        ("Parameters", {"t.$": "$$.Task.Token"}),
    ]
    for field, value in broken:
        bad = copy.deepcopy(good)
        bad["States"]["A"][field] = value
        assert breaches(bad), field


def test_role_is_taken_when_the_function_is_in_another_account() -> None:
    compiled = state(type="task", operation="order/payment#capturePayment", next="Other")
    assert compiled["Resource"] == "arn:aws:lambda:us-east-1:222222222222:function:dev-payment-capture"
    assert compiled["Credentials"] == {"RoleArn": "arn:aws:iam::222222222222:role/dev-payment-for-order"}


def test_function_gets_the_token_and_the_input_when_someone_must_approve() -> None:
    compiled = state(type="approval", function="AskForApproval", timeout_seconds=86400, next="Other")
    assert compiled == {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {
            "FunctionName": f"{LAMBDA}:dev-order-AskForApproval",
            "Payload": {"task_token.$": "$$.Task.Token", "input.$": "$"},
        },
        "TimeoutSeconds": 86400,
        "Next": "Other",
    }


def test_missing_field_leads_to_the_default_when_a_choice_is_made() -> None:
    choice = {"field": "total.a-b", "equals": "large", "next": "Other"}
    compiled = state(type="choice", choices=[choice], default="Other")
    variable = "$.total['a-b']"
    assert compiled == {
        "Type": "Choice",
        "Choices": [
            {
                "And": [
                    {"Variable": variable, "IsPresent": True},
                    {"Variable": variable, "StringEquals": "large"},
                ],
                "Next": "Other",
            }
        ],
        "Default": "Other",
    }


def test_branches_are_machines_when_parallel() -> None:
    branch = {"start_at": "Inner", "states": {"Inner": TASK}}
    compiled = state(type="parallel", branches=[branch], result_path="$.both", next="Other")
    assert compiled["Branches"] == [
        {
            "StartAt": "Inner",
            "States": {
                "Inner": {
                    "Type": "Task",
                    "Resource": f"{LAMBDA}:dev-order-ValidateOrder",
                    "TimeoutSeconds": 60,
                    "End": True,
                }
            },
        }
    ]
    assert compiled["ResultPath"] == "$.both"


def test_wait_succeed_and_fail_have_their_own_fields_when_compiled() -> None:
    assert state(type="wait", timeout_seconds=5, next="Other") == {"Type": "Wait", "Seconds": 5, "Next": "Other"}
    assert state(type="succeed", comment="done") == {"Type": "Succeed", "Comment": "done"}
    assert state(type="fail", error="E", cause="why") == {"Type": "Fail", "Error": "E", "Cause": "why"}


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [({}, None), ({"kind": "express"}, 300), ({"kind": "express", "timeout_seconds": 60}, 60)],
)
def test_execution_is_limited_when_express_or_asked_for(changes: dict[str, Any], seconds: int | None) -> None:
    assert definition(workflow({"A": TASK}, **changes), CALLEES).get("TimeoutSeconds") == seconds


def test_everything_wrong_is_named_at_once_when_a_workflow_cannot_be_compiled() -> None:
    retry = {"interval_seconds": 5, "max_attempts": 1, "backoff_rate": 1}
    task = {"type": "task", "function": "Missing", "next": "Pick"}
    task["retry"] = [  # type: ignore[assignment]
        retry | {"errors": ["States.ALL", "Other"]},
        retry | {"errors": ["Other"], "max_delay_seconds": 5},
    ]
    inner = {"start_at": "First", "states": {"First": {"type": "task", "operation": "a/b#c", "end": True}}}
    broken = workflow(
        {
            "First": task,
            "Pick": {
                "type": "choice",
                "choices": [{"field": "items[].sku", "equals": "x", "next": "Both"}],
                "default": "Ask",
            },
            "Both": {"type": "parallel", "branches": [inner], "end": True},
            "Ask": {"type": "approval", "function": "Foreign", "timeout_seconds": 5, "end": True},
        }
    )
    foreign = Callees(functions={"Foreign": Callee(arn="a", role_arn="r")}, operations={})
    with pytest.raises(ValueError, match="cannot be compiled") as refused:
        definition(broken, foreign)
    assert [line.strip() for line in str(refused.value).splitlines()[1:]] == [
        "First: 2 states have this name; branches share the names of their workflow, rename one",
        "First: the function Missing is not known here; add it to compute.functions",
        "First: States.ALL in retry 1 must stand alone and come last",
        "First: max_delay_seconds 5 is not above interval_seconds",
        "Pick: items[].sku is a field of a list; a choice compares one value",
        "First: the operation a/b#c is answered by no function; a workflow calls functions only, so let the provider "
        "route it to one",
        "Ask: Foreign is in another account; an approval is asked for in its own",
    ]
