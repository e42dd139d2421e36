"""The estate of the recovery plans' own tests, made by hand in an embedded cloud: no engine, no program."""

from __future__ import annotations

from typing import Any

from analysis.resolver import Check, CheckKind, Record, Routing, Zone
from console.dr.aws import Aws
from console.dr.rehearsal.stage import Stage
from contracts.recovery.facts import RecoveryFacts, RegionFacts
from embedded.cloud import Cloud
from tests.contracts.recovery.estates import ACCOUNT, EAST, WEST, full

HOST = "api.atoll.example"
OPEN = "open"


def estate(cloud: Cloud) -> Stage:
    """Both regions, made anew."""
    client = Aws(cloud.environment(ACCOUNT, EAST)).client
    _region(client, EAST)
    group = client("elasticache", EAST).create_global_replication_group(
        GlobalReplicationGroupIdSuffix="prod", PrimaryReplicationGroupId=_cache(client, EAST)
    )["GlobalReplicationGroup"]["GlobalReplicationGroupId"]
    _region(client, WEST)
    _cache(client, WEST, group)
    _tables(client)
    facts = full().model_copy(
        update={
            "global_datastore": group,
            "regions": {
                region: found.model_copy(update={"topic_arn": _topic(client, region)})
                for region, found in full().regions.items()
            },
        }
    )
    for found in facts.regions.values():
        _alarms(client, facts, found)
        _services(client, found)
    hosts = {region: f"{found.stack}.{HOST}" for region, found in facts.regions.items()}
    return Stage(cloud, ACCOUNT, facts, _zone(facts, hosts), HOST, hosts)


def _region(client: Any, region: str) -> None:
    found = full().regions[region]
    assert found.database is not None
    rds = client("rds", region)
    common = {"Engine": "aurora-postgresql", "DBClusterIdentifier": found.database.cluster}
    if region == EAST:
        rds.create_global_cluster(GlobalClusterIdentifier="atoll-prod", Engine="aurora-postgresql")
        common |= {"MasterUsername": "platform", "ManageMasterUserPassword": True}
    rds.create_db_cluster(**common, GlobalClusterIdentifier="atoll-prod")
    for letter in "ab":
        rds.create_db_instance(
            DBInstanceIdentifier=f"{found.database.cluster}-{letter}",
            DBClusterIdentifier=found.database.cluster,
            DBInstanceClass=found.database.instance_class,
            Engine="aurora-postgresql",
            AvailabilityZone=f"{region}{letter}",
        )
    client("ssm", region).put_parameter(Name=found.writes_parameter, Value=OPEN, Type="String")


def _cache(client: Any, region: str, group: str | None = None) -> str:
    name = f"{full().regions[region].stack}-cache"
    joined = {"GlobalReplicationGroupId": group} if group else {"CacheNodeType": "cache.r7g.large", "Engine": "redis"}
    client("elasticache", region).create_replication_group(
        ReplicationGroupId=name, ReplicationGroupDescription="sessions", **joined
    )
    return name


def _tables(client: Any) -> None:
    east = client("dynamodb", EAST)
    for name in full().regions[EAST].tables:
        east.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        east.update_table(TableName=name, ReplicaUpdates=[{"Create": {"RegionName": WEST}}])


def _topic(client: Any, region: str) -> str:
    return client("sns", region).create_topic(Name="atoll-prod-alarms")["TopicArn"]


def _alarms(client: Any, facts: RecoveryFacts, found: RegionFacts) -> None:
    watch = client("cloudwatch", found.region)
    for alarm in (found.health_alarm, *(lag.alarm for lag in found.lags.values())):
        watch.put_metric_alarm(
            AlarmName=alarm,
            Namespace="Rehearsal",
            MetricName=alarm,
            Statistic="Maximum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
            TreatMissingData="notBreaching",
        )
    switch = facts.other(found.region).switch
    assert switch is not None
    watch.put_metric_alarm(
        AlarmName=switch.alarm,
        Namespace=switch.namespace,
        MetricName=switch.metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in switch.dimensions.items()],
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="ignore",
    )


def _services(client: Any, found: RegionFacts) -> None:
    ecs, scaling = client("ecs", found.region), client("application-autoscaling", found.region)
    ecs.create_cluster(clusterName=found.cluster)
    ecs.register_task_definition(family="any", containerDefinitions=[{"name": "any", "image": "any", "memory": 128}])
    for service, limits in found.services.items():
        ecs.create_service(
            cluster=found.cluster, serviceName=service, taskDefinition="any", desiredCount=limits.minimum
        )
        scaling.register_scalable_target(
            ServiceNamespace="ecs",
            ResourceId=f"service/{found.cluster}/{service}",
            ScalableDimension="ecs:service:DesiredCount",
            MinCapacity=limits.minimum,
            MaxCapacity=limits.maximum,
        )


def _zone(facts: RecoveryFacts, hosts: dict[str, str]) -> Zone:
    """Weighted records with the checks that the program gives them."""
    checks: dict[str, Check] = {}
    records: list[Record] = []
    for region, found in facts.regions.items():
        assert found.switch is not None
        stack = found.stack
        checks |= {
            f"{stack}-endpoint": Check(name="endpoint", kind=CheckKind.ENDPOINT, host=hosts[region], seconds=10),
            f"{stack}-switch": Check(name="switch", kind=CheckKind.ALARM, alarm=found.switch.alarm, seconds=60),
            f"{stack}-health": Check(
                name="health", kind=CheckKind.CALCULATED, children=(f"{stack}-endpoint", f"{stack}-switch"), least=2
            ),
        }
        records.append(
            Record(
                name=HOST,
                identifier=stack,
                routing=Routing.WEIGHTED,
                target=hosts[region],
                ttl_seconds=10,
                weight=found.share,
                check=f"{stack}-health",
            )
        )
    return Zone(records=tuple(records), checks=checks)
