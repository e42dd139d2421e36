"""From what a step shall achieve to the calls of AWS that achieve it: said once, for every execution of a plan.

Every change asks first whether it is so already, so that a plan may be run twice, or resumed where it was killed.
Waiting and approval are no calls: each execution has its own way to do them.
"""

from __future__ import annotations

from contracts.recovery import actions
from contracts.recovery.actions import Health, Takeover
from contracts.recovery.calls import Argument, Call, Comparison, Demand, Listing, Move, Path, Piece, Read, Scalar, Where

GLOBAL_REGION = "us-east-1"
"""Region that Route 53's requests are signed for."""
ACCELERATOR_REGION = "us-west-2"
"""Region of Global Accelerator's API."""
TASKS = "ecs:service:DesiredCount"
READERS = "rds:cluster:ReadReplicaCount"


def procedure(action: actions.Action) -> tuple[Piece, ...]:
    """What an action asks and calls, in order; nothing for waiting and approval."""
    match action:
        case actions.CheckRegionHealth():
            return (_health(action),)
        case actions.CheckReplicationLag():
            return (_lag(action),)
        case actions.VerifyService():
            return (_answers(action),)
        case actions.VerifyWriter():
            return (_writes_there(action),)
        case actions.Reconcile():
            return (_left_behind(action),)
        case actions.SetWrites():
            return (_writes(action),)
        case actions.SetEvacuation():
            return (_evacuation(action),)
        case actions.SetTraffic():
            return _traffic(action)
        case actions.AuroraGlobalFailover():
            return (_writer(action),)
        case actions.ElasticacheGlobalFailover():
            return (_cache(action),)
        case actions.ScaleService():
            return _tasks(action)
        case actions.ScaleNodes():
            return (_nodes(action),)
        case actions.ScaleReaders():
            return (_readers(action),)
        case actions.RestoreDatabase():
            return _database_before(action)
        case actions.RestoreTable():
            return (_table_before(action),)
        case actions.RestoreBackup():
            return (_backup(action),)
        case actions.DatabaseFailover():
            return (_reader(action),)
        case actions.ShiftZone():
            return (_shift(action),)
        case actions.Notify():
            return (_told(action),)
        case actions.Wait() | actions.Approval():
            return ()


def _alarm(region: str, name: str, state: str) -> Read:
    call = Call(service="cloudwatch", operation="DescribeAlarms", region=region, parameters={"AlarmNames": [name]})
    return Read(call=call, at=("MetricAlarms", 0, "StateValue"), value=state)


def _health(action: actions.CheckRegionHealth) -> Demand:
    state = "OK" if action.expected is Health.HEALTHY else "ALARM"
    return Demand(
        read=_alarm(action.region, action.alarm, state),
        patient=False,
        otherwise=f"{action.region} is not {action.expected}: {action.alarm} is not {state}. Nothing was changed.",
    )


def _lag(action: actions.CheckReplicationLag) -> Demand:
    return Demand(
        read=_alarm(action.region, action.alarm, "OK"),
        patient=False,
        waived=action.accepted,
        otherwise=(
            f"The {action.store} of {action.region} lags more than {action.limit_seconds:g} s, or its lag is unknown: "
            "wait until it has caught up, or accept the loss with the plan that says so."
        ),
    )


def _answers(action: actions.VerifyService) -> Demand:
    return Demand(
        read=_alarm(action.region, action.alarm, "OK"),
        patient=True,
        otherwise=f"{action.region} does not serve well: {action.alarm} is not OK.",
    )


def _writer_is(region: str, global_cluster: str, arn: str) -> Read:
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


def _writes_there(action: actions.VerifyWriter) -> Demand:
    return Demand(
        read=_writer_is(action.region, action.global_cluster, action.writer_cluster_arn),
        patient=True,
        otherwise=f"{action.writer_cluster_arn} is not the writer of {action.global_cluster}.",
    )


def _left_behind(action: actions.Reconcile) -> Listing:
    return Listing(
        call=Call(
            service="rds",
            operation="DescribeDBClusterSnapshots",
            region=action.region,
            parameters={"DBClusterIdentifier": action.cluster, "SnapshotType": "automated"},
        ),
        at=("DBClusterSnapshots",),
    )


def _writes(action: actions.SetWrites) -> Move:
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


def _evacuation(action: actions.SetEvacuation) -> Move:
    so = _alarm(action.region, action.alarm, "ALARM" if action.evacuated else "OK")
    datum = {
        "MetricName": action.metric,
        "Dimensions": [{"Name": name, "Value": value} for name, value in sorted(action.dimensions.items())],
        "Value": float(action.evacuated),
    }
    call = Call(
        service="cloudwatch",
        operation="PutMetricData",
        region=action.region,
        parameters={"Namespace": action.namespace, "MetricData": [datum]},
    )
    return Move(call=call, already=so, until=so)


def _traffic(action: actions.SetTraffic) -> tuple[Move, ...]:
    through, shares = action.through, action.shares
    # The region that gains comes first: between two calls there is never none.
    regions = sorted(shares, key=lambda region: (-shares[region], region))
    if isinstance(through, actions.TrafficDials):
        return tuple(_dial(through.endpoint_groups[region], shares[region]) for region in regions)
    return tuple(
        _weight(record, shares[region], len(through.records))
        for region in regions
        for record in through.records[region]
    )


def _dial(group: str, share: int) -> Move:
    def call(operation: str, **parameters: Scalar) -> Call:
        return Call(
            service="globalaccelerator",
            operation=operation,
            region=ACCELERATOR_REGION,
            parameters={"EndpointGroupArn": group, **parameters},
        )

    # A dial is no share: 100 lets a region take all that is nearest to it, 0 none.
    dial = 100.0 if share else 0.0
    so = Read(call=call("DescribeEndpointGroup"), at=("EndpointGroup", "TrafficDialPercentage"), value=dial)
    return Move(call=call("UpdateEndpointGroup", TrafficDialPercentage=dial), already=so, until=so)


def _weight(record: actions.WeightedRecord, share: int, regions: int) -> Move:
    so = Read(
        call=Call(
            service="route53",
            operation="ListResourceRecordSets",
            region=GLOBAL_REGION,
            parameters={
                "HostedZoneId": record.zone_id,
                "StartRecordName": record.name,
                "StartRecordType": record.type,
                "MaxItems": str(regions),
            },
        ),
        at=("ResourceRecordSets", Where(field="SetIdentifier", equals=record.set_identifier), "Weight"),
        value=share,
    )
    wanted = {
        "Name": record.name,
        "Type": record.type,
        "SetIdentifier": record.set_identifier,
        "Weight": share,
        "AliasTarget": {
            "HostedZoneId": record.alias_zone_id,
            "DNSName": record.alias_name,
            "EvaluateTargetHealth": True,
        },
        **({"HealthCheckId": record.health_check_id} if record.health_check_id else {}),
    }
    call = Call(
        service="route53",
        operation="ChangeResourceRecordSets",
        region=GLOBAL_REGION,
        parameters={
            "HostedZoneId": record.zone_id,
            "ChangeBatch": {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": wanted}]},
        },
    )
    return Move(call=call, already=so, until=so)


def _writer(action: actions.AuroraGlobalFailover) -> Move:
    failover = action.takeover is Takeover.FAILOVER
    asked = action.region if failover else action.source_region
    so = _writer_is(asked, action.global_cluster, action.target_cluster_arn)
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


def _cache(action: actions.ElasticacheGlobalFailover) -> Move:
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


def _tasks(action: actions.ScaleService) -> tuple[Move, ...]:
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


def _readers(action: actions.ScaleReaders) -> Move:
    return _limits(action.region, "rds", f"cluster:{action.cluster}", READERS, action.minimum, action.maximum)


def _nodes(action: actions.ScaleNodes) -> Move:
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


def _database_before(action: actions.RestoreDatabase) -> tuple[Move, ...]:
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


def _table_before(action: actions.RestoreTable) -> Move:
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


def _backup(action: actions.RestoreBackup) -> Move:
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


def _reader(action: actions.DatabaseFailover) -> Move:
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


def _shift(action: actions.ShiftZone) -> Move:
    so = Read(
        call=Call(
            service="arc-zonal-shift",
            operation="GetManagedResource",
            region=action.region,
            parameters={"resourceIdentifier": action.load_balancer_arn},
        ),
        at=("zonalShifts", 0, "appliedStatus"),
        value="APPLIED",
    )
    call = Call(
        service="arc-zonal-shift",
        operation="StartZonalShift",
        region=action.region,
        parameters={
            "resourceIdentifier": action.load_balancer_arn,
            "awayFrom": Argument(argument=action.zone),
            "expiresIn": f"{action.hours}h",
            "comment": "A zone is impaired: its recovery plan leads traffic away from it",
        },
    )
    return Move(call=call, already=so, until=so)


def _told(action: actions.Notify) -> Move:
    call = Call(
        service="sns",
        operation="Publish",
        region=action.region,
        parameters={"TopicArn": action.topic_arn, "Subject": action.subject, "Message": action.message},
    )
    return Move(call=call, already=None)
