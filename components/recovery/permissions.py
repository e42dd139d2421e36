"""What an execution of recovery plans may do: exactly the calls of the plans, on exactly what they name; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from components.identity.statements import Statement, allow
from components.recovery.step_states import calls_of
from contracts.recovery.calls import Argument, Call
from contracts.recovery.plan import RecoveryPlan
from contracts.recovery.procedures import procedure

PREFIXES = {"application-autoscaling": "application-autoscaling", "stepfunctions": "states"}
"""Service of the command line → prefix of its IAM actions, where they differ."""
ANY_RESOURCE = frozenset({"application-autoscaling:DescribeScalableTargets", "cloudwatch:PutMetricData"})
"""Actions that IAM cannot limit to a resource."""
TABLE_RESTORE = ("BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem")
"""What DynamoDB does with the caller's rights while it restores a table."""


def calls(plans: Iterable[RecoveryPlan]) -> list[Call]:
    """Every call that plans and their ways back may make, each once."""
    found: dict[str, Call] = {}
    for plan in plans:
        for step in plan.steps:
            for action in (step.action, step.rollback):
                for call in calls_of(procedure(action)) if action is not None else ():
                    found.setdefault(call.model_dump_json(), call)
    return list(found.values())


def statements(made: Iterable[Call], account_id: str) -> list[Statement]:
    """One statement for each set of resources."""
    by_resource: dict[tuple[str, ...], set[str]] = {}
    passed: set[str] = set()
    namespaces: set[str] = set()
    for call in made:
        action = f"{PREFIXES.get(call.service, call.service)}:{call.operation}"
        given = call.parameters
        if action in ANY_RESOURCE:
            by_resource.setdefault(("*",), set()).add(action)
            namespaces |= {given["Namespace"]} if "Namespace" in given else set()
            continue
        by_resource.setdefault(tuple(sorted(set(_resources(call, account_id)))), set()).add(action)
        if call.operation == "RestoreTableToPointInTime":
            target = f"arn:aws:dynamodb:{call.region}:{account_id}:table/{given['TargetTableName']}"
            by_resource.setdefault((target,), set()).update(f"dynamodb:{name}" for name in TABLE_RESTORE)
        if call.operation == "StartRestoreJob":
            passed.add(given["IamRoleArn"])
    merged: dict[frozenset[str], list[str]] = {}
    for resources, actions in by_resource.items():
        merged.setdefault(frozenset(actions), []).extend(resources)
    found = [
        *_limited(merged, namespaces),
        *([allow("PassBackupRole", ["iam:PassRole"], sorted(passed), **_to("backup"))] if passed else []),
    ]
    return sorted(found, key=lambda each: str(each["Sid"]))


def _to(service: str) -> dict[str, Any]:
    return {"StringEquals": {"iam:PassedToService": f"{service}.amazonaws.com"}}


def _limited(merged: Mapping[frozenset[str], list[str]], namespaces: set[str]) -> Iterator[Statement]:
    for number, (actions, resources) in enumerate(sorted(merged.items(), key=lambda each: sorted(each[0])), start=1):
        if resources != ["*"]:
            yield allow(f"Recover{number}", sorted(actions), sorted(set(resources)))
            continue
        for action in sorted(actions):
            sid = action.split(":")[1]
            if action == "cloudwatch:PutMetricData":
                yield allow(sid, [action], "*", StringEquals={"cloudwatch:namespace": sorted(namespaces)})
            else:
                yield allow(sid, [action], "*")


def _resources(call: Call, account: str) -> Iterator[str]:
    """What a call acts on."""

    def arn(service: str, rest: str, region: str = call.region) -> str:
        return f"arn:aws:{service}:{region}:{account}:{rest}"

    def text(name: str) -> str:
        value = call.parameters[name]
        return "*" if isinstance(value, Argument) else cast("str", value)

    match call.service:
        case "cloudwatch":
            yield from (arn("cloudwatch", f"alarm:{name}") for name in call.parameters["AlarmNames"])
        case "ssm":
            yield arn("ssm", f"parameter{text('Name')}")
        case "sns":
            yield text("TopicArn")
        case "rds":
            yield from _rds(call, arn, text)
        case "elasticache":
            yield arn("elasticache", f"globalreplicationgroup:{text('GlobalReplicationGroupId')}", "")
            yield arn("elasticache", "replicationgroup:*", "*")
        case "ecs":
            names = call.parameters.get("services") or [text("service")]
            yield from (arn("ecs", f"service/{text('cluster')}/{name}") for name in names)
        case "eks":
            yield arn("eks", f"nodegroup/{text('clusterName')}/{text('nodegroupName')}/*")
        case "application-autoscaling":
            yield arn("application-autoscaling", "scalable-target/*")
        case "route53":
            yield f"arn:aws:route53:::hostedzone/{text('HostedZoneId')}"
        case "globalaccelerator":
            yield text("EndpointGroupArn")
        case "arc-zonal-shift":
            yield text("resourceIdentifier")
        case "dynamodb":
            for name in ("TableName", "SourceTableName", "TargetTableName"):
                if name in call.parameters:
                    yield arn("dynamodb", f"table/{text(name)}")
        case "backup":
            yield arn("backup", "recovery-point:*")
            # Recovery points of databases are snapshots of theirs.
            yield arn("rds", "cluster-snapshot:awsbackup:*")
        case other:
            raise ValueError(f"it is not known what {other}:{call.operation} acts on")


def _rds(call: Call, arn: Any, text: Any) -> Iterator[str]:
    given = call.parameters
    if "GlobalClusterIdentifier" in given:
        yield arn("rds", f"global-cluster:{text('GlobalClusterIdentifier')}", "")
        if "TargetDbClusterIdentifier" in given:
            # Both clusters change their part; the old one is in the other region, and called by any name.
            yield text("TargetDbClusterIdentifier")
            yield arn("rds", "cluster:atoll-*", "*")
    for name in ("DBClusterIdentifier", "SourceDBClusterIdentifier"):
        if name in given:
            yield arn("rds", f"cluster:{text(name)}")
    for name in ("DBInstanceIdentifier", "TargetDBInstanceIdentifier"):
        if name in given:
            yield arn("rds", f"db:{text(name)}")
    if "DBSubnetGroupName" in given:
        yield arn("rds", f"subgrp:{text('DBSubnetGroupName')}")
    if call.operation.startswith(("Restore", "Create")):
        yield arn("rds", "cluster-pg:*")
        yield arn("rds", "pg:*")
        yield arn("rds", "og:*")
    if call.operation == "DescribeDBClusterSnapshots":
        yield arn("rds", "cluster-snapshot:*")
