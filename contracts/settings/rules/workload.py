"""What the settings of ECS, of budgets and of schedules must be to one another."""

from __future__ import annotations

from collections.abc import Iterator

from contracts import catalogue
from contracts.settings.compute import EcsServiceSettings, EcsSettings
from contracts.settings.operations import CostSettings
from contracts.settings.rules.engine import Finding, rule

MOST_ALERTS = 5
"""Notifications of one budget. https://docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html"""
MOST_ADDRESSES = 10
"""E-mail addresses of one notification. Same page."""


@rule("ecs")
def _fargate_sizes(ecs: EcsSettings) -> Iterator[Finding]:
    for name, service in ecs.services.items():
        fitting = catalogue.FARGATE_MEMORY_MIB[service.cpu]
        if service.memory not in fitting:
            closest = min(fitting, key=lambda size: abs(size - service.memory))
            allowed = f"what Fargate has for cpu {service.cpu}: {_sizes(fitting)} MiB"
            yield Finding(
                ("ecs", "services", name, "memory"), service.memory, allowed, f"the nearest is {closest}; or change cpu"
            )


def _sizes(sizes: tuple[int, ...]) -> str:
    if len(sizes) <= 4:
        return ", ".join(map(str, sizes))
    return f"{sizes[0]} to {sizes[-1]} in steps of {sizes[1] - sizes[0]}"


@rule("ecs")
def _routes(ecs: EcsSettings) -> Iterator[Finding]:
    priorities: dict[int, str] = {}
    paths: dict[str, str] = {}
    for name, service in ecs.services.items():
        yield from _whole_route(name, service)
        if service.priority is not None and (other := priorities.setdefault(service.priority, name)) != name:
            path = ("ecs", "services", name, "priority")
            yield Finding(
                path,
                service.priority,
                "a priority that no other service has",
                f"{other} has it already; choose another",
            )
        if service.path is not None and (other := paths.setdefault(service.path, name)) != name:
            path = ("ecs", "services", name, "path")
            yield Finding(
                path,
                service.path,
                "a path that no other service has",
                f"{other} has it already, this one would never be asked",
            )


def _whole_route(name: str, service: EcsServiceSettings) -> Iterator[Finding]:
    if (service.path is None) != (service.priority is None):
        missing = "path" if service.path is None else "priority"
        path = ("ecs", "services", name, missing)
        yield Finding(
            path, None, "path and priority both, or both null", f"give it a {missing}, or make the other null too"
        )


@rule("ecs")
def _step_scaling(ecs: EcsSettings) -> Iterator[Finding]:
    scaling = ecs.scaling
    if scaling.minimum > scaling.maximum:
        path = ("ecs", "scaling", "maximum")
        yield Finding(path, scaling.maximum, f"at least minimum ({scaling.minimum})", "raise it, or lower the minimum")
    if scaling.scale_in_cpu >= scaling.scale_out_cpu:
        allowed = f"below scale_out_cpu ({scaling.scale_out_cpu})"
        yield Finding(
            ("ecs", "scaling", "scale_in_cpu"),
            scaling.scale_in_cpu,
            allowed,
            "tasks would come and go for ever: lower it",
        )


@rule("cost")
def _budget_alerts(cost: CostSettings) -> Iterator[Finding]:
    percents = cost.alert_percents
    if not 1 <= len(percents) <= MOST_ALERTS or list(percents) != sorted(percents):
        allowed = f"1 to {MOST_ALERTS} percentages, rising"
        yield Finding(
            ("cost", "alert_percents"),
            ", ".join(map(str, percents)),
            allowed,
            "put them in order, and keep the ones that matter",
        )
    if not 1 <= len(cost.alert_emails) <= MOST_ADDRESSES:
        allowed = f"1 to {MOST_ADDRESSES} addresses"
        yield Finding(
            ("cost", "alert_emails"),
            f"{len(cost.alert_emails)} addresses",
            allowed,
            "a budget tells someone; use a list address for many",
        )


@rule("cost")
def _off_hours(cost: CostSettings) -> Iterator[Finding]:
    if cost.off_hours is not None and cost.off_hours.stop == cost.off_hours.start:
        yield Finding(
            ("cost", "off_hours", "start"),
            cost.off_hours.start,
            "another time than stop",
            "choose when the stack wakes up",
        )
