from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.settings.base import DeploymentStrategy
from contracts.settings.compute import EcsServiceSettings
from graph.values import MISSING
from tests.components.cluster.samples import (
    EXECUTION_ROLE,
    REPOSITORY,
    TASK_ROLE,
    ecs,
    record_service,
    scaling,
    service,
)
from tests.kit import GraphView

CODEDEPLOY = [DeploymentStrategy.BLUE_GREEN, DeploymentStrategy.CANARY]
TASK = ("aws:ecs/taskDefinition:TaskDefinition", "test-user-task")
REGISTRY = ("aws:servicediscovery/service:Service", "test-user-registry")
SERVICE = ("aws:ecs/service:Service", "test-user-service")
ROUTE = ("atoll:cluster:ServiceRoute", "test-user-route")
SCALING = ("atoll:cluster:StepScaling", "test-user-scaling")
DEPLOYMENT = ("atoll:cluster:BlueGreenDeployment", "test-user-deployment")


def background() -> EcsServiceSettings:
    return service(path=None, priority=None)


def containers(view: GraphView, task: str = "test-user-task") -> list[dict[str, Any]]:
    definitions = view.value(task, "containerDefinitions")
    assert isinstance(definitions, str), f"container definitions are {definitions}"
    return json.loads(definitions)


def test_children_are_exactly_these_when_rolling() -> None:
    record_service(ecs()).assert_children("test-user", [TASK, REGISTRY, ROUTE, SERVICE, SCALING])


@pytest.mark.parametrize("strategy", CODEDEPLOY)
def test_children_include_a_deployment_group_when_codedeploy_deploys(strategy: DeploymentStrategy) -> None:
    view = record_service(ecs(strategy))

    view.assert_children("test-user", [TASK, REGISTRY, ROUTE, SERVICE, SCALING, DEPLOYMENT])
    view.assert_children(
        "test-user-route",
        [
            ("aws:lb/targetGroup:TargetGroup", "test-user-route-target-blue"),
            ("aws:lb/targetGroup:TargetGroup", "test-user-route-target-green"),
            ("aws:lb/listenerRule:ListenerRule", "test-user-route-rule"),
        ],
    )


@pytest.mark.parametrize("strategy", list(DeploymentStrategy))
def test_service_takes_no_requests_and_rolls_when_it_has_no_path(strategy: DeploymentStrategy) -> None:
    view = record_service(ecs(strategy), of=background())

    view.assert_children("test-user", [TASK, REGISTRY, SERVICE, SCALING])
    assert view.value("test-user-service", "loadBalancers") == []
    assert view.value("test-user-service", "healthCheckGracePeriodSeconds") is MISSING
    assert view.value("test-user-service", "deploymentController") == {"type": "ECS"}


def test_circuit_breaker_goes_back_when_a_rolling_deployment_fails() -> None:
    view = record_service(ecs())

    assert view.value("test-user-service", "deploymentController") == {"type": "ECS"}
    assert view.value("test-user-service", "deploymentCircuitBreaker") == {"enable": True, "rollback": True}
    assert view.value("test-user-service", "deploymentMinimumHealthyPercent") == 100
    assert view.value("test-user-service", "deploymentMaximumPercent") == 200
    assert view.node("test-user-service").options.ignore_changes == ("desiredCount",)


@pytest.mark.parametrize("strategy", CODEDEPLOY)
def test_what_codedeploy_changes_is_left_alone_when_it_deploys(strategy: DeploymentStrategy) -> None:
    view = record_service(ecs(strategy))

    assert view.value("test-user-service", "deploymentController") == {"type": "CODE_DEPLOY"}
    for member in ("deploymentCircuitBreaker", "deploymentMinimumHealthyPercent", "forceNewDeployment"):
        assert view.value("test-user-service", member) is MISSING
    assert set(view.node("test-user-service").options.ignore_changes) == {
        "desiredCount",
        "taskDefinition",
        "loadBalancers",
        "networkConfiguration",
        "capacityProviderStrategies",
    }


def test_task_is_private_and_on_8080_when_it_runs() -> None:
    view = record_service(ecs())

    assert view.value("test-user-service", "networkConfiguration") == {
        "assignPublicIp": False,
        "securityGroups": ["sg-ecs"],
        "subnets": ["subnet-a", "subnet-b"],
    }
    assert view.value("test-user-service", "loadBalancers[0].containerName") == "user"
    assert view.value("test-user-service", "loadBalancers[0].containerPort") == 8080
    assert view.value("test-user-service", "enableExecuteCommand") is False
    view.assert_wired("test-user-service", "loadBalancers[0].targetGroupArn", "test-user-route-target-blue.arn")


def test_service_is_made_after_what_it_needs_when_deployed() -> None:
    view = record_service(ecs())

    view.assert_depends("test-user-service", "test-cluster-capacity", "test-user-route-rule", "test-user-task")
    view.assert_wired("test-user-service", "cluster", "test-cluster.arn")
    view.assert_wired("test-user-service", "taskDefinition", "test-user-task.arn")
    view.assert_wired("test-user-service", "serviceRegistries.registryArn", "test-user-registry.arn")


def test_every_resource_uses_the_given_provider_when_one_is_passed() -> None:
    view = record_service(ecs(DeploymentStrategy.CANARY, container_insights=True))

    for node in view.graph:
        if node.type.startswith("aws:"):
            view.assert_provider(node.name, "aws")


def test_task_definition_is_fargate_sized_by_settings_when_made() -> None:
    view = record_service(ecs(architecture="X86_64"), of=service(cpu=1024, memory=2048))
    inputs = dict(view.node("test-user-task").inputs)

    del inputs["containerDefinitions"]
    assert inputs == {
        "family": "test-user",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "1024",
        "memory": "2048",
        "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        "executionRoleArn": EXECUTION_ROLE,
        "taskRoleArn": TASK_ROLE,
        "volumes": [{"name": "tmp"}],
        "skipDestroy": True,
    }


def test_collector_runs_beside_the_service_when_tracing() -> None:
    names = [container["name"] for container in containers(record_service(ecs(tracing=True)))]

    assert names == ["user", "otel-collector"]


def test_service_runs_alone_when_not_tracing() -> None:
    [container] = containers(record_service(ecs(tracing=False)))

    assert container["name"] == "user"
    assert "dependsOn" not in container


def test_container_has_the_image_variables_secrets_and_logs_when_given() -> None:
    view = record_service(
        ecs(tracing=False), environment={"CACHE_HOST": "cache.test"}, secrets={"DATABASE": "arn:secret:password::"}
    )
    [container] = containers(view)

    assert container["image"] == f"{REPOSITORY}:1.4.0"
    assert container["environment"] == [
        {"name": "CACHE_HOST", "value": "cache.test"},
        {"name": "PORT", "value": "8080"},
    ]
    assert container["secrets"] == [{"name": "DATABASE", "valueFrom": "arn:secret:password::"}]
    assert container["logConfiguration"]["options"]["awslogs-group"] == "/aws/ecs/app-service-test"
    assert container["logConfiguration"]["options"]["awslogs-stream-prefix"] == "user"


def test_service_is_found_by_name_when_registered() -> None:
    view = record_service(ecs())
    inputs = dict(view.node("test-user-registry").inputs)

    del inputs["namespaceId"], inputs["dnsConfig"]
    assert view.value("test-user-registry", "dnsConfig.routingPolicy") == "MULTIVALUE"
    assert view.value("test-user-registry", "dnsConfig.dnsRecords") == [{"type": "A", "ttl": 10}]
    assert inputs == {"name": "user", "forceDestroy": True, "healthCheckCustomConfig": {"failureThreshold": 1}}
    view.assert_wired("test-user-registry", "namespaceId", "test-namespace.id")
    view.assert_wired("test-user-registry", "dnsConfig.namespaceId", "test-namespace.id")


def test_count_starts_at_the_minimum_and_scales_within_bounds_when_deployed() -> None:
    view = record_service(ecs(scaling=scaling(2, 20)))

    assert view.value("test-user-service", "desiredCount") == 2
    assert view.value("test-user-scaling-target", "minCapacity") == 2
    assert view.value("test-user-scaling-target", "maxCapacity") == 20
    view.assert_depends("test-user-scaling-target", "test-user-service")


@pytest.mark.parametrize("spot_percent", [0, 30, 100])
def test_service_has_the_clusters_strategy_when_spot_is(spot_percent: int) -> None:
    view = record_service(ecs(spot_percent=spot_percent))

    assert view.value("test-user-service", "capacityProviderStrategies") == view.value(
        "test-cluster-capacity", "defaultCapacityProviderStrategies"
    )


def test_path_is_refused_when_it_has_no_priority() -> None:
    # The settings refuse it first; the component must not make a rule with a priority of its own choice either.
    settings = service().model_copy(update={"priority": None})

    with pytest.raises(ValueError, match=r"ecs\.services\.user: path '/users/\*' needs a priority, 1 to 50000"):
        record_service(ecs(), of=settings)
