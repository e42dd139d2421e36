"""Functions of the workflow that contains what GuardDuty has found.

The state of an incident grows from step to step: `finding`, `kind` and `target` by `classify`; `evidence` by
`preserve`; `containment` by `contain`. An exception's class name is the name of the error in the workflow.
"""

from __future__ import annotations

import json
import logging
import os
from typing import Any

import containment
from containment import AlreadyContainedError
from triage import NoFindingError, triage

logger = logging.getLogger()
LONGEST_SUBJECT = 100
"""Characters of an e-mail's subject in SNS."""

State = dict[str, Any]

__all__ = ["AlreadyContainedError", "NoFindingError", "ask", "classify", "contain", "lift", "preserve", "tell"]


def classify(event: State, context: Any) -> State:
    """From the event to the first state of the incident.

    Raises:
        NoFindingError: the event tells of no finding.
    """
    found = triage(event, float(os.environ["CONTAIN_FROM_SEVERITY"]))
    logger.info("finding %s of type %s: %s", found["finding"]["id"], found["finding"]["type"], found["kind"])
    return found


def preserve(event: State, context: Any) -> State:
    """Keep the evidence of an instance.

    Raises:
        AlreadyContainedError: it belongs to an incident already.
    """
    return containment.preserve_instance(event["target"], event["finding"]["id"])


def contain(event: State, context: Any) -> State:
    """Contain the target.

    Raises:
        AlreadyContainedError: it is contained already.
    """
    target, finding = event["target"], event["finding"]["id"]
    match event["kind"]:
        case "instance":
            return containment.contain_instance(target, finding)
        case "task":
            return containment.contain_task(target, finding)
        case "role":
            return containment.contain_role(target, finding)
        case "access-key":
            return containment.contain_access_key(target, finding)
        case "bucket":
            investigators = json.loads(os.environ["INVESTIGATORS"])
            return containment.contain_bucket(target, finding, investigators=investigators)
        case kind:
            raise ValueError(f"nothing contains {kind!r}")


def lift(event: State, context: Any) -> State:
    """Put back what containment has changed."""
    lifts = {
        "instance": containment.lift_instance,
        "task": containment.lift_task,
        "role": containment.lift_role,
        "access-key": containment.lift_access_key,
        "bucket": containment.lift_bucket,
    }
    lifts[event["kind"]](event["target"], event["containment"])
    decision: State = event.get("decision") or {}
    return {"lifted": True, "by": str(decision.get("by", ""))}


def tell(event: State, context: Any) -> None:
    """Tell people what was found, and what was done about it."""
    finding = event["finding"]
    if "error" in event:
        outcome = f"NOT contained: {event['error'].get('Error', 'unknown error')}. Contain it by hand, now"
    elif event.get("lift"):
        outcome = "containment lifted"
    elif "containment" in event:
        outcome = "contained"
    else:
        outcome = "not contained: nothing to contain"
    _publish(finding, outcome, event)


def ask(event: State, context: Any) -> None:
    """Tell people that something is contained, and how to lift it or to keep it so."""
    incident, token = event["input"], event["task_token"]
    command = "aws stepfunctions send-task"
    how = {
        "lift": f'{command}-success --task-token {token} --task-output \'{{"by": "your name"}}\'',
        "keep": f"{command}-failure --task-token {token} --error Kept --cause 'why'",
    }
    _publish(incident["finding"], "contained; lift it?", {**incident, "how": how})


def _publish(finding: dict[str, Any], outcome: str, incident: State) -> None:
    subject = f"{finding['label']} {incident['kind']}: {outcome}"
    text = {
        "outcome": outcome,
        "finding": finding,
        "kind": incident["kind"],
        "target": incident["target"],
        **{key: incident[key] for key in ("evidence", "error", "how") if key in incident},
    }
    containment.client("sns").publish(
        TopicArn=os.environ["TOPIC_ARN"], Subject=subject[:LONGEST_SUBJECT], Message=json.dumps(text, indent=2)
    )
