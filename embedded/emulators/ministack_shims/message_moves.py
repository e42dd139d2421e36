"""Redrive of a dead-letter queue: StartMessageMoveTask and its companions."""

from __future__ import annotations

import time
from typing import Any

from embedded.emulators.ministack_shims import part

REASON = (
    "MiniStack has no StartMessageMoveTask, ListMessageMoveTasks and CancelMessageMoveTask, with which the messages "
    "of a dead-letter queue are sent back to where they came from; and its state machines ask queues in the query "
    "protocol, which knows none of them."
)
responses, sqs = part("core.responses"), part("services.sqs")
_tasks: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
_KEPT = 10  # as in AWS: the most recent tasks of a source


def _key(source: str) -> tuple[str, str, str]:
    return responses.get_account_id(), responses.get_region(), source


def _queue(arn: str, member: str) -> dict[str, Any]:
    queue = sqs._queue_by_arn(arn)
    if queue is None:
        raise sqs._Err("ResourceNotFoundException", f"The queue of {member} does not exist: {arn}", 404)
    return queue


def start(data: dict[str, Any], _url: str) -> dict[str, Any]:
    """Move every message of the source, to `DestinationArn` or back to the queue each came from; at once."""
    source_arn = data.get("SourceArn", "")
    source = _queue(source_arn, "SourceArn")
    told = data.get("DestinationArn")
    if told:
        _queue(told, "DestinationArn")
    now = time.time()
    kept: list[dict[str, Any]] = []
    moved = 0
    waiting = [message for message in source["messages"] if message["visible_at"] <= now]
    for message in source["messages"]:
        destination = told or message.get("sys", {}).get("DeadLetterQueueSourceArn")
        queue = sqs._queue_by_arn(destination) if destination else None
        if message not in waiting or queue is None:
            kept.append(message)
            continue
        system = {name: value for name, value in message["sys"].items() if name != "DeadLetterQueueSourceArn"}
        fresh = {"receive_count": 0, "first_receive_at": None, "receipt_handle": None, "visible_at": now}
        queue["messages"].append({**message, **fresh, "enqueued_at": now, "sys": system})
        moved += 1
    source["messages"] = kept
    task = {
        "TaskHandle": responses.new_uuid(),
        "Status": "COMPLETED",
        "SourceArn": source_arn,
        **({"DestinationArn": told} if told else {}),
        "ApproximateNumberOfMessagesMoved": moved,
        "ApproximateNumberOfMessagesToMove": len(waiting),
        "StartedTimestamp": int(now * 1000),
    }
    _tasks[_key(source_arn)] = [task, *_tasks.get(_key(source_arn), [])][:_KEPT]
    sqs.esm_wake.set()
    return {"TaskHandle": task["TaskHandle"]}


def listed(data: dict[str, Any], _url: str) -> dict[str, Any]:
    """The latest tasks of a source, newest first. Only a running task shows its handle, and none still runs."""
    source = data.get("SourceArn", "")
    _queue(source, "SourceArn")
    tasks = _tasks.get(_key(source), [])[: int(data.get("MaxResults") or 1)]
    return {"Results": [{name: value for name, value in task.items() if name != "TaskHandle"} for task in tasks]}


def cancel(data: dict[str, Any], _url: str) -> dict[str, Any]:
    """Always refused: a task has ended before it could be cancelled."""
    raise sqs._Err("ResourceNotFoundException", f"No running task has the handle {data.get('TaskHandle')}", 404)


def apply() -> None:
    """Add the three actions; a reset forgets their tasks too."""
    reset = sqs.reset

    def forgetting() -> None:
        _tasks.clear()
        reset()

    sqs.reset = forgetting
    part("services.stepfunctions")._AWS_SDK_SERVICE_MAP["sqs"] = {"target_prefix": "AmazonSQS", "protocol": "json"}
    sqs._HANDLERS |= {
        "StartMessageMoveTask": start,
        "ListMessageMoveTasks": listed,
        "CancelMessageMoveTask": cancel,
    }
