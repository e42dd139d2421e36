"""Data of an earlier moment, beside what there is."""

from __future__ import annotations

from contracts.recovery import actions
from contracts.recovery.calls import Argument, Call, Move, Path, Read


def _exists(look: Call, at: Path, name: str, value: str, state: tuple[str, str]) -> tuple[Read, Read]:
    """Whether something is there, and whether it is ready."""
    return Read(call=look, at=(*at, name), value=value), Read(call=look, at=(*at, state[0]), value=state[1])


def _cluster(region: str, name: str) -> tuple[Read, Read]:
    key = "DBClusterIdentifier"
    look = Call(service="rds", operation="DescribeDBClusters", region=region, parameters={key: name})
    return _exists(look, ("DBClusters", 0), key, name, ("Status", "available"))


def _instance(region: str, name: str) -> tuple[Read, Read]:
    key = "DBInstanceIdentifier"
    look = Call(service="rds", operation="DescribeDBInstances", region=region, parameters={key: name})
    return _exists(look, ("DBInstances", 0), key, name, ("DBInstanceStatus", "available"))


def _table(region: str, name: str) -> tuple[Read, Read]:
    look = Call(service="dynamodb", operation="DescribeTable", region=region, parameters={"TableName": name})
    return _exists(look, ("Table",), "TableName", name, ("TableStatus", "ACTIVE"))


def database(action: actions.RestoreDatabase) -> tuple[Move, ...]:
    """A cluster as it was, and an instance in it."""
    region, target, instance = action.region, action.target_cluster, f"{action.target_cluster}-a"
    restore = Call(
        service="rds",
        operation="RestoreDBClusterToPointInTime",
        region=region,
        parameters={
            "DBClusterIdentifier": target,
            "SourceDBClusterIdentifier": action.source_cluster,
            "RestoreToTime": Argument(argument=action.moment),
            "DBSubnetGroupName": action.subnet_group,
            "VpcSecurityGroupIds": list(action.security_group_ids),
            "DeletionProtection": True,
        },
    )
    make = Call(
        service="rds",
        operation="CreateDBInstance",
        region=region,
        parameters={
            "DBInstanceIdentifier": instance,
            "DBClusterIdentifier": target,
            "DBInstanceClass": action.instance_class,
            "Engine": "aurora-postgresql",
        },
    )
    cluster_there, cluster_ready = _cluster(region, target)
    instance_there, instance_ready = _instance(region, instance)
    return (
        Move(call=restore, already=cluster_there, until=cluster_ready),
        Move(call=make, already=instance_there, until=instance_ready),
    )


def table(action: actions.RestoreTable) -> Move:
    """A table as it was."""
    call = Call(
        service="dynamodb",
        operation="RestoreTableToPointInTime",
        region=action.region,
        parameters={
            "SourceTableName": action.source_table,
            "TargetTableName": action.target_table,
            "RestoreDateTime": Argument(argument=action.moment),
        },
    )
    there, ready = _table(action.region, action.target_table)
    return Move(call=call, already=there, until=ready)


def backup(action: actions.RestoreBackup) -> Move:
    """What a recovery point holds."""
    call = Call(
        service="backup",
        operation="StartRestoreJob",
        region=action.region,
        parameters={
            "RecoveryPointArn": Argument(argument=action.recovery_point),
            "IamRoleArn": action.role_arn,
            "ResourceType": action.resource,
            "Metadata": action.metadata,
        },
    )
    if action.resource == "DynamoDB":
        there = _table(action.region, action.target)
    else:
        there = _cluster(action.region, action.target)
    return Move(call=call, already=there[0], until=there[1])
