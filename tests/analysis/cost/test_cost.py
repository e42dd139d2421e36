from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from analysis.cost import Estimate, estimate
from analysis.cost.free import FREE
from analysis.cost.prices import price_table
from analysis.cost.report import table
from analysis.cost.rules import RULES
from analysis.cost.usage import Profile, usage_of
from graph.nodes import Node, PropertyReference
from graph.resource_graph import ResourceGraph
from graph.values import UNKNOWN, FrozenMap, Reference

DATABASE = "aws:rds/instance:Instance"
SERVICE = "aws:ecs/service:Service"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
SCHEDULE = "aws:scheduler/schedule:Schedule"
MONTH = Decimal(730)
SMALL = usage_of(Profile.SMALL)


def node(type_: str, logical: str = "x", /, *, references: tuple[PropertyReference, ...] = (), **inputs: Any) -> Node:
    return Node(
        urn=f"urn:pulumi:test::atoll::{type_}::{logical}",
        type=type_,
        name=logical,
        custom=True,
        region="us-east-1",
        inputs=FrozenMap(inputs),
        references=references,
    )


def priced(*nodes: Node) -> Estimate:
    return estimate(ResourceGraph(nodes, project="atoll", stack="test"), price_table(), SMALL)


def quantities(found: Estimate) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for line in found.lines:
        sums[line.sku] = sums.get(line.sku, Decimal(0)) + line.quantity
    return sums


def database(**changes: Any) -> Node:
    inputs: dict[str, Any] = {
        "identifier": "atoll-test",
        "engine": "postgres",
        "instanceClass": "db.t3.micro",
        "storageType": "gp3",
        "allocatedStorage": 20,
        "multiAz": False,
    }
    return node(DATABASE, "database", **(inputs | changes))


def schedule(verb: str, cron: str, call: str) -> Node:
    target = {"arn": f"arn:aws:scheduler:::aws-sdk:rds:{verb}DBInstance", "input": call}
    return node(SCHEDULE, f"off-hours-{verb}-database", target=target, scheduleExpression=cron)


def test_type_is_unknown_and_not_free_when_nobody_priced_it() -> None:
    found = priced(node("aws:memorydb/cluster:Cluster", "memory"))

    assert found.total == 0
    assert [(item.resource, item.type, item.reason) for item in found.unknown] == [
        ("memory", "aws:memorydb/cluster:Cluster", "no rule prices this type")
    ]
    assert "unknown: aws:memorydb/cluster:Cluster memory: no rule prices this type" in table(found)


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (database(instanceClass=UNKNOWN), "instanceClass is not known before deployment"),
        (database(instanceClass="db.r9g.huge"), "the price table has no rds:db.r9g.huge:postgres in us-east-1"),
        (database(performanceInsightsRetentionPeriod=731), "only seven days of Performance Insights are free"),
        (
            node("aws:cloudwatch/logGroup:LogGroup", name="/elsewhere"),
            "no assumption says how much /elsewhere takes in",
        ),
        (node("aws:dynamodb/table:Table", billingMode="PROVISIONED"), "writeCapacity is not set"),
        (node("aws:lb/loadBalancer:LoadBalancer", loadBalancerType="gateway"), "only application and network load"),
        (node(SERVICE, "user", desiredCount=1), "its task definition is not in the graph"),
    ],
)
def test_resource_is_reported_when_a_part_of_its_price_is_unknown(item: Node, reason: str) -> None:
    found = priced(item)

    assert [entry.reason for entry in found.unknown if reason in entry.reason], found.unknown


@pytest.mark.parametrize("copies", [1, 2])
def test_standby_costs_as_much_as_the_primary_when_multi_az(copies: int) -> None:
    found = quantities(priced(database(multiAz=copies == 2)))

    assert found == {"db.t3.micro PostgreSQL single-AZ": MONTH * copies, "gp3 storage single-AZ": Decimal(20) * copies}


def test_instance_hours_shrink_but_storage_does_not_when_database_sleeps() -> None:
    call = '{"DbInstanceIdentifier": "atoll-test"}'
    found = quantities(
        priced(
            database(),
            schedule("stop", "cron(0 20 ? * MON-FRI *)", call),
            schedule("start", "cron(0 8 ? * MON-FRI *)", call),
        )
    )

    assert found["db.t3.micro PostgreSQL single-AZ"] == MONTH * 60 / 168
    assert found["gp3 storage single-AZ"] == 20


def test_instance_runs_all_month_when_another_one_sleeps() -> None:
    found = quantities(
        priced(database(), schedule("stop", "cron(0 20 ? * MON-FRI *)", '{"DbInstanceIdentifier": "another"}'))
    )

    assert found["db.t3.micro PostgreSQL single-AZ"] == MONTH


def test_instance_is_reported_when_its_schedule_cannot_be_read() -> None:
    found = priced(database(), schedule("stop", "rate(1 day)", '{"DbInstanceIdentifier": "atoll-test"}'))

    assert [item.reason for item in found.unknown if item.resource == "database"] == [
        "off-hours-stop-database: rate(1 day) is not a weekly schedule: expected cron(<minute> <hour> ? * <days> *)"
    ]


def test_instance_runs_all_month_when_a_schedule_has_an_unknown_target() -> None:
    unclear = node(SCHEDULE, "off-hours-stop-database", target=UNKNOWN, scheduleExpression="cron(0 20 ? * MON-FRI *)")

    assert quantities(priced(database(), unclear))["db.t3.micro PostgreSQL single-AZ"] == MONTH


def test_master_secret_and_monitoring_are_charged_when_the_instance_has_them() -> None:
    found = quantities(priced(database(manageMasterUserPassword=True, monitoringInterval=60)))

    assert found["secret"] == 1
    assert found["data taken in (standard class)"] == Decimal("0.27")


def test_tasks_are_split_between_spot_and_on_demand_when_weighted() -> None:
    task = node(TASK, "task", cpu="1024", memory="2048", runtimePlatform={"cpuArchitecture": "X86_64"})
    service = node(
        SERVICE,
        "user",
        desiredCount=4,
        capacityProviderStrategies=[
            {"capacityProvider": "FARGATE", "weight": 1},
            {"capacityProvider": "FARGATE_SPOT", "weight": 3},
        ],
        references=(PropertyReference("taskDefinition", Reference(task.urn, "arn")),),
    )

    assert quantities(priced(task, service)) == {
        "vCPU Linux x86": MONTH,
        "memory Linux x86": MONTH * 2,
        "spot vCPU Linux x86 at half price": MONTH * 3,
        "spot memory Linux x86 at half price": MONTH * 6,
    }


def test_load_balancer_pays_for_an_address_per_zone_when_public() -> None:
    public = node("aws:lb/loadBalancer:LoadBalancer", loadBalancerType="application", subnets=["a", "b", "c"])
    internal = node("aws:lb/loadBalancer:LoadBalancer", loadBalancerType="application", subnets=["a"], internal=True)

    assert quantities(priced(public))["public IPv4 address in use or idle"] == 3 * MONTH
    assert "public IPv4 address in use or idle" not in quantities(priced(internal))


def test_interface_endpoint_pays_per_zone_when_gateway_is_free() -> None:
    kind = "aws:ec2/vpcEndpoint:VpcEndpoint"

    assert priced(node(kind, vpcEndpointType="Gateway")) == Estimate(lines=(), unknown=(), assumptions=())
    found = quantities(priced(node(kind, vpcEndpointType="Interface", subnetIds=["a", "b"])))
    assert found == {
        "interface endpoint in one zone": 2 * MONTH,
        "data processed by interface endpoints (first PB)": Decimal(2),
    }


def test_cache_pays_for_every_node_when_shards_have_replicas() -> None:
    cache = node(
        "aws:elasticache/replicationGroup:ReplicationGroup",
        engine="valkey",
        nodeType="cache.t3.micro",
        numNodeGroups=2,
        replicasPerNodeGroup=1,
    )

    assert quantities(priced(cache)) == {"cache.t3.micro Valkey": 4 * MONTH}


@pytest.mark.parametrize(
    ("queries", "metrics"),
    [
        ([], 1),
        ([{"metric": {}}, {"metric": {}}, {"expression": "a + b"}], 2),
        ([{"metric": {}}, {"expression": "ANOMALY_DETECTION_BAND(metric, 2)"}], 3),
    ],
)
def test_alarm_pays_for_its_metrics_when_it_has_several(queries: list[dict[str, Any]], metrics: int) -> None:
    alarm = node("aws:cloudwatch/metricAlarm:MetricAlarm", metricQueries=queries)

    assert quantities(priced(alarm)) == {"standard-resolution alarm metric": metrics}


def test_first_three_dashboards_are_free_when_there_are_five() -> None:
    boards = [node("aws:cloudwatch/dashboard:Dashboard", f"board-{index}") for index in range(5)]

    assert quantities(priced(*boards)) == {"dashboard after the first three": 2}


def test_custom_metric_is_charged_once_when_two_filters_feed_it() -> None:
    metric = {"namespace": "Atoll/test", "name": "ErrorCount"}
    kind = "aws:cloudwatch/logMetricFilter:LogMetricFilter"

    found = priced(node(kind, "a", metricTransformation=metric), node(kind, "b", metricTransformation=metric))
    assert quantities(found) == {"custom metric (first 10 000)": 1}


def test_total_is_the_sum_of_lines_and_of_services_when_priced() -> None:
    found = priced(database(), node("aws:kms/key:Key", "key"), node("aws:ec2/natGateway:NatGateway", "nat"))

    assert found.total == sum((line.usd for line in found.lines), Decimal(0)).quantize(Decimal("0.01"))
    assert list(found.by_service()) == ["Amazon VPC", "Amazon RDS", "AWS KMS"]
    assert str(found.total) in table(found)


def test_type_is_priced_or_free_when_it_is_known() -> None:
    assert not RULES.keys() & FREE.keys()
    assert all(reason for reason in FREE.values())
