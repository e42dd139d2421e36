from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest
from pulumi_aws.provider import Provider

from components.identity.roles import Scope
from components.identity.statements import UNSCOPED_ACTIONS
from components.workflows import (
    StateMachine,
    StateMachineArgs,
    definition,
    state_machine_arn,
    state_machine_role_name,
    state_machine_statements,
)
from components.workflows.state_machine import LOG_DELIVERY
from contracts.services.workflows import Workflow
from tests.components.workflows.strategies import CALLEES
from tests.kit import ACCOUNT, REGION, GraphView, record_component

SCOPE = Scope("dev", REGION, ACCOUNT)
NAME = "dev-order-OrderProcessingWorkflow"
LOGS_KEY = SCOPE.arn("kms", "key/logs")
OWN_KEY = SCOPE.arn("kms", "key/messaging")


def clause(**changes: Any) -> Workflow:
    """Two tasks, one of them in another account."""
    values: dict[str, Any] = {
        "kind": "standard",
        "comment": "Two tasks",
        "input": "in.json",
        "start_at": "Here",
        "states": {
            "Here": {"type": "task", "function": "ValidateOrder", "next": "There"},
            "There": {"type": "task", "operation": "order/payment#capturePayment", "end": True},
        },
        "log_days": 30,
    }
    return Workflow.model_validate(values | changes)


def machine_args(workflow: Workflow, **changes: Any) -> StateMachineArgs:
    values: dict[str, Any] = {
        "workflow": workflow,
        "scope": SCOPE,
        "callees": CALLEES,
        "logs_key_arn": LOGS_KEY,
    }
    return StateMachineArgs(**(values | changes))


def record(**changes: Any) -> GraphView:
    return record_component(lambda: StateMachine(NAME, args=machine_args(clause(**changes))))


def statements(workflow: Workflow, **changes: Any) -> dict[str, dict[str, Any]]:
    """Sid → statement."""
    found = state_machine_statements(NAME, machine_args(workflow, **changes))
    return {statement["Sid"]: statement for statement in found}


def test_children_are_exactly_these_when_logged() -> None:
    record().assert_children(
        NAME,
        [
            ("aws:iam/role:Role", f"{NAME}-role"),
            ("aws:iam/rolePolicy:RolePolicy", f"{NAME}-permissions"),
            ("aws:cloudwatch/logGroup:LogGroup", f"{NAME}-logs"),
            ("aws:sfn/stateMachine:StateMachine", f"{NAME}-machine"),
        ],
    )


def test_state_machine_is_standard_and_logs_errors_when_the_contract_says_so() -> None:
    view = record()
    inputs = view.node(f"{NAME}-machine").inputs
    assert (inputs["name"], inputs["type"]) == (NAME, "STANDARD")
    assert json.loads(str(inputs["definition"])) == definition(clause(), CALLEES)
    assert inputs["tracingConfiguration"] == {"enabled": True}
    assert "encryptionConfiguration" not in inputs
    assert view.value(f"{NAME}-machine", "loggingConfiguration.level") == "ERROR"
    assert view.value(f"{NAME}-machine", "loggingConfiguration.includeExecutionData") is False
    view.assert_depends(f"{NAME}-machine", f"{NAME}-logs", f"{NAME}-permissions")
    view.assert_wired(f"{NAME}-machine", "roleArn", f"{NAME}-role.arn")


def test_state_machine_logs_everything_when_express() -> None:
    view = record(kind="express")
    assert view.value(f"{NAME}-machine", "type") == "EXPRESS"
    assert view.value(f"{NAME}-machine", "loggingConfiguration.level") == "ALL"


def test_log_group_is_encrypted_and_forgets_when_logged() -> None:
    assert record(log_days=7).node(f"{NAME}-logs").inputs == {
        "name": f"/aws/vendedlogs/states/{NAME}",
        "retentionInDays": 7,
        "kmsKeyId": LOGS_KEY,
    }


def test_there_is_no_log_when_the_contract_wants_none() -> None:
    view = record(log_days=None)
    assert not view.graph.of_type("aws:cloudwatch/logGroup:LogGroup")
    assert "loggingConfiguration" not in view.node(f"{NAME}-machine").inputs


def test_role_calls_exactly_what_the_states_name_when_compiled() -> None:
    found = statements(clause(log_days=None, tracing=False))
    assert found == {
        "CallFunctions": {
            "Sid": "CallFunctions",
            "Effect": "Allow",
            "Action": ["lambda:InvokeFunction"],
            "Resource": ["arn:aws:lambda:us-east-1:111122223333:function:dev-order-ValidateOrder"],
        },
        "TakeRolesOfOtherAccounts": {
            "Sid": "TakeRolesOfOtherAccounts",
            "Effect": "Allow",
            "Action": ["sts:AssumeRole"],
            "Resource": ["arn:aws:iam::222222222222:role/dev-payment-for-order"],
        },
    }


def test_grant_is_gone_when_the_state_that_needed_it_is() -> None:
    states = {"Here": {"type": "task", "function": "ValidateOrder", "end": True}}
    assert "TakeRolesOfOtherAccounts" not in statements(clause(states=states))


def test_functions_of_branches_are_granted_when_parallel() -> None:
    branch = {"start_at": "In", "states": {"In": {"type": "task", "function": "FulfillOrder", "end": True}}}
    states = {"Here": {"type": "parallel", "branches": [branch], "end": True}}
    assert statements(clause(states=states))["CallFunctions"]["Resource"] == [CALLEES.functions["FulfillOrder"].arn]


def test_role_is_traced_and_logged_when_the_contract_says_so() -> None:
    more = statements(clause()).keys() - statements(clause(log_days=None, tracing=False)).keys()
    assert more == {"SendTraces", "SampleTraces", "SetUpLogging"}


def test_role_uses_the_key_for_this_state_machine_alone_when_encrypted() -> None:
    args = machine_args(clause(), key_arn=OWN_KEY)
    view = record_component(lambda: StateMachine(NAME, args=args))
    assert view.value(f"{NAME}-machine", "encryptionConfiguration") == {
        "type": "CUSTOMER_MANAGED_KMS_KEY",
        "kmsKeyId": OWN_KEY,
        "kmsDataKeyReusePeriodSeconds": 300,
    }
    key = statements(clause(), key_arn=OWN_KEY)["UseKey"]
    assert (key["Action"], key["Resource"]) == (["kms:Decrypt", "kms:GenerateDataKey"], OWN_KEY)
    assert key["Condition"] == {
        "StringEquals": {
            "kms:ViaService": f"states.{REGION}.amazonaws.com",
            "kms:EncryptionContext:aws:states:stateMachineArn": state_machine_arn(SCOPE, NAME),
        }
    }


def test_no_statement_is_wider_than_aws_makes_it_when_everything_is_on() -> None:
    for statement in statements(clause(), key_arn=OWN_KEY).values():
        assert not [action for action in statement["Action"] if "*" in action]
        if statement["Resource"] == "*":
            assert set(statement["Action"]) <= {*UNSCOPED_ACTIONS, *LOG_DELIVERY}


def test_states_alone_takes_the_role_when_it_runs_this_machine() -> None:
    view = record()
    assert view.value(f"{NAME}-role", "name") == state_machine_role_name(SCOPE, NAME) == f"{NAME}-workflow-us-east-1"
    [statement] = json.loads(str(view.value(f"{NAME}-role", "assumeRolePolicy")))["Statement"]
    assert statement["Principal"] == {"Service": "states.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{NAME}"},
    }


def test_workflow_is_refused_by_its_name_when_it_cannot_be_compiled() -> None:
    states = {"Here": {"type": "task", "function": "Missing", "end": True}}
    with pytest.raises(ValueError, match=rf"workflow {NAME}: this workflow cannot be compiled:\n  Here: the function"):
        record(states=states)


def test_name_is_refused_when_aws_would_not_take_it() -> None:
    with pytest.raises(ValueError, match="has 81 characters, 80 fit"):
        record_component(lambda: StateMachine("x" * 81, args=machine_args(clause())))


def test_every_child_uses_the_explicit_provider_when_given() -> None:
    def build() -> None:
        options = pulumi.ResourceOptions(providers=[Provider("explicit", region=REGION)])
        StateMachine(NAME, args=machine_args(clause()), opts=options)

    for node in record_component(build).graph:
        if node.package == "aws" and not node.is_provider:
            assert (node.provider or "").endswith("::explicit"), node
