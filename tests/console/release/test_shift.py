from __future__ import annotations

import json
from typing import Any

import pytest

from console.release.shift import Move, ShiftError, app_spec, cluster_of, moves, shift

TASKS = "arn:aws:ecs:us-west-2:333333333333:task-definition"


class Paginator:
    def __init__(self, page: dict[str, Any]) -> None:
        self._page = page

    def paginate(self, **_asked: Any) -> list[dict[str, Any]]:
        return [self._page]


class Ecs:
    """A cluster of two services: one that CodeDeploy moves, one that rolls by itself."""

    def __init__(self, newest: str) -> None:
        self.newest = newest

    def get_paginator(self, operation: str) -> Paginator:
        if operation == "list_clusters":
            return Paginator({"clusterArns": ["arn:aws:ecs:r:1:cluster/staging-cluster-1a2b", "arn:…/dev-cluster-9"]})
        return Paginator({"serviceArns": [f"arn:aws:ecs:r:1:service/c/{name}" for name in ("user", "jobs")]})

    def describe_services(self, *, cluster: str, services: list[str]) -> dict[str, Any]:
        assert cluster == "c"
        described = {
            "user": {
                "serviceName": "user",
                "taskDefinition": f"{TASKS}/staging-user:3",
                "taskSets": [
                    {"status": "ACTIVE", "taskDefinition": f"{TASKS}/staging-user:9"},
                    {
                        "status": "PRIMARY",
                        "taskDefinition": f"{TASKS}/staging-user:3",
                        "loadBalancers": [{"containerName": "user", "containerPort": 8080}],
                    },
                ],
                "loadBalancers": [{"containerName": "user", "containerPort": 8080}],
            },
            "jobs": {"serviceName": "jobs", "taskDefinition": f"{TASKS}/staging-jobs:1"},
        }
        return {"services": [described[arn.rpartition("/")[2]] for arn in services]}

    def describe_task_definition(self, *, taskDefinition: str) -> dict[str, Any]:  # noqa: N803 - the name of AWS
        assert taskDefinition == "staging-user"
        return {"taskDefinition": {"taskDefinitionArn": f"{TASKS}/staging-user:{self.newest}"}}


class CodeDeploy:
    """Ends a deployment as told, at the second look."""

    def __init__(self, ends: str = "Succeeded") -> None:
        self.ends = ends
        self.started: list[dict[str, Any]] = []
        self.looks = 0

    def get_paginator(self, _operation: str) -> Paginator:
        return Paginator({"applications": ["app"]})

    def list_deployment_groups(self, **_asked: Any) -> dict[str, Any]:
        return {"deploymentGroups": ["user"]}

    def get_deployment_group(self, **_asked: Any) -> dict[str, Any]:
        service = {"clusterName": "c", "serviceName": "user"}
        info = {"applicationName": "app", "deploymentGroupName": "user", "ecsServices": [service]}
        return {"deploymentGroupInfo": info}

    def create_deployment(self, **asked: Any) -> dict[str, Any]:
        self.started.append(asked)
        return {"deploymentId": "d-1"}

    def get_deployment(self, **_asked: Any) -> dict[str, Any]:
        self.looks += 1
        info: dict[str, Any] = {"status": self.ends if self.looks > 1 else "InProgress"}
        if self.ends == "Stopped":
            info["errorInformation"] = {"code": "ALARM_ACTIVE", "message": "an alarm was raised"}
        return {"deploymentInfo": info}


MOVE = Move("user", "app", "user", f"{TASKS}/staging-user:3", f"{TASKS}/staging-user:4", "user", 8080)


def moved(codedeploy: CodeDeploy, within: float = 600) -> None:
    shift(codedeploy, [MOVE], within=within, say=lambda _: None, sleep=lambda _: None)


def test_only_services_of_codedeploy_with_a_newer_task_definition_are_moved_when_asked() -> None:
    assert list(moves(Ecs("4"), CodeDeploy(), "c")) == [MOVE]
    assert list(moves(Ecs("3"), CodeDeploy(), "c")) == []


def test_cluster_is_found_by_its_environment_when_the_engine_drew_its_name() -> None:
    assert cluster_of(Ecs("3"), "staging") == "staging-cluster-1a2b"
    with pytest.raises(ShiftError, match=r"named prod-cluster-…; there are: dev-cluster-9, staging-cluster-1a2b"):
        cluster_of(Ecs("3"), "prod")


def test_codedeploy_is_told_task_definition_and_container_when_traffic_moves() -> None:
    codedeploy = CodeDeploy()
    moved(codedeploy)
    [started] = codedeploy.started
    assert (started["applicationName"], started["deploymentGroupName"]) == ("app", "user")
    content = json.loads(started["revision"]["appSpecContent"]["content"])
    assert content == json.loads(app_spec(MOVE))
    assert content["Resources"][0]["TargetService"]["Properties"] == {
        "TaskDefinition": f"{TASKS}/staging-user:4",
        "LoadBalancerInfo": {"ContainerName": "user", "ContainerPort": 8080},
    }


def test_reason_of_codedeploy_is_told_when_it_goes_back() -> None:
    with pytest.raises(ShiftError, match=r"user: stopped, an alarm was raised \(d-1\)"):
        moved(CodeDeploy("Stopped"))


def test_service_is_named_when_its_deployment_does_not_end() -> None:
    with pytest.raises(ShiftError, match=r"user: not ended after 30 s \(d-1\)"):
        moved(CodeDeploy("InProgress"), within=30)
