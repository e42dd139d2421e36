"""What calls a function by itself: queues, streams of tables, objects (FN-1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, lambda_

from contracts.services.compute import ObjectTrigger, QueueTrigger, StreamTrigger

OBJECT_EVENTS: Mapping[str, str] = {
    "created": "Object Created",
    "removed": "Object Deleted",
    "restored": "Object Restore Completed",
}
"""Event of a contract → detail type. https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html"""


@dataclass(frozen=True, kw_only=True)
class StreamSource:
    """The stream of a table."""

    arn: pulumi.Input[str]
    table_arn: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class ObjectSource:
    """Where an object store's objects are."""

    bucket: pulumi.Input[str]
    """Name of a bucket that sends its events to EventBridge."""
    prefix: str = ""
    """Beginning of the store's keys."""


def object_rule_name(name: str, store: str) -> str:
    """Name of the rule, on the default bus, that calls a function (physical name) for the objects of a store."""
    return f"{name}-{store}"


def object_pattern(trigger: ObjectTrigger, source: ObjectSource) -> dict[str, Any]:
    """The event pattern of an object trigger: its bucket, its events, its keys."""
    detail: dict[str, Any] = {"bucket": {"name": [source.bucket]}}
    prefix, suffix = source.prefix + (trigger.below or ""), trigger.suffix or ""
    if prefix and suffix:  # alternatives of one field are joined by or: only a wildcard asks for both ends
        detail["object"] = {"key": [{"wildcard": f"{prefix}*{suffix}"}]}
    elif prefix or suffix:
        detail["object"] = {"key": [{"prefix": prefix} if prefix else {"suffix": suffix}]}
    return {
        "source": ["aws.s3"],
        "detail-type": [OBJECT_EVENTS[event] for event in trigger.events],
        "detail": detail,
    }


def called_by_queues(
    parent: pulumi.Resource,
    name: str,
    called_arn: pulumi.Input[str],
    triggers: Mapping[str, QueueTrigger],
    queue_arns: Mapping[str, pulumi.Input[str]],
) -> None:
    """Let Lambda take messages of each queue in batches and hand them to the function."""
    for queue, trigger in triggers.items():
        concurrency = trigger.maximum_concurrency
        lambda_.EventSourceMapping(
            f"{name}-queue-{queue}",
            event_source_arn=queue_arns[queue],
            function_name=called_arn,
            batch_size=trigger.batch_size,
            maximum_batching_window_in_seconds=trigger.batching_window_seconds or None,  # a FIFO queue takes none
            scaling_config=lambda_.EventSourceMappingScalingConfigArgs(maximum_concurrency=concurrency)
            if concurrency
            else None,
            function_response_types=["ReportBatchItemFailures"] if trigger.partial_failures else None,
            opts=pulumi.ResourceOptions(parent=parent),
        )


def fed_by_streams(
    parent: pulumi.Resource,
    name: str,
    called_arn: pulumi.Input[str],
    triggers: Mapping[str, StreamTrigger],
    streams: Mapping[str, StreamSource],
    dead_letters_arn: pulumi.Input[str] | None,
) -> None:
    """Let Lambda read each stream and hand its records to the function; what fails for good is a dead letter."""
    destination = (
        lambda_.EventSourceMappingDestinationConfigArgs(
            on_failure=lambda_.EventSourceMappingDestinationConfigOnFailureArgs(destination_arn=dead_letters_arn)
        )
        if dead_letters_arn is not None
        else None
    )
    for table, trigger in triggers.items():
        lambda_.EventSourceMapping(
            f"{name}-stream-{table}",
            event_source_arn=streams[table].arn,
            function_name=called_arn,
            batch_size=trigger.batch_size,
            starting_position=trigger.starting_position,
            maximum_retry_attempts=trigger.maximum_retries,
            bisect_batch_on_function_error=trigger.bisect_on_error,
            destination_config=destination,
            opts=pulumi.ResourceOptions(parent=parent),
        )


def called_by_objects(
    parent: pulumi.Resource,
    name: str,
    function_name: pulumi.Input[str],
    called_arn: pulumi.Input[str],
    qualifier: str | None,
    triggers: Mapping[str, ObjectTrigger],
    sources: Mapping[str, ObjectSource],
    dead_letters_arn: pulumi.Input[str] | None,
) -> None:
    """Let the default bus call the function for the events of each object store."""
    child = pulumi.ResourceOptions(parent=parent)
    for store, trigger in triggers.items():
        logical = f"{name}-objects-{store}"
        rule = cloudwatch.EventRule(
            logical,
            name=object_rule_name(name, store),
            description=f"Objects of {store} call {name}",
            event_pattern=pulumi.Output.json_dumps(object_pattern(trigger, sources[store])),
            opts=child,
        )
        permission = lambda_.Permission(
            f"{logical}-permission",
            action="lambda:InvokeFunction",
            function=function_name,
            qualifier=qualifier,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
            opts=child,
        )
        cloudwatch.EventTarget(
            f"{logical}-target",
            rule=rule.name,
            target_id="function",
            arn=called_arn,
            dead_letter_config=cloudwatch.EventTargetDeadLetterConfigArgs(arn=dead_letters_arn)
            if dead_letters_arn is not None
            else None,
            opts=pulumi.ResourceOptions(parent=parent, depends_on=[permission]),
        )
