"""From a recovery plan to Automation documents of Systems Manager; pure.

One document does one step in any region: the state machines use it for what lies in another one. One document a plan
runs the whole plan with it, step after step: for the day on which Step Functions itself is impaired.
Source: AWS Systems Manager Automation runbook reference, "aws:executeScript", "aws:executeAutomation", "aws:approve".
"""

from __future__ import annotations

import inspect
from typing import Any

from components.recovery.automation_step import step as script
from components.recovery.step_states import written
from contracts.recovery import names
from contracts.recovery.actions import Approval, Wait
from contracts.recovery.order import order, steps_of
from contracts.recovery.plan import OnFailure, RecoveryPlan, Step
from contracts.recovery.procedures import procedure

Document = dict[str, Any]
RUNTIME = "python3.11"
SCHEMA = "0.3"
LONGEST_SCRIPT_SECONDS = 600


def step_document() -> Document:
    """One step of any plan, in any region, with the role that it is given."""
    given = ("Pieces", "Seconds", "Arguments", "DryRun")
    return {
        "schemaVersion": SCHEMA,
        "description": "One step of a recovery plan: looks whether it is so already, changes it, looks again.",
        "assumeRole": "{{ AutomationAssumeRole }}",
        "parameters": {
            "AutomationAssumeRole": {"type": "AWS::IAM::Role::Arn", "description": "Role that the step acts under."},
            "Pieces": {"type": "String", "description": "What is asked and called, as JSON."},
            "Seconds": {"type": "String", "description": "How long the step may take."},
            "Arguments": {"type": "String", "description": "What the run was given, as JSON.", "default": "{}"},
            "DryRun": {"type": "String", "allowedValues": ["true", "false"], "default": "false"},
        },
        "mainSteps": [
            {
                "name": "step",
                "action": "aws:executeScript",
                "timeoutSeconds": LONGEST_SCRIPT_SECONDS,
                # A script ends after ten minutes; what takes longer is looked at again.
                "maxAttempts": 3,
                "inputs": {
                    "Runtime": RUNTIME,
                    "Handler": "handler",
                    "InputPayload": {name: f"{{{{ {name} }}}}" for name in given},
                    "Script": inspect.getsource(script),
                },
                "isEnd": True,
            }
        ],
    }


def plan_document(plan: RecoveryPlan, environment: str) -> Document:
    """A plan, one step after the other; forks wait for each other. Undoing is the state machine's, or a person's."""
    argued = {name: {"type": "String", "description": what} for name, what in sorted(plan.arguments.items())}
    ordered = list(steps_of(order(plan)))
    return {
        "schemaVersion": SCHEMA,
        "description": f"{plan.title}. {plan.abort.advice}",
        "assumeRole": "{{ AutomationAssumeRole }}",
        "parameters": {
            "AutomationAssumeRole": {"type": "AWS::IAM::Role::Arn", "description": "Role that the plan acts under."},
            "Approvers": {"type": "StringList", "description": "ARNs of those who may agree."},
            **argued,
        },
        "mainSteps": [_step(plan, each, environment, last=each is ordered[-1]) for each in ordered],
    }


def _step(plan: RecoveryPlan, step: Step, environment: str, *, last: bool) -> Document:
    found: Document = {
        "name": step.id.replace("-", "_"),
        "description": step.title,
        "onFailure": "Continue" if step.on_failure is OnFailure.GO_ON else "Abort",
        "timeoutSeconds": step.timeout_seconds,
        **_work(plan, step, environment),
    }
    return found | ({"isEnd": True} if last else {})


def _work(plan: RecoveryPlan, step: Step, environment: str) -> Document:
    match step.action:
        case Wait(seconds=seconds):
            return {"action": "aws:sleep", "inputs": {"Duration": f"PT{seconds}S"}}
        case Approval():
            asked = {"Message": step.action.question[:512], "MinRequiredApprovals": 1, "Approvers": "{{ Approvers }}"}
            return {"action": "aws:approve", "inputs": {"NotificationArn": step.action.topic_arn, **asked}}
        case action:
            arguments = ",".join(f'"{name}":"{{{{ {name} }}}}"' for name in sorted(plan.arguments))
            given = {
                "AutomationAssumeRole": "{{ AutomationAssumeRole }}",
                "Pieces": written(procedure(action)),
                "Seconds": str(step.timeout_seconds),
                "Arguments": f"{{{arguments}}}",
            }
            document = {"DocumentName": names.step_document(environment), "RuntimeParameters": given}
            return {"action": "aws:executeAutomation", "inputs": document}
