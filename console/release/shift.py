"""Move the traffic of ECS services to the newest task definition, by CodeDeploy (ECS-3).

The program registers a task definition when an image changes and leaves the service alone, because CodeDeploy owns
which of the two task sets is live. Here is the one who tells CodeDeploy.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

POLL_SECONDS = 10.0
ENDED = {"Succeeded", "Failed", "Stopped"}


class ShiftError(Exception):
    """Traffic that did not move; the message names every service and why."""


@dataclass(frozen=True)
class Move:
    """A service whose newest task definition is not the live one."""

    service: str
    application: str
    group: str
    running: str
    """ARN of the live task definition."""
    newest: str
    """ARN of the one to run."""
    container: str
    port: int


def cluster_of(ecs: Any, environment: str) -> str:
    """Name of the environment's cluster, which the engine draws after `<environment>-cluster-`.

    Raises:
        ShiftError: there is none, or there are several.
    """
    pages = ecs.get_paginator("list_clusters").paginate()
    names = sorted(arn.rpartition("/")[2] for page in pages for arn in page["clusterArns"])
    found = [name for name in names if name.startswith(f"{environment}-cluster-")]
    if len(found) != 1:
        there = ", ".join(found or names) or "none"
        raise ShiftError(f"one cluster should be named {environment}-cluster-…; there are: {there}")
    return found[0]


def moves(ecs: Any, codedeploy: Any, cluster: str) -> Iterator[Move]:
    """What there is to do in a cluster, service by service in the order of their names.

    Args:
        ecs: a client of ECS.
        codedeploy: a client of CodeDeploy.
        cluster: name of the cluster.
    """
    groups = {group["ecsServices"][0]["serviceName"]: group for group in _groups(codedeploy, cluster)}
    pages = ecs.get_paginator("list_services").paginate(cluster=cluster)
    arns = sorted(arn for page in pages for arn in page["serviceArns"])
    for start in range(0, len(arns), 10):  # as many as one call describes
        for service in ecs.describe_services(cluster=cluster, services=arns[start : start + 10])["services"]:
            if service["serviceName"] not in groups:
                continue  # it rolls by itself
            running = _live(service)
            family = running.rpartition("/")[2].rpartition(":")[0]
            newest = ecs.describe_task_definition(taskDefinition=family)["taskDefinition"]["taskDefinitionArn"]
            if newest != running:
                group = groups[service["serviceName"]]
                balancer = (service.get("loadBalancers") or service["taskSets"][0]["loadBalancers"])[0]
                yield Move(
                    service["serviceName"],
                    group["applicationName"],
                    group["deploymentGroupName"],
                    running,
                    newest,
                    balancer["containerName"],
                    balancer["containerPort"],
                )


def _live(service: Mapping[str, Any]) -> str:
    sets: Sequence[Mapping[str, Any]] = service.get("taskSets") or ()
    primary = [each for each in sets if each.get("status") == "PRIMARY"]
    return primary[0]["taskDefinition"] if primary else service["taskDefinition"]


def _groups(codedeploy: Any, cluster: str) -> Iterator[Mapping[str, Any]]:
    """Deployment groups of CodeDeploy that move services of the cluster."""
    for page in codedeploy.get_paginator("list_applications").paginate():
        for application in page["applications"]:
            told = codedeploy.list_deployment_groups(applicationName=application)
            for name in told["deploymentGroups"]:
                group = codedeploy.get_deployment_group(applicationName=application, deploymentGroupName=name)
                info = group["deploymentGroupInfo"]
                if [each["clusterName"] for each in info.get("ecsServices") or ()] == [cluster]:
                    yield info


def app_spec(move: Move) -> str:
    """What CodeDeploy is told, as JSON text."""
    balancer = {"ContainerName": move.container, "ContainerPort": move.port}
    properties = {"TaskDefinition": move.newest, "LoadBalancerInfo": balancer}
    service = {"Type": "AWS::ECS::Service", "Properties": properties}
    return json.dumps({"version": 0.0, "Resources": [{"TargetService": service}]})


def shift(
    codedeploy: Any,
    wanted: Sequence[Move],
    *,
    within: float,
    say: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Start all of them, and wait until each has ended.

    Raises:
        ShiftError: one failed, was stopped, or did not end in time; CodeDeploy has gone back, or will.
    """
    running: dict[str, Move] = {}
    for move in wanted:
        started = codedeploy.create_deployment(
            applicationName=move.application,
            deploymentGroupName=move.group,
            description=f"{move.service}: {move.newest.rpartition('/')[2]}",
            revision={"revisionType": "AppSpecContent", "appSpecContent": {"content": app_spec(move)}},
        )
        running[started["deploymentId"]] = move
        say(f"{move.service}: {move.running.rpartition('/')[2]} → {move.newest.rpartition('/')[2]}")
    problems: list[str] = []
    waited = 0.0
    while running and waited <= within:
        for deployment, move in list(running.items()):
            info = codedeploy.get_deployment(deploymentId=deployment)["deploymentInfo"]
            if info["status"] in ENDED:
                del running[deployment]
                if info["status"] != "Succeeded":
                    why = info.get("errorInformation", {}).get("message") or "CodeDeploy says no more"
                    problems.append(f"{move.service}: {info['status'].lower()}, {why} ({deployment})")
        if running:
            sleep(POLL_SECONDS)
            waited += POLL_SECONDS
    problems += [f"{move.service}: not ended after {within:.0f} s ({found})" for found, move in running.items()]
    if problems:
        raise ShiftError("\n".join(problems))
