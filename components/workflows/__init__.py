"""Workflows: Step Functions state machines compiled from contracts."""

from components.workflows.definition import Callee, Callees, definition
from components.workflows.state_machine import (
    StateMachine,
    StateMachineArgs,
    state_machine_arn,
    state_machine_role_name,
    state_machine_statements,
)

__all__ = [
    "Callee",
    "Callees",
    "StateMachine",
    "StateMachineArgs",
    "definition",
    "state_machine_arn",
    "state_machine_role_name",
    "state_machine_statements",
]
