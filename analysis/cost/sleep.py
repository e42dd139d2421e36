"""How many hours of a month a resource runs, by the schedules of its graph that stop and start it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal

from analysis.cost.charges import Context, NoPriceError
from analysis.office_hours import Switch, awake_hours, switches
from graph.nodes import Node

SCHEDULE = "aws:scheduler/schedule:Schedule"
PAUSE = "aws:redshift/scheduledAction:ScheduledAction"


def awake(node: Node, context: Context, stop: str, start: str, identifier: object) -> Decimal:
    """Return the hours a month that a resource runs, by EventBridge schedules that make these two calls about it.

    Raises:
        NoPriceError: a schedule that concerns it cannot be read.
    """
    moments: list[Switch] = []
    for schedule in context.graph.of_type(SCHEDULE):
        target = schedule.inputs.get("target")
        if not isinstance(target, Mapping):
            continue  # an unknown target stops nothing that can be relied on
        operation = str(target.get("arn", "")).rsplit("aws-sdk:", 1)[-1]
        if operation not in (stop, start) or not _is_about(schedule, node, target.get("input"), identifier, context):
            continue
        # UpdateService both stops and starts, and its task count may be unknown before deployment: the name says which.
        on = operation == start if start != stop else "-start-" in schedule.name
        moments += _moments(schedule, schedule.inputs["scheduleExpression"], on=on)
    return awake_hours(moments)


def awake_warehouse(context: Context, identifier: object) -> Decimal:
    """Return the hours a month that a Redshift cluster runs, by its own pause and resume schedules."""
    return awake_hours(list(_pauses(context, identifier)))


def _pauses(context: Context, identifier: object) -> Iterator[Switch]:
    for action in context.graph.of_type(PAUSE):
        for call, on in (("pauseCluster", False), ("resumeCluster", True)):
            if context.graph.property(action, f"targetAction.{call}.clusterIdentifier") == identifier:
                yield from _moments(action, action.inputs["schedule"], on=on)


def _moments(schedule: Node, expression: object, *, on: bool) -> list[Switch]:
    try:
        return switches(str(expression), on=on)
    except ValueError as error:
        raise NoPriceError(f"{schedule.name}: {error}") from error


def _is_about(schedule: Node, node: Node, call: object, identifier: object, context: Context) -> bool:
    """Whether a schedule's call names this resource, in its text or, where that is unknown, as a dependency."""
    if isinstance(call, str):
        return identifier in json.loads(call).values()
    return node in context.graph.dependencies(schedule.urn, transitive=False)
