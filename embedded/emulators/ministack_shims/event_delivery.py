"""Deliver events and notifications as AWS does: to other accounts' buses, once to FIFO queues, again to functions."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from embedded.emulators.ministack_shims import part

REASON = (
    "MiniStack drops an event for a bus of another account or region, puts events into FIFO queues without looking for "
    "duplicates, and calls functions once where AWS retries twice and then uses their dead-letter queue."
)
responses, eventbridge, lambda_svc = part("core.responses"), part("services.eventbridge"), part("services.lambda_svc")
sns, sqs = part("services.sns"), part("services.sqs")
_LOG = logging.getLogger("atoll.events")
_sender: ContextVar[str | None] = ContextVar("sender", default=None)
Put = Callable[..., tuple[int, Any, bytes]]


def putting(put: Put) -> Put:
    """PutEvents that takes the ARN of a bus in another account or region; the event keeps its sender's account."""

    def put_each(data: dict[str, Any], **options: Any) -> tuple[int, Any, bytes]:
        entries = data.get("Entries", [])
        if len(entries) > 10 or not any(_elsewhere(entry) for entry in entries):
            return put(data, **options)
        told = [_put_one(put, entry, options) for entry in entries]
        failed = sum(answer["FailedEntryCount"] for answer in told)
        return eventbridge.json_response(
            {"FailedEntryCount": failed, "Entries": [entry for answer in told for entry in answer["Entries"]]}
        )

    return put_each


def _elsewhere(entry: dict[str, Any]) -> Any:
    """The parsed ARN of the entry's bus, when that is in another account or region."""
    name = entry.get("EventBusName") or ""
    if not name.startswith("arn:"):
        return None
    try:
        spec = eventbridge.parse_arn(name)
    except eventbridge.ArnParseError:
        return None
    return None if (spec.account_id, spec.region) == (responses.get_account_id(), responses.get_region()) else spec


def _put_one(put: Put, entry: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    spec = _elsewhere(entry)
    if spec is None:
        return json.loads(put({"Entries": [entry]}, **options)[2])
    token = _sender.set(responses.get_account_id())
    try:
        with responses.request_scope(spec.account_id, spec.region):
            if spec.resource.removeprefix("event-bus/") not in eventbridge._event_buses:
                missing = {"ErrorCode": "ResourceNotFoundException", "ErrorMessage": f"There is no event bus {spec}."}
                return {"FailedEntryCount": 1, "Entries": [missing]}
            return json.loads(put({"Entries": [entry]}, **options)[2])
    finally:
        _sender.reset(token)


def to_bus(spec: Any, event: dict[str, Any], rule: dict[str, Any], path: set[str], told: str | None = None) -> None:
    """Send an event on to another bus, wherever it is; who may is the bus's policy, which is not judged here."""
    with responses.request_scope(spec.account_id, spec.region):
        name = spec.resource.removeprefix("event-bus/")
        if not spec.resource.startswith("event-bus/") or name not in eventbridge._event_buses:
            _LOG.warning("event bus %s not found", spec)
            return
        source = eventbridge._rule_key(rule.get("Name"), rule.get("EventBusName", "default"))
        forwarded = {**event, "EventBusName": name, "_DispatchPath": [*path, source]}
        if told is not None:
            forwarded["Detail"] = told
        eventbridge._dispatch_event(forwarded)
        eventbridge._archive_event({key: value for key, value in forwarded.items() if key != "_DispatchPath"})


def to_queue(spec: Any, payload: str, parameters: dict[str, Any] | None = None) -> None:
    """Send an event to a queue the way any sender does, so that a FIFO queue keeps its promises."""
    with responses.request_scope(spec.account_id, spec.region):
        queue = sqs._queue_by_arn(str(spec))
        if queue is None:
            _LOG.warning("queue %s not found", spec)
            return
        message = {"QueueUrl": sqs._queue_url(spec.resource), "MessageBody": payload}
        if queue.get("is_fifo"):
            message["MessageGroupId"] = (parameters or {}).get("MessageGroupId")
        try:
            sqs._act_send_message(message, "")
        except sqs._Err as refused:
            _LOG.warning("queue %s refused an event: %s", spec, refused)


def to_function(arn: str, payload: str) -> None:
    """Invoke a function asynchronously: two retries, then its dead-letter queue or failure destination."""
    spec = eventbridge.parse_arn(arn)
    with responses.request_scope(spec.account_id, spec.region):
        function, config, name = lambda_svc._get_func_record_for_ref(arn)
        if not function or not config:
            _LOG.warning("function %s not found", name)
            return
        record = lambda_svc._execution_record_for_config(function, config)
        lambda_svc.invoke_async_with_retry(record, json.loads(payload))


def _anywhere(_target: Any) -> bool:
    return True


def notify_function(
    endpoint: str, envelope: str, _topic: str, subscription: str, _id: str, _raw: str, _attributes: dict[str, Any]
) -> None:
    """A notification for a function, in the shape AWS gives it."""
    record = {"EventVersion": "1.0", "EventSubscriptionArn": subscription, "EventSource": "aws:sns"}
    to_function(endpoint, json.dumps({"Records": [{**record, "Sns": json.loads(envelope)}]}))


def apply() -> None:
    """Replace the deliveries, and accept buses of other accounts."""
    view = eventbridge._pattern_event_view

    def with_sender(event: dict[str, Any]) -> Any:
        if _sender.get() is not None:
            event["Account"] = _sender.get()
        return view(event)

    eventbridge._pattern_event_view = with_sender
    eventbridge._put_events = putting(eventbridge._put_events)
    eventbridge._dispatch_to_event_bus = to_bus
    eventbridge._dispatch_to_sqs = to_queue
    eventbridge._dispatch_to_lambda = to_function
    eventbridge._target_matches_request_scope = _anywhere
    sns._deliver_to_lambda = notify_function
