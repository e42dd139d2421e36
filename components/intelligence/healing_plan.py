"""What an alarm sets off, as a state machine: a pure function, so that a test can run it (AI-1).

Guard rails, in this order: maintenance (a parameter that people make meanwhile), the claim (a parameter that can be
made once: one remedy on one subject at a time, and not again before the cool-down is over), the remedy's own bound, and
a message of what was done or why not. Nothing is ever made smaller, stopped for good or deleted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contracts.settings.intelligence import Remedy

Json = dict[str, Any]
MISSING = ["Ssm.ParameterNotFoundException", "Ssm.ParameterNotFound"]
THERE = ["Ssm.ParameterAlreadyExistsException", "Ssm.ParameterAlreadyExists"]
"""What Parameter Store says of a name; as the SDK of Step Functions calls it, and as the API does."""
REDRIVE_PER_SECOND = 10
"""Dead letters go back slowly: what broke the consumer may not be mended."""
RECYCLE_PAUSE_SECONDS = 60
"""Between two tasks, so that the new one is healthy before the next one goes."""


@dataclass(frozen=True, kw_only=True)
class HealingPlan:
    """Names and ARNs of what the state machine touches; text, or an output that becomes text."""

    maintenance_parameter: str
    """While it is there, nothing is done; its value says why."""
    claims_path: str
    """Path in Parameter Store below which claims are: `/<remedy>/<subject>` is added."""
    topic_arn: Any
    cool_down_seconds: int
    queue_arn_prefix: str
    """`arn:aws:sqs:<region>:<account>:`."""
    database_is_cluster: bool = False
    recycle_pause_seconds: int = RECYCLE_PAUSE_SECONDS


def definition(plan: HealingPlan) -> Json:
    """The state machine. Its input: `remedy`, `subject`, and what the remedy needs (see `RULE_INPUTS`)."""
    return {
        "Comment": "Alarm to remedy, with guard rails",
        "StartAt": "LookForMaintenance",
        "States": {**_guards(plan), **_remedies(plan), **_end(plan)},
    }


def _guards(plan: HealingPlan) -> Json:
    return {
        "LookForMaintenance": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ssm:getParameter",
            "Parameters": {"Name": plan.maintenance_parameter},
            "ResultSelector": {"why.$": "$.Parameter.Value"},
            "ResultPath": "$.maintenance",
            "Catch": [{"ErrorEquals": MISSING, "ResultPath": None, "Next": "Claim"}],
            "Next": "InMaintenance",
        },
        "InMaintenance": {
            "Type": "Pass",
            "Parameters": {"text.$": "States.Format('held back, maintenance: {}', $.maintenance.why)"},
            "ResultPath": "$.outcome",
            "Next": "TellHeldBack",
        },
        "Claim": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ssm:putParameter",
            "Parameters": {
                "Name.$": _claim(plan),
                "Value.$": "$$.Execution.Id",
                "Type": "String",
                "Overwrite": False,
            },
            "ResultPath": None,
            "Catch": [{"ErrorEquals": THERE, "ResultPath": None, "Next": "CoolingDown"}],
            "Next": "WhichRemedy",
        },
        "CoolingDown": _reason(
            "held back: the same was done within the cool-down; a person should look", "TellHeldBack"
        ),
        "WhichRemedy": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.remedy", "StringEquals": str(remedy), "Next": state}
                for remedy, state in FIRST_STATES.items()
            ],
            "Default": "Unknown",
        },
        "Unknown": _reason("failed: nobody knows this remedy", "Tell"),
    }


FIRST_STATES = {
    Remedy.RESTART_SERVICE: "Restart",
    Remedy.SCALE_OUT: "CountTasks",
    Remedy.REDRIVE_DEAD_LETTERS: "Redrive",
    Remedy.ROTATE_CREDENTIALS: "Rotate",
}
"""Remedy → where it begins."""
RULE_INPUTS = {
    Remedy.RESTART_SERVICE: ("cluster", "service"),
    Remedy.SCALE_OUT: ("cluster", "service", "maximum"),
    Remedy.REDRIVE_DEAD_LETTERS: (),
    Remedy.ROTATE_CREDENTIALS: ("database",),
}
"""Remedy → what its input holds beside `remedy` and `subject`; the subject of a redrive is the queue."""


def _remedies(plan: HealingPlan) -> Json:
    failed = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "Failed"}
    database = "Cluster" if plan.database_is_cluster else "Instance"
    return {
        "Restart": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ecs:updateService",
            "Parameters": {"Cluster.$": "$.cluster", "Service.$": "$.service", "ForceNewDeployment": True},
            "ResultPath": None,
            "Catch": [
                # A service that CodeDeploy deploys takes no deployment from here: its tasks are replaced one by one.
                {
                    "ErrorEquals": ["Ecs.InvalidParameterException"],
                    "ResultPath": "$.failure",
                    "Next": "ListTasks",
                },
                failed,
            ],
            "Next": "Restarted",
        },
        "Restarted": _reason("done: new tasks replace the old ones", "Tell"),
        "ListTasks": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ecs:listTasks",
            "Parameters": {"Cluster.$": "$.cluster", "ServiceName.$": "$.service", "DesiredStatus": "RUNNING"},
            "ResultSelector": {"arns.$": "$.TaskArns"},
            "ResultPath": "$.tasks",
            "Catch": [failed],
            "Next": "Recycle",
        },
        "Recycle": {
            "Type": "Map",
            "ItemsPath": "$.tasks.arns",
            "MaxConcurrency": 1,
            "ItemSelector": {"task.$": "$$.Map.Item.Value", "cluster.$": "$.cluster"},
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "INLINE"},
                "StartAt": "StopTask",
                "States": {
                    "StopTask": {
                        "Type": "Task",
                        "Resource": "arn:aws:states:::aws-sdk:ecs:stopTask",
                        "Parameters": {
                            "Cluster.$": "$.cluster",
                            "Task.$": "$.task",
                            "Reason": "self-healing: the service has unhealthy tasks",
                        },
                        "ResultPath": None,
                        "Next": "Pause",
                    },
                    "Pause": {"Type": "Wait", "Seconds": plan.recycle_pause_seconds, "End": True},
                },
            },
            "ResultPath": None,
            "Catch": [failed],
            "Next": "Restarted",
        },
        "CountTasks": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ecs:describeServices",
            "Parameters": {"Cluster.$": "$.cluster", "Services.$": "States.Array($.service)"},
            "ResultSelector": {"desired.$": "$.Services[0].DesiredCount"},
            "ResultPath": "$.tasks",
            "Catch": [failed],
            "Next": "HasRoom",
        },
        "HasRoom": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.tasks.desired", "NumericLessThanPath": "$.maximum", "Next": "ScaleOut"},
            ],
            "Default": "AtMaximum",
        },
        "AtMaximum": _reason("held back: the service has all the tasks that it may have", "Tell"),
        "ScaleOut": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ecs:updateService",
            "Parameters": {
                "Cluster.$": "$.cluster",
                "Service.$": "$.service",
                "DesiredCount.$": "States.MathAdd($.tasks.desired, 1)",
            },
            "ResultPath": None,
            "Catch": [failed],
            "Next": "ScaledOut",
        },
        "ScaledOut": _reason("done: the service has one task more", "Tell"),
        "Redrive": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:sqs:startMessageMoveTask",
            "Parameters": {
                "SourceArn.$": f"States.Format('{plan.queue_arn_prefix}{{}}', $.subject)",
                "MaxNumberOfMessagesPerSecond": REDRIVE_PER_SECOND,
            },
            "ResultPath": None,
            "Catch": [failed],
            "Next": "Redriven",
        },
        "Redriven": _reason("done: dead letters go back to their queue", "Tell"),
        "Rotate": {
            "Type": "Task",
            "Resource": f"arn:aws:states:::aws-sdk:rds:modifyDB{database}",
            "Parameters": {
                f"Db{database}Identifier.$": "$.database",
                "RotateMasterUserPassword": True,
                "ApplyImmediately": True,
            },
            "ResultPath": None,
            "Catch": [failed],
            "Next": "Rotated",
        },
        "Rotated": _reason("done: the database's master password is being changed", "Tell"),
        "Failed": {
            "Type": "Pass",
            "Parameters": {"text.$": "States.Format('failed: {}', $.failure.Error)"},
            "ResultPath": "$.outcome",
            "Next": "Tell",
        },
    }


def _end(plan: HealingPlan) -> Json:
    return {
        "Tell": {
            **_tell(plan),
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": "CoolDown"}],
            "Next": "CoolDown",
        },
        "CoolDown": {"Type": "Wait", "Seconds": plan.cool_down_seconds, "Next": "Release"},
        "Release": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ssm:deleteParameter",
            "Parameters": {"Name.$": _claim(plan)},
            "ResultPath": None,
            "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 5, "MaxAttempts": 5, "BackoffRate": 2}],
            "End": True,
        },
        "TellHeldBack": {**_tell(plan), "End": True},
    }


def _claim(plan: HealingPlan) -> str:
    return f"States.Format('{plan.claims_path}/{{}}/{{}}', $.remedy, $.subject)"


def _tell(plan: HealingPlan) -> Json:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sns:publish",
        "Parameters": {
            "TopicArn": plan.topic_arn,
            "Subject.$": "States.Format('Self-healing: {}', $.remedy)",
            "Message.$": "States.Format('{} on {}: {}', $.remedy, $.subject, $.outcome.text)",
        },
        "ResultPath": None,
        # A message that is not sent must not keep the claim from being released.
        "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 2, "BackoffRate": 2}],
    }


def _reason(text: str, then: str) -> Json:
    return {"Type": "Pass", "Result": {"text": text}, "ResultPath": "$.outcome", "Next": then}
