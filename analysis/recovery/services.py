"""Containers and nodes: how many are left when a zone is lost, and who serves when a region is."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from analysis.recovery.databases import subject
from analysis.recovery.model import Kind, Outcome
from analysis.recovery.routes import Route, for_all_requests, nothing_leads, stays
from analysis.recovery.spans import Least, Span, Sum, at_once, lost, setting, unknown
from analysis.recovery.terms import published
from analysis.recovery.world import Place, World, items, number
from contracts.recovery.scenarios import Scenario
from graph.values import MISSING, FrozenMap, Unknown

SERVICE = "aws:ecs/service:Service"
SCALING = "aws:appautoscaling/target:Target"
TARGETS = "aws:lb/targetGroup:TargetGroup"
NODES = "aws:eks/nodeGroup:NodeGroup"


def services(world: World, found: tuple[Route, ...]) -> Iterator[Outcome]:
    """Yield what each scenario does to each service and node group."""
    for service in world.of(SERVICE):
        who = subject(Kind.SERVICE, service)
        count, zones = tasks(world, service), world.zones(service, "networkConfiguration.subnets")
        left = _left(count, zones)
        yield Outcome(subject=who, scenario=Scenario.ZONE_LOSS, rto=_service_zone(world, service, left))
        elsewhere = counterparts(world, service, "name")
        yield Outcome(subject=who, scenario=Scenario.REGION_LOSS, rto=_elsewhere(world, service, elsewhere, found))
    for group in world.of(NODES):
        if number(group.value("scalingConfig.desiredSize"), 0) == 0:
            continue  # Karpenter or the autoscaler fills it when pods wait; there is nothing to lose
        who = subject(Kind.NODES, group)
        left = _left(number(group.value("scalingConfig.desiredSize")), world.zones(group, "subnetIds"))
        yield Outcome(subject=who, scenario=Scenario.ZONE_LOSS, rto=_nodes_zone(group, left))
        elsewhere = counterparts(world, group, "nodeGroupName")
        yield Outcome(subject=who, scenario=Scenario.REGION_LOSS, rto=_led(group, elsewhere, found))


def tasks(world: World, service: Place, bound: str = "minCapacity") -> float | None:
    """Tasks of a service that always run (or, with ``maxCapacity``, may run); None where it is not known."""
    target = scaling(world, service)
    if target is not None:
        return number(target.value(bound))
    return number(service.value("desiredCount"), 1)


def scaling(world: World, service: Place) -> Place | None:
    """What scales a service."""
    name = service.value("name")
    for target in world.of(SCALING):
        if target.stack != service.stack or target.value("serviceNamespace") != "ecs":
            continue
        resource = target.value("resourceId")
        text = str(resource) if isinstance(resource, str | Unknown) else ""
        if isinstance(name, str) and text.endswith(f"/{name}"):
            return target
        if isinstance(resource, Unknown) and any(one.urn == service.node.urn for one in resource.references):
            return target
    return None


def counterparts(world: World, place: Place, path: str) -> list[Place]:
    """The same thing in other regions: of the same type, and of the same name in AWS."""
    name = place.value(path)
    return [
        other
        for other in world.of(place.node.type)
        if other.region != place.region and isinstance(name, str) and other.value(path) == name
    ]


def _left(count: float | None, zones: frozenset[str] | None) -> float | None:
    """How many are left when the zone with the most is lost; they are spread evenly."""
    if count is None or not zones:
        return None
    return count - ceil(count / len(zones))


def _service_zone(world: World, service: Place, left: float | None) -> Span:
    if left is None:
        source = service.source("desiredCount")
        return unknown("how many tasks are left", f"{source} or the zones of its subnets are not known", source)
    groups = _target_groups(world, service)
    if left >= 1:
        checks = [_unhealthy(group) for group in groups]
        if not checks:
            return at_once("tasks in other zones go on", service.source(""))
        # the load balancer gives the lost tasks up, or ECS takes them from it, whichever comes first
        return Least(max(checks, key=_slowness), published("fargate-start"))
    ready = [_healthy(group) for group in groups]
    return Sum(published("fargate-start"), *([max(ready, key=_slowness)] if ready else []))


def _slowness(span: Span) -> tuple[bool, float, float]:
    figures = span.figures
    return bool(figures.unknown), figures.bound, figures.typical


def _target_groups(world: World, service: Place) -> list[Place]:
    found = [
        world.pointed(service.stack, balancer["targetGroupArn"], (TARGETS,))
        for balancer in items(service.value("loadBalancers"))
        if "targetGroupArn" in balancer
    ]
    return [group for group in found if group is not None]


def _unhealthy(group: Place) -> Span:
    return _checks(group, "unhealthyThreshold", "until the load balancer gives a task up", timed=True)


def _healthy(group: Place) -> Span:
    return _checks(group, "healthyThreshold", "until the load balancer takes a task in", timed=False)


def _checks(group: Place, threshold_name: str, what: str, *, timed: bool) -> Span:
    """Checks in a row; one that fails does so after its time-out."""
    check, source = group.value("healthCheck"), group.source(f"healthCheck.interval, {threshold_name}")
    if not isinstance(check, FrozenMap):
        return unknown(what, f"{source} is not known", source)
    interval = number(check.get("interval", MISSING), 30)
    threshold = number(check.get(threshold_name, MISSING), 3 if threshold_name == "unhealthyThreshold" else 5)
    timeout = number(check.get("timeout", MISSING), 5) if timed else 0
    if interval is None or threshold is None or timeout is None:
        return unknown(what, f"{source} is not known", source)
    return setting(
        "target-health",
        f"{what}: {threshold:g} checks, one every {interval:g} s",
        interval * (threshold - 1),
        interval * (threshold - 0.5) + timeout,
        interval * threshold + timeout,
        source,
        advice="check targets more often, or with a lower threshold",
    )


def _nodes_zone(group: Place, left: float | None) -> Span:
    if left is None:
        source = group.source("scalingConfig.desiredSize")
        return unknown("how many nodes are left", f"{source} or the zones of its subnets are not known", source)
    return published("pods-moved") if left >= 1 else Sum(published("pods-moved"), published("node-start"))


def _elsewhere(world: World, service: Place, others: list[Place], found: tuple[Route, ...]) -> Span:
    led = _led(service, others, found)
    if not others:
        return led
    if not _target_groups(world, service):
        led = stays(service, "loadBalancers")
    counts = [tasks(world, other) for other in others]
    if any(count is None for count in counts):
        source = others[0].source("desiredCount")
        return unknown("how many tasks the other region runs", f"{source} is not known", source)
    running = max(count for count in counts if count is not None)
    return led if running >= 1 else Sum(led, published("fargate-start"))


def _led(place: Place, others: list[Place], found: tuple[Route, ...]) -> Span:
    if not others:
        return lost("it runs in one region alone", place.source(""), "run it in another region too")
    return for_all_requests(found) or nothing_leads(place)
