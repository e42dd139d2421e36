"""The ways by which clients are led to regions: DNS with health checks, CloudFront's origin groups, accelerators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.recovery.model import Kind, Outcome, Subject
from analysis.recovery.spans import Span, Sum, at_once, lost, setting, unknown
from analysis.recovery.terms import published
from analysis.recovery.world import Place, World, hidden, items, number
from contracts.recovery.scenarios import Scenario
from graph.values import MISSING, FrozenList, FrozenMap

RECORD = "aws:route53/record:Record"
CHECK = "aws:route53/healthCheck:HealthCheck"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
LISTENER = "aws:globalaccelerator/listener:Listener"
ENDPOINTS = "aws:globalaccelerator/endpointGroup:EndpointGroup"
DETECTIONS = ("route53-health-check", "accelerator-check")
"""Names of terms that tell how long it takes until the loss of an endpoint is known."""
DEEPEST = 3
"""Levels of calculated health checks that are followed."""
_POLICIES = (
    "weightedRoutingPolicies",
    "failoverRoutingPolicies",
    "latencyRoutingPolicies",
    "geolocationRoutingPolicies",
    "geoproximityRoutingPolicy",
    "multivalueAnswerRoutingPolicy",
)
_ADDRESSES = ("A", "AAAA", "CNAME", "HTTPS")
_ATTEMPTS, _TIMEOUT = 3, 10
"""What CloudFront takes where nothing is given: attempts to connect, and seconds of each.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html"""


@dataclass(frozen=True)
class Route:
    """One way to more than one place."""

    subject: Subject
    leads_away: Span
    """From the moment that a place stops answering until clients are led elsewhere."""
    all_requests: bool
    """Whether every request is led away, not only those that read."""


def routes(world: World) -> tuple[Route, ...]:
    """Return every way that has somewhere else to lead to, or that clients take without one."""
    return (*_answers(world), *_distributions(world), *_accelerators(world))


def route_outcomes(found: Sequence[Route]) -> Iterator[Outcome]:
    """Yield what the loss of an endpoint does to each route."""
    for route in found:
        yield Outcome(subject=route.subject, scenario=Scenario.DNS, rto=route.leads_away)


def _subject(place: Place, name: str) -> Subject:
    return Subject(kind=Kind.ROUTE, stack=place.stack, region="", name=name, urn=place.node.urn)


# -- DNS -----------------------------------------------------------------------------------------------------------


def _answers(world: World) -> Iterator[Route]:
    """Records of one name and type that answer in turn, by a routing policy."""
    groups: dict[tuple[str, str, str], list[Place]] = {}
    for record in world.of(RECORD):
        if record.value("type") in _ADDRESSES and any(_is_set(record, policy) for policy in _POLICIES):
            name = record.value("name")
            key = (str(record.value("zoneId")), str(name), str(record.value("type")))
            groups.setdefault(key, []).append(record)
    for (_, name, type_), records in groups.items():
        yield Route(_subject(records[0], f"{name} {type_}"), _led_away(world, records), all_requests=True)


def _is_set(record: Place, policy: str) -> bool:
    value = record.value(policy)
    return value is not MISSING and value is not None and value is not False and value != FrozenList()


def _led_away(world: World, records: list[Place]) -> Span:
    """Detection and the TTL of the slowest record: which one fails is not known."""
    if len(records) < 2:
        return lost("no second answer", records[0].source(""), "add a record of another region")
    each = [Sum(_detection(world, record), _kept(record)) for record in records]
    return max(each, key=lambda span: (bool(span.figures.unknown), span.figures.bound, span.figures.typical))


def _detection(world: World, record: Place) -> Span:
    value, source = record.value("healthCheckId"), record.source("healthCheckId")
    if value is MISSING or value is None:
        if any(alias.get("evaluateTargetHealth") is True for alias in items(record.value("aliases"))):
            return unknown(
                "when Route 53 finds an alias's target unhealthy",
                f"{source}: AWS publishes no time; add a check",
                source,
            )
        return lost("nothing checks this answer", source, "give the record a health check")
    check = world.target(record, "healthCheckId", CHECK)
    if check is None:
        return unknown("when the health check fails", f"{source}: the check is in no known stack", source)
    return detection(world, check)


def detection(world: World, check: Place, depth: int = 0) -> Span:
    """Until a health check fails: interval times threshold; a calculated one when enough children have failed."""
    if check.value("type") == "CALCULATED" and depth < DEEPEST:
        children = world.targets(check, "childHealthchecks", CHECK)
        least = number(check.value("childHealthThreshold"), len(children))
        if children and least is not None:
            enough = max(len(children) - int(least), 0)
            spans = [detection(world, child, depth + 1) for child in children]
            # one that cannot be told (a switch that people turn) may fail sooner, and is not waited for if it need not
            ordered = sorted(spans, key=lambda span: (bool(span.figures.unknown), span.figures.bound))
            return ordered[min(enough, len(ordered) - 1)]
    if check.value("type") in ("CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL"):
        source = check.source("type")
        return unknown(
            "when the health check fails", f"{source}: {check.value('type')} is not asked by a checker", source
        )
    interval, threshold = number(check.value("requestInterval"), 30), number(check.value("failureThreshold"), 3)
    source = check.source("requestInterval, failureThreshold")
    if interval is None or threshold is None:
        return unknown("when the health check fails", f"{source} is not known", source)
    return setting(
        "route53-health-check",
        f"{threshold:g} checks, one every {interval:g} s",
        interval * (threshold - 1),
        interval * (threshold - 0.5),
        interval * threshold,
        source,
        advice="check every 10 seconds with threshold 1 (dns.health), or lead clients by an accelerator, without DNS",
    )


def _kept(record: Place) -> Span:
    """How long resolvers keep an answer."""
    if items(record.value("aliases")):
        return published("elb-alias-ttl")
    ttl, source = number(record.value("ttl")), record.source("ttl")
    if ttl is None:
        return unknown("how long answers are kept", f"{source} is not known", source)
    advice = "shorten it (dns.ttl_seconds)"
    return setting("dns-ttl", f"resolvers keep an answer for {ttl:g} s", 0, ttl / 2, ttl, source, advice=advice)


# -- CloudFront ----------------------------------------------------------------------------------------------------


def _distributions(world: World) -> Iterator[Route]:
    """Origin groups: each request asks the second origin when the first does not answer."""
    for distribution in world.of(DISTRIBUTION):
        origins = {str(origin.get("originId")): origin for origin in items(distribution.value("origins"))}
        for group in items(distribution.value("originGroups")):
            members = [str(member.get("originId")) for member in items(group.get("members", MISSING))]
            name = f"{distribution.node.name} {group.get('originId', '')}".strip()
            yield Route(_subject(distribution, name), _retried(distribution, members, origins), all_requests=False)


def _retried(distribution: Place, members: Sequence[str], origins: Mapping[str, FrozenMap]) -> Span:
    source = distribution.source("origins")
    first = origins.get(members[0]) if members else None
    if first is None or len(members) < 2:
        return unknown("when CloudFront asks the other origin", f"{source}: the group's origins are not known", source)
    attempts = number(first.get("connectionAttempts", MISSING), _ATTEMPTS)
    timeout = number(first.get("connectionTimeout", MISSING), _TIMEOUT)
    if attempts is None or timeout is None:
        return unknown("when CloudFront asks the other origin", f"{source} is not known", source)
    return setting(
        "cloudfront-connect",
        f"{attempts:g} attempts to connect of {timeout:g} s; of GET, HEAD and OPTIONS alone",
        min(1.0, attempts * timeout),
        attempts * timeout,
        attempts * timeout,
        source,
        advice="fewer attempts, a shorter time-out (cdn.connection_attempts, cdn.connection_timeout_seconds)",
    )


# -- Global Accelerator --------------------------------------------------------------------------------------------


def _accelerators(world: World) -> Iterator[Route]:
    for listener in world.of(LISTENER):
        groups = [group for group in world.of(ENDPOINTS) if world.same(group, "listenerArn", listener)]
        if groups:
            yield Route(_subject(listener, listener.node.name), _accelerated(groups), all_requests=True)


def _accelerated(groups: list[Place]) -> Span:
    if len(groups) < 2:
        return lost("no second endpoint group", groups[0].source(""), "add an endpoint group in another region")
    if any(
        hidden(group.value("healthCheckIntervalSeconds")) or hidden(group.value("thresholdCount")) for group in groups
    ):
        source = groups[0].source("healthCheckIntervalSeconds")
        return unknown("when the accelerator finds an endpoint unhealthy", f"{source} is not known", source)
    slowest = max(groups, key=_checked)
    seconds = _checked(slowest)
    checked = setting(
        "accelerator-check",
        f"the accelerator's own checks take {seconds:g} s",
        0,
        seconds / 2,
        seconds,
        slowest.source("healthCheckIntervalSeconds, thresholdCount"),
        advice="check every 10 seconds (accelerator.health_interval_seconds, accelerator.health_threshold)",
    )
    return Sum(checked, published("accelerator-failover"))


def _checked(group: Place) -> float:
    interval = number(group.value("healthCheckIntervalSeconds"), 30) or 30
    return interval * (number(group.value("thresholdCount"), 3) or 3)


def for_all_requests(found: Sequence[Route]) -> Span | None:
    """The slowest of the ways that lead every request away, for clients may take any; None where there is none."""
    spans = [route.leads_away for route in found if route.all_requests]
    return max(spans, key=lambda span: (bool(span.figures.unknown), span.figures.bound), default=None)


def nothing_leads(place: Place) -> Span:
    """No way leads anywhere else."""
    return lost("no way leads clients to another region", place.source(""), "lead clients by DNS with health checks")


def stays(place: Place, path: str) -> Span:
    """Nobody has to be led anywhere."""
    return at_once("no client is led to it from outside", place.source(path))
