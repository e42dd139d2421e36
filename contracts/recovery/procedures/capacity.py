"""How much a region can carry: tasks, nodes, readers."""

from __future__ import annotations

from contracts.recovery import actions
from contracts.recovery.calls import Call, Comparison, Move, Read

TASKS = "ecs:service:DesiredCount"
READERS = "rds:cluster:ReadReplicaCount"


def _limits(region: str, namespace: str, resource: str, dimension: str, low: int, high: int) -> Move:
    """Let a scalable target have other limits."""
    target = {"ServiceNamespace": namespace, "ScalableDimension": dimension}
    service = "application-autoscaling"
    so = Read(
        call=Call(
            service=service,
            operation="DescribeScalableTargets",
            region=region,
            parameters={**target, "ResourceIds": [resource]},
        ),
        at=("ScalableTargets", 0, "MinCapacity"),
        value=low,
    )
    call = Call(
        service=service,
        operation="RegisterScalableTarget",
        region=region,
        parameters={**target, "ResourceId": resource, "MinCapacity": low, "MaxCapacity": high},
    )
    return Move(call=call, already=so, until=so)


def tasks(action: actions.ScaleService) -> tuple[Move, ...]:
    """Let a service run more tasks, and wait until they do."""
    resource = f"service/{action.cluster}/{action.service}"
    look = Call(
        service="ecs",
        operation="DescribeServices",
        region=action.region,
        parameters={"cluster": action.cluster, "services": [action.service]},
    )

    def enough(field: str) -> Read:
        return Read(call=look, at=("services", 0, field), comparison=Comparison.AT_LEAST, value=action.minimum)

    more = Call(
        service="ecs",
        operation="UpdateService",
        region=action.region,
        parameters={"cluster": action.cluster, "service": action.service, "desiredCount": action.minimum},
    )
    return (
        _limits(action.region, "ecs", resource, TASKS, action.minimum, action.maximum),
        # Only where fewer are wanted now: a service that is larger already is never made smaller.
        Move(call=more, already=enough("desiredCount"), until=enough("runningCount")),
    )


def readers(action: actions.ScaleReaders) -> Move:
    """Let a cluster have more readers."""
    return _limits(action.region, "rds", f"cluster:{action.cluster}", READERS, action.minimum, action.maximum)


def nodes(action: actions.ScaleNodes) -> Move:
    """Let a node group have more nodes."""
    named = {"clusterName": action.cluster, "nodegroupName": action.node_group}
    look = Call(service="eks", operation="DescribeNodegroup", region=action.region, parameters=named)
    call = Call(
        service="eks",
        operation="UpdateNodegroupConfig",
        region=action.region,
        parameters={
            **named,
            "scalingConfig": {
                "minSize": action.minimum,
                "maxSize": action.maximum,
                "desiredSize": action.minimum,
            },
        },
    )
    return Move(
        call=call,
        already=Read(call=look, at=("nodegroup", "scalingConfig", "minSize"), value=action.minimum),
        until=Read(call=look, at=("nodegroup", "status"), value="ACTIVE"),
    )
