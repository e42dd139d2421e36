"""Who writes: regions that may, and which database or cache leads."""

from __future__ import annotations

from contracts.recovery import actions
from contracts.recovery.actions import Takeover
from contracts.recovery.calls import Call, Demand, Listing, Move, Read, Where


def writer_is(region: str, global_cluster: str, arn: str) -> Read:
    """Whether a cluster is the writer of its global cluster."""
    return Read(
        call=Call(
            service="rds",
            operation="DescribeGlobalClusters",
            region=region,
            parameters={"GlobalClusterIdentifier": global_cluster},
        ),
        at=("GlobalClusters", 0, "GlobalClusterMembers", Where(field="DBClusterArn", equals=arn), "IsWriter"),
        value=True,
    )


def writes_there(action: actions.VerifyWriter) -> Demand:
    """Whether the other region's cluster has become the writer."""
    return Demand(
        read=writer_is(action.region, action.global_cluster, action.writer_cluster_arn),
        patient=True,
        otherwise=f"{action.writer_cluster_arn} is not the writer of {action.global_cluster}.",
    )


def left_behind(action: actions.Reconcile) -> Listing:
    """Snapshots of a writer that was left, for what it wrote last."""
    return Listing(
        call=Call(
            service="rds",
            operation="DescribeDBClusterSnapshots",
            region=action.region,
            parameters={"DBClusterIdentifier": action.cluster, "SnapshotType": "automated"},
        ),
        at=("DBClusterSnapshots",),
    )


def writes(action: actions.SetWrites) -> Move:
    """Let the services of a region write, or not."""
    name, value = action.parameter, action.writes.value
    so = Read(
        call=Call(service="ssm", operation="GetParameter", region=action.region, parameters={"Name": name}),
        at=("Parameter", "Value"),
        value=value,
    )
    return Move(
        call=Call(
            service="ssm",
            operation="PutParameter",
            region=action.region,
            parameters={"Name": name, "Value": value, "Overwrite": True},
        ),
        already=so,
        until=so,
    )


def writer(action: actions.AuroraGlobalFailover) -> Move:
    """Make another region's cluster the writer."""
    failover = action.takeover is Takeover.FAILOVER
    asked = action.region if failover else action.source_region
    so = writer_is(asked, action.global_cluster, action.target_cluster_arn)
    return Move(
        call=Call(
            service="rds",
            operation="FailoverGlobalCluster" if failover else "SwitchoverGlobalCluster",
            region=asked,
            parameters={
                "GlobalClusterIdentifier": action.global_cluster,
                "TargetDbClusterIdentifier": action.target_cluster_arn,
                **({"AllowDataLoss": True} if failover else {}),
            },
        ),
        already=so,
        until=so,
    )


def cache(action: actions.ElasticacheGlobalFailover) -> Move:
    """Make another region's cache the primary."""
    member = Where(field="ReplicationGroupId", equals=action.target_group)
    so = Read(
        call=Call(
            service="elasticache",
            operation="DescribeGlobalReplicationGroups",
            region=action.asked_region,
            parameters={"GlobalReplicationGroupId": action.global_group, "ShowMemberInfo": True},
        ),
        at=("GlobalReplicationGroups", 0, "Members", member, "Role"),
        value="PRIMARY",
    )
    call = Call(
        service="elasticache",
        operation="FailoverGlobalReplicationGroup",
        region=action.asked_region,
        parameters={
            "GlobalReplicationGroupId": action.global_group,
            "PrimaryRegion": action.region,
            "PrimaryReplicationGroupId": action.target_group,
        },
    )
    return Move(call=call, already=so, until=so)


def reader(action: actions.DatabaseFailover) -> Move:
    """Make a reader of the same region the writer."""
    member = Where(field="DBInstanceIdentifier", equals=action.target_instance)
    cluster = {"DBClusterIdentifier": action.cluster}
    look = Call(service="rds", operation="DescribeDBClusters", region=action.region, parameters=cluster)
    so = Read(call=look, at=("DBClusters", 0, "DBClusterMembers", member, "IsClusterWriter"), value=True)
    call = Call(
        service="rds",
        operation="FailoverDBCluster",
        region=action.region,
        parameters={**cluster, "TargetDBInstanceIdentifier": action.target_instance},
    )
    return Move(call=call, already=so, until=so)
