"""How each resource type is charged: pure functions from a node to charges of one month."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from analysis.office_hours import HOURS_OF_MONTH, Switch, awake_hours, switches
from analysis.usage import Usage
from graph.nodes import Node
from graph.resource_graph import ResourceGraph
from graph.values import MISSING, FrozenMap, Secret, Unknown

ENHANCED_MONITORING_GB = {
    60: Decimal("0.27"),
    30: Decimal("0.53"),
    15: Decimal("1.07"),
    10: Decimal("1.61"),
    5: Decimal("3.21"),
    1: Decimal("16.07"),
}
"""Interval in seconds → GB of logs a month and instance (Amazon RDS FAQ, "Enhanced Monitoring"), running all month."""
FREE_DASHBOARDS = 3


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a rule may look at beside its node."""

    graph: ResourceGraph
    usage: Usage
    seen: set[str] = field(default_factory=set[str])
    """Things that are charged once however many resources name them: custom metrics, dashboards."""


@dataclass(frozen=True)
class Charge:
    """A quantity of something priced, for one month."""

    price: str
    """Key of the price table."""
    quantity: Decimal


class NoPriceError(Exception):
    """A property that the price depends on is not known."""


Rule = Callable[[Node, Context], Iterable[Charge]]


def _value(node: Node, name: str) -> Any:
    """Return a known input; None where it is not set."""
    value = node.inputs.get(name, MISSING)
    if isinstance(value, Unknown | Secret):
        raise NoPriceError(f"{name} is not known before deployment")
    return None if value is MISSING else value


def _required(node: Node, name: str) -> Any:
    value = _value(node, name)
    if value is None:
        raise NoPriceError(f"{name} is not set")
    return value


def _awake(node: Node, context: Context, stop: str, start: str, identifier: object) -> Decimal:
    """Return the hours a month that a resource runs, by the schedules that stop and start it."""
    moments: list[Switch] = []
    for schedule in context.graph.of_type("aws:scheduler/schedule:Schedule"):
        target = schedule.inputs.get("target")
        if not isinstance(target, Mapping):
            continue  # an unknown target stops nothing that can be relied on
        operation = str(target.get("arn", "")).rsplit("aws-sdk:", 1)[-1]
        if operation not in (stop, start) or not _is_about(schedule, node, target.get("input"), identifier, context):
            continue
        # UpdateService both stops and starts, and its task count may be unknown before deployment: the name says which.
        on = operation == start if start != stop else "-start-" in schedule.name
        try:
            moments += switches(str(schedule.inputs["scheduleExpression"]), on=on)
        except ValueError as error:
            raise NoPriceError(f"{schedule.name}: {error}") from error
    return awake_hours(moments)


def _is_about(schedule: Node, node: Node, call: object, identifier: object, context: Context) -> bool:
    """Whether a schedule's call names this resource, in its text or, where that is unknown, as a dependency."""
    if isinstance(call, str):
        return identifier in json.loads(call).values()
    return node in context.graph.dependencies(schedule.urn, transitive=False)


def _nat_gateway(node: Node, context: Context) -> Iterable[Charge]:
    yield Charge("nat-gateway-hour", HOURS_OF_MONTH)
    yield Charge("nat-gateway-gb", context.usage.nat_gb)


def _address(node: Node, context: Context) -> Iterable[Charge]:
    yield Charge("public-ipv4-hour", HOURS_OF_MONTH)


def _load_balancer(node: Node, context: Context) -> Iterable[Charge]:
    if _value(node, "loadBalancerType") not in (None, "application"):
        raise NoPriceError("only application load balancers are priced")
    yield Charge("load-balancer-hour", HOURS_OF_MONTH)
    yield Charge("load-balancer-lcu-hour", HOURS_OF_MONTH * context.usage.lcu_average)
    if _value(node, "internal") is not True:
        # One public address in each zone that it has a subnet in.
        yield Charge("public-ipv4-hour", HOURS_OF_MONTH * len(_required(node, "subnets")))


def _endpoint(node: Node, context: Context) -> Iterable[Charge]:
    if _value(node, "vpcEndpointType") == "Interface":
        yield Charge("interface-endpoint-hour", HOURS_OF_MONTH * len(_required(node, "subnetIds")))


def _database(node: Node, context: Context) -> Iterable[Charge]:
    copies = 2 if _value(node, "multiAz") is True else 1
    hours = _awake(node, context, "rds:stopDBInstance", "rds:startDBInstance", _value(node, "identifier"))
    yield Charge(f"rds:{_required(node, 'instanceClass')}:{_required(node, 'engine')}", hours * copies)
    yield Charge(
        f"rds-{_required(node, 'storageType')}-gb-month", Decimal(_required(node, "allocatedStorage")) * copies
    )
    if _value(node, "manageMasterUserPassword") is True:
        yield Charge("secret-month", Decimal(1))
    interval = int(_value(node, "monitoringInterval") or 0)
    if interval:
        yield Charge("logs-ingested-gb", ENHANCED_MONITORING_GB[interval] * hours / HOURS_OF_MONTH * copies)
    if (_value(node, "performanceInsightsRetentionPeriod") or 7) > 7:
        raise NoPriceError("only seven days of Performance Insights are free, longer retention is not priced")


def _cache(node: Node, context: Context) -> Iterable[Charge]:
    nodes = int(_required(node, "numNodeGroups")) * (1 + int(_required(node, "replicasPerNodeGroup")))
    yield Charge(f"elasticache:{_required(node, 'nodeType')}:{_required(node, 'engine')}", HOURS_OF_MONTH * nodes)


def _ecs_service(node: Node, context: Context) -> Iterable[Charge]:
    task = _task_definition(node, context.graph)
    cpu, memory = Decimal(_required(task, "cpu")) / 1024, Decimal(_required(task, "memory")) / 1024
    platform = cast("Mapping[str, Any]", _value(task, "runtimePlatform") or FrozenMap())
    architecture = platform.get("cpuArchitecture", "X86_64")
    hours = _awake(node, context, "ecs:updateService", "ecs:updateService", _value(node, "name"))
    tasks = Decimal(_required(node, "desiredCount"))
    for plan, share in _capacity_shares(node).items():
        yield Charge(f"{plan}:{architecture}:vcpu-hour", cpu * hours * tasks * share)
        yield Charge(f"{plan}:{architecture}:gb-hour", memory * hours * tasks * share)


def _task_definition(service: Node, graph: ResourceGraph) -> Node:
    for reference in graph.references_of(service, "taskDefinition"):
        node = graph.get(reference.urn)
        if node is not None:
            return node
    raise NoPriceError("its task definition is not in the graph")


def _capacity_shares(service: Node) -> dict[str, Decimal]:
    """Return the share of tasks on demand and on spot; on demand where the service has no strategy."""
    plans = {"FARGATE": "fargate", "FARGATE_SPOT": "fargate-spot"}
    strategies: Any = _value(service, "capacityProviderStrategies") or [{"capacityProvider": "FARGATE", "weight": 1}]
    weights = {plans[item["capacityProvider"]]: Decimal(item.get("weight", 0)) for item in strategies}
    total = sum(weights.values(), Decimal(0))
    if not total:
        raise NoPriceError("its capacity providers have no weight")
    return {plan: weight / total for plan, weight in weights.items() if weight}


def _key(node: Node, context: Context) -> Iterable[Charge]:
    yield Charge("kms-key-month", Decimal(1))
    yield Charge("kms-requests", context.usage.kms_ten_thousand_requests)


def _secret(node: Node, context: Context) -> Iterable[Charge]:
    yield Charge("secret-month", Decimal(1))


def _alarm(node: Node, context: Context) -> Iterable[Charge]:
    queries: Any = _value(node, "metricQueries") or ()
    metrics = sum(1 for query in queries if "metric" in query)
    # CloudWatch counts an anomaly alarm as three metrics: its own and the two edges of the band.
    band = any("ANOMALY_DETECTION_BAND" in str(query.get("expression", "")) for query in queries)
    yield Charge("alarm-metric-month", Decimal((metrics or 1) + (2 if band else 0)))


def _composite_alarm(node: Node, context: Context) -> Iterable[Charge]:
    yield Charge("composite-alarm-month", Decimal(1))


def _dashboard(node: Node, context: Context) -> Iterable[Charge]:
    context.seen.add(f"dashboard:{node.name}")
    if sum(1 for item in context.seen if item.startswith("dashboard:")) > FREE_DASHBOARDS:
        yield Charge("dashboard-month", Decimal(1))


def _metric_filter(node: Node, context: Context) -> Iterable[Charge]:
    transformation: Any = _required(node, "metricTransformation")
    metric = f"metric:{transformation['namespace']}:{transformation['name']}"
    if metric not in context.seen:
        context.seen.add(metric)
        yield Charge("custom-metric-month", Decimal(1))


def _log_group(node: Node, context: Context) -> Iterable[Charge]:
    name = str(_required(node, "name"))
    prefixes = [prefix for prefix in context.usage.log_gb if name.startswith(prefix)]
    if not prefixes:
        raise NoPriceError(f"no assumption says how much {name} takes in")
    taken_in = context.usage.log_gb[max(prefixes, key=len)]
    yield Charge("logs-ingested-gb", taken_in)
    yield Charge("logs-stored-gb-month", taken_in * int(_required(node, "retentionInDays")) / 30)


def _table(node: Node, context: Context) -> Iterable[Charge]:
    if _value(node, "billingMode") != "PAY_PER_REQUEST":
        raise NoPriceError("provisioned capacity is not priced")
    yield Charge("dynamodb-write-million", context.usage.table_million_writes)
    yield Charge("dynamodb-read-million", context.usage.table_million_reads)
    yield Charge("dynamodb-gb-month", context.usage.table_gb)
    recovery: Any = _value(node, "pointInTimeRecovery") or {}
    if recovery.get("enabled"):
        yield Charge("dynamodb-pitr-gb-month", context.usage.table_gb)


def _bucket(node: Node, context: Context) -> Iterable[Charge]:
    yield Charge("s3-standard-gb-month", context.usage.bucket_gb)
    yield Charge("s3-write-thousand", context.usage.bucket_thousand_writes)


def _repository(node: Node, context: Context) -> Iterable[Charge]:
    yield Charge("ecr-gb-month", context.usage.image_gb)


def _zone(node: Node, context: Context) -> Iterable[Charge]:
    yield Charge("hosted-zone-month", Decimal(1))


RULES: dict[str, Rule] = {
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": _composite_alarm,
    "aws:cloudwatch/dashboard:Dashboard": _dashboard,
    "aws:cloudwatch/logGroup:LogGroup": _log_group,
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": _metric_filter,
    "aws:cloudwatch/metricAlarm:MetricAlarm": _alarm,
    "aws:dynamodb/table:Table": _table,
    "aws:ec2/eip:Eip": _address,
    "aws:ec2/natGateway:NatGateway": _nat_gateway,
    "aws:ec2/vpcEndpoint:VpcEndpoint": _endpoint,
    "aws:ecr/repository:Repository": _repository,
    "aws:ecs/service:Service": _ecs_service,
    "aws:elasticache/replicationGroup:ReplicationGroup": _cache,
    "aws:kms/key:Key": _key,
    "aws:lb/loadBalancer:LoadBalancer": _load_balancer,
    "aws:rds/instance:Instance": _database,
    "aws:route53/zone:Zone": _zone,
    "aws:s3/bucket:Bucket": _bucket,
    "aws:secretsmanager/secret:Secret": _secret,
    # A private DNS namespace is a hosted zone; instances that ECS registers in it are free.
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": _zone,
}
"""Resource type → how it is charged."""
