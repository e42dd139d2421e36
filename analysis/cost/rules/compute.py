"""Containers, functions, workflows and model endpoints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, cast

from analysis.cost.charges import Charge, Context, NoPriceError, Rule, referred, required, value
from analysis.cost.sleep import awake
from analysis.office_hours import HOURS_OF_MONTH
from graph.nodes import Node
from graph.values import FrozenMap

SECONDS_OF_MONTH = HOURS_OF_MONTH * 3600
DEFAULT_DISK_GIB = 20
SMALLEST_POD = (Decimal("0.25"), Decimal("0.5"))
"""vCPU and GB of the smallest pod on Fargate."""


def _ecs_cluster(node: Node, context: Context) -> Iterable[Charge]:
    settings = cast("Iterable[Mapping[str, Any]]", value(node, "settings") or ())
    if any(item.get("name") == "containerInsights" and item.get("value") != "disabled" for item in settings):
        services = len(context.graph.of_type("aws:ecs/service:Service"))
        yield context.charge("custom-metric-month", "insights-metrics-cluster")
        yield context.charge("custom-metric-month", "insights-metrics-service", times=services)


def _ecs_service(node: Node, context: Context) -> Iterable[Charge]:
    task = referred(node, "taskDefinition", context.graph, "task definition")
    cpu, memory = Decimal(required(task, "cpu")) / 1024, Decimal(required(task, "memory")) / 1024
    platform = cast("Mapping[str, Any]", value(task, "runtimePlatform") or FrozenMap())
    architecture = platform.get("cpuArchitecture", "X86_64")
    hours = awake(node, context, "ecs:updateService", "ecs:updateService", value(node, "name"))
    tasks = Decimal(required(node, "desiredCount"))
    for plan, share in _capacity_shares(node).items():
        yield Charge(f"{plan}:{architecture}:vcpu-hour", cpu * hours * tasks * share)
        yield Charge(f"{plan}:{architecture}:gb-hour", memory * hours * tasks * share)


def _capacity_shares(service: Node) -> dict[str, Decimal]:
    """Return the share of tasks on demand and on spot; on demand where the service has no strategy."""
    plans = {"FARGATE": "fargate", "FARGATE_SPOT": "fargate-spot"}
    strategies: Any = value(service, "capacityProviderStrategies") or [{"capacityProvider": "FARGATE", "weight": 1}]
    weights = {plans[item["capacityProvider"]]: Decimal(item.get("weight", 0)) for item in strategies}
    total = sum(weights.values(), Decimal(0))
    if not total:
        raise NoPriceError("its capacity providers have no weight")
    return {plan: weight / total for plan, weight in weights.items() if weight}


def _kubernetes_cluster(node: Node, context: Context) -> Iterable[Charge]:
    policy: Any = value(node, "upgradePolicy") or {}
    # Whether a version has left standard support is a matter of its end-of-life date; the stack's settings refuse one
    # that has unless extended support is paid for.
    extended = policy.get("supportType") == "EXTENDED"
    yield Charge("eks-cluster-extended-hour" if extended else "eks-cluster-hour", HOURS_OF_MONTH)


def _node_group(node: Node, context: Context) -> Iterable[Charge]:
    scaling: Any = required(node, "scalingConfig")
    nodes = Decimal(scaling["desiredSize"])
    first = str(required(node, "instanceTypes")[0])
    # EKS tries the first type first on demand; on spot it stands for the others, which are of its size.
    market = "ec2-spot" if value(node, "capacityType") == "SPOT" else "ec2"
    yield Charge(f"{market}:{first}", HOURS_OF_MONTH * nodes)
    if "launchTemplate" not in node.inputs:
        yield Charge("ebs-gp3-gb-month", nodes * int(value(node, "diskSize") or DEFAULT_DISK_GIB))
        return
    template = referred(node, "launchTemplate", context.graph, "launch template")
    for mapping in value(template, "blockDeviceMappings") or ():
        disk: Any = mapping["ebs"]
        yield Charge(f"ebs-{disk['volumeType']}-gb-month", nodes * int(disk["volumeSize"]))
    monitoring: Any = value(template, "monitoring") or {}
    if monitoring.get("enabled"):
        yield context.charge("custom-metric-month", "node-metrics", times=nodes)


def _fargate_profile(node: Node, context: Context) -> Iterable[Charge]:
    cpu, memory = SMALLEST_POD
    yield context.charge("fargate:X86_64:vcpu-hour", "fargate-pod-hours", times=cpu)
    yield context.charge("fargate:X86_64:gb-hour", "fargate-pod-hours", times=memory)


def _addon(node: Node, context: Context) -> Iterable[Charge]:
    if required(node, "addonName") == "amazon-cloudwatch-observability":
        yield context.charge("container-observations-million", "cluster-observations")


def _function(node: Node, context: Context) -> Iterable[Charge]:
    calls = context.assumed("function-calls") * 1_000_000
    yield context.charge("lambda-requests", "function-calls")
    yield Charge(
        f"lambda:{_architecture(node)}:gb-second",
        calls * context.assumed("function-seconds") * _memory(node),
        ("function-calls", "function-seconds"),
    )


def _provisioned(node: Node, context: Context) -> Iterable[Charge]:
    name = required(node, "functionName")
    functions = [item for item in context.graph.of_type("aws:lambda/function:Function") if item.inputs["name"] == name]
    if not functions:
        raise NoPriceError(f"the function {name} is not in the graph")
    instances = Decimal(required(node, "provisionedConcurrentExecutions"))
    quantity = instances * _memory(functions[0]) * SECONDS_OF_MONTH
    yield Charge(f"lambda-provisioned:{_architecture(functions[0])}:gb-second", quantity)


def _architecture(function: Node) -> str:
    return str((value(function, "architectures") or ("x86_64",))[0])


def _memory(function: Node) -> Decimal:
    """GB of a function; AWS gives 128 MB where nothing is said."""
    return Decimal(value(function, "memorySize") or 128) / 1024


RECOVERY_PLAN = "atoll:recovery:PlanMachine"
"""Component of state machines that run in a drill, and in an emergency."""


def _workflow(node: Node, context: Context) -> Iterable[Charge]:
    if value(node, "type") == "EXPRESS":
        yield context.charge("express-million", "express-calls")
        yield context.charge("express-gb-second", "express-calls", "express-gb-seconds", times=1_000_000)
    elif RECOVERY_PLAN in node.urn:
        yield context.charge("state-transitions-thousand", "recovery-transitions")
    else:
        yield context.charge("state-transitions-thousand", "transitions")


def _model_endpoint(node: Node, context: Context) -> Iterable[Charge]:
    for variant in required(node, "productionVariants"):
        yield Charge(f"sagemaker:{variant['instanceType']}", HOURS_OF_MONTH * Decimal(variant["initialInstanceCount"]))


RULES: dict[str, Rule] = {
    "aws:ecs/cluster:Cluster": _ecs_cluster,
    "aws:ecs/service:Service": _ecs_service,
    "aws:eks/addon:Addon": _addon,
    "aws:eks/cluster:Cluster": _kubernetes_cluster,
    "aws:eks/fargateProfile:FargateProfile": _fargate_profile,
    "aws:eks/nodeGroup:NodeGroup": _node_group,
    "aws:lambda/function:Function": _function,
    "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": _provisioned,
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration": _model_endpoint,
    "aws:sfn/stateMachine:StateMachine": _workflow,
}
"""Resource type → how it is charged."""
