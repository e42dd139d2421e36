"""What queues, topics, rules and events must be to one another."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.services import compute, dependencies, messaging
from contracts.services.base import Delivery
from contracts.services.contract import ScheduledRun
from contracts.services.dependencies import Interaction
from contracts.services.rules.engine import Sections
from contracts.settings.rules.engine import Finding, Path

MOST_TARGETS = 5
"""Targets of a rule. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"""
LARGEST_FIFO_BATCH = 10
"""Messages. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""


def queues(sections: Sections) -> Iterator[Finding]:
    """FIFO settings on FIFO queues only, and dead letters for everything but dead letters."""
    dead_letters = set(_dead_letter_queues(sections))
    judged = {"compute", "messaging", "schedules"} <= set(sections.values)  # whoever may name a dead-letter queue
    for name, queue in sections.messaging.queues.items():
        path: Path = ("messaging", "queues", name)
        fifo = queue.type is Delivery.FIFO
        for field in ("content_based_deduplication", "deduplication_scope", "throughput_limit"):
            if not fifo and getattr(queue, field):
                yield Finding((*path, field), getattr(queue, field), "nothing, for type standard", "make the type fifo")
        if (
            queue.throughput_limit is messaging.ThroughputLimit.PER_MESSAGE_GROUP
            and queue.deduplication_scope is not messaging.DeduplicationScope.MESSAGE_GROUP
        ):
            allowed = "messageGroup, which throughput_limit perMessageGroupId needs"
            yield Finding((*path, "deduplication_scope"), queue.deduplication_scope, allowed, "write messageGroup")
        if judged and queue.dead_letter is None and name not in dead_letters:
            allowed = "a dead-letter queue, as nothing names this queue as its own"
            fix = "write dead_letter: {after_receives: 3}"
            yield Finding((*path, "dead_letter"), None, allowed, fix)


def _dead_letter_queues(sections: Sections) -> Iterator[str]:
    for _, model in sections.everything():
        if isinstance(model, compute.Function | messaging.TopicSubscription | messaging.RuleTarget | ScheduledRun) and (
            model.dead_letter is not None
        ):
            yield model.dead_letter


def topics(sections: Sections) -> Iterator[Finding]:
    """A FIFO topic keeps its order only into FIFO queues."""
    known = sections.messaging.queues
    for name, topic in sections.messaging.topics.items():
        path: Path = ("messaging", "topics", name)
        if topic.type is Delivery.STANDARD:
            if topic.content_based_deduplication:
                allowed = "false, for type standard"
                yield Finding((*path, "content_based_deduplication"), True, allowed, "make the type fifo")
            continue
        for label, subscription in topic.subscriptions.items():
            queue = known.get(subscription.queue or "")
            if subscription.queue is None or (queue is not None and queue.type is Delivery.STANDARD):
                found = subscription.queue or subscription.function or subscription.email
                fix = "put a FIFO queue between, which keeps the order"
                yield Finding((*path, "subscriptions", label), found, "a queue of type fifo", fix)


def triggers(sections: Sections) -> Iterator[Finding]:
    """A queue hides a message for as long as the function that took it may run; a stream is there."""
    for name, function in sections.compute.functions.items():
        path: Path = ("compute", "functions", name, "triggers")
        for label, trigger in function.triggers.queues.items():
            yield from _queue_trigger((*path, "queues", label), function, trigger, sections.messaging.queues.get(label))
        for label in function.triggers.streams:
            table = sections.stores.dynamodb.get(label)
            if table is not None and table.stream is None:
                fix = f"write stores.dynamodb.{label}.stream: NEW_AND_OLD_IMAGES"
                yield Finding((*path, "streams", label), label, "a table with a stream", fix)


def _queue_trigger(
    path: Path, function: compute.Function, trigger: compute.QueueTrigger, queue: messaging.Queue | None
) -> Iterator[Finding]:
    if queue is None:
        return
    if queue.visibility_timeout_seconds < function.timeout_seconds:
        allowed = f"a queue whose visibility_timeout_seconds is at least timeout_seconds ({function.timeout_seconds})"
        fix = "raise the visibility timeout, or another copy gets the message while the first still works"
        yield Finding(path, queue.visibility_timeout_seconds, allowed, fix)
    if queue.type is Delivery.FIFO and trigger.batch_size > LARGEST_FIFO_BATCH:
        yield Finding((*path, "batch_size"), trigger.batch_size, "1 to 10 from a FIFO queue", "lower it")
    elif trigger.batch_size > LARGEST_FIFO_BATCH and not trigger.batching_window_seconds:
        allowed = "at least 1 second for more than 10 messages"
        yield Finding((*path, "batching_window_seconds"), 0, allowed, "write batching_window_seconds: 1")


def rules(sections: Sections) -> Iterator[Finding]:
    """A rule says what it waits for and where that goes."""
    for name, rule in sections.messaging.rules.items():
        path: Path = ("messaging", "rules", name)
        if not 1 <= len(rule.targets) <= MOST_TARGETS:
            allowed = f"1 to {MOST_TARGETS} targets"
            fix = "split the rule" if rule.targets else "add a target"
            yield Finding((*path, "targets"), f"{len(rule.targets)} targets", allowed, fix)
        if not rule.sources and not rule.detail_types:
            fix = "name the events: an empty pattern matches everything"
            yield Finding((*path, "sources"), [], "sources or detail_types", fix)


def events(sections: Sections) -> Iterator[Finding]:
    """Events on a FIFO topic have a message group, others have none."""
    for name, event in sections.provides.events.items() if "messaging" in sections.values else ():
        topic = sections.messaging.topics.get(event.topic or "")
        ordered = topic is not None and topic.type is Delivery.FIFO
        foreign = event.topic is not None and "#" in event.topic
        path: Path = ("provides", "events", name, "group_by")
        if ordered and event.group_by is None:
            yield Finding(path, None, "a field of the event, as its topic is fifo", "name what must stay in order")
        if event.group_by is not None and not ordered and not foreign:
            yield Finding(path, event.group_by, "nothing, as no FIFO topic carries it", "remove it")


def dependencies_used(sections: Sections) -> Iterator[Finding]:
    """What is consumed is used, belongs to another, and is waited for no longer than said."""
    for name, dependency in sections.consumes.items():
        if name == sections.id:
            yield Finding(("consumes", name), name, "another contract", "remove it: a service is its own")
        if not dependency.calls and not dependency.events:
            fix = "name what is used, or remove the dependency"
            yield Finding(("consumes", name), "nothing used", "at least one of calls and events", fix)
        for operation, call in dependency.calls.items():
            yield from _waiting(("consumes", name, "calls", operation), call)


def _waiting(path: Path, call: dependencies.Call) -> Iterator[Finding]:
    waits = call.interaction is Interaction.SYNC
    if waits and call.timeout_ms is None:
        fix = "write timeout_ms: how long the caller can wait in all"
        yield Finding((*path, "timeout_ms"), None, "milliseconds, as the interaction is sync", fix)
    if not waits and call.timeout_ms is not None:
        allowed = "nothing, as the interaction is async"
        yield Finding((*path, "timeout_ms"), call.timeout_ms, allowed, "remove it, or make the interaction sync")
    if call.retry is not None and call.timeout_ms is not None:
        pause = sum(call.retry.interval_ms * call.retry.backoff_rate**n for n in range(call.retry.attempts - 1))
        if pause >= call.timeout_ms:
            allowed = f"pauses shorter than timeout_ms ({call.timeout_ms}) in all"
            fix = "fewer attempts, shorter pauses, or a longer timeout"
            yield Finding((*path, "retry"), f"{pause:g} ms of pauses", allowed, fix)
