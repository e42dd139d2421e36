"""Replication between the regions of the embedded cloud: late, interrupted, and fenced."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError
from typer.testing import CliRunner

from console.cloud import app
from contracts.recovery.actions import Store
from embedded.cloud import Cloud
from embedded.emulators.links import FAULTS, TYPICAL, Links, away, set_lags
from embedded.emulators.replication import Change, Pump

EAST, WEST = "us-east-1", "us-west-2"
ACCOUNT = "111122223333"


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class World:
    """A pump over a folder of faults and lags, with a clock of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.clock = home, Clock()
        self.pump = Pump(Links(home, self.clock))
        self.arrived: list[str] = []
        set_lags(home, {Store.TABLES: 10.0})

    def write(self, name: str, target: str = WEST, source: str = EAST) -> None:
        self.pump.send(Change(Store.TABLES, "t", self.clock.now, source, target, lambda: self.arrived.append(name)))

    def faults(self, *rows: dict[str, Any]) -> None:
        path = self.home / FAULTS
        path.write_text(json.dumps(rows))
        os.utime(path, (self.clock.now, self.clock.now))

    def settle(self, after: float = 0.0) -> list[str]:
        self.clock.now += after
        self.pump.settle()
        return self.arrived


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_write_arrives_when_its_lag_has_passed_and_not_before(world: World):
    world.write("a")
    assert world.settle(after=9.9) == []
    assert world.pump.behind(Store.TABLES, "t", EAST, WEST) == pytest.approx(9.9)
    assert world.settle(after=0.1) == ["a"]
    assert world.pump.behind(Store.TABLES, "t", EAST, WEST) == 0.0


@pytest.mark.parametrize("lost", [EAST, WEST, "us-*"])
def test_writes_wait_while_either_region_is_away_and_arrive_in_order(world: World, lost: str):
    world.write("a")
    world.write("b")
    world.faults({"region": lost, "refuse": True})
    assert world.settle(after=100) == []
    world.faults()
    assert world.settle(after=1) == ["a", "b"]


def test_what_was_on_its_way_is_lost_when_dropped(world: World):
    world.write("a")
    world.write("to the third", target="eu-west-1")
    assert world.pump.drop(Store.TABLES, "t", WEST) == 1
    assert world.settle(after=100) == ["to the third"]


def test_flush_delivers_what_can_be_reached_in_spite_of_the_lag(world: World):
    world.write("a")
    world.write("b", target="eu-west-1")
    world.faults({"region": "eu-west-1", "error": "Gone"})
    world.settle()
    world.pump.flush(Store.TABLES, "t")
    assert world.arrived == ["a"]


@pytest.mark.parametrize(
    "fault",
    [
        {"region": EAST, "service": "rds", "error": "X"},
        {"region": EAST, "latency": 2.0},
        {"region": EAST, "error": "X", "probability": 0.5},
        {"account": ACCOUNT, "region": EAST, "error": "X"},
    ],
)
def test_region_is_not_away_when_only_a_part_of_its_calls_fails(fault: dict[str, Any]):
    assert not away([fault]).region(EAST)


def test_lags_that_are_left_out_keep_their_values(tmp_path: Path):
    set_lags(tmp_path, {Store.DATABASE: 7})
    assert set_lags(tmp_path, {Store.TABLES: 0}) == TYPICAL | {Store.DATABASE: 7, Store.TABLES: 0}


def test_lag_is_refused_when_it_is_negative(tmp_path: Path):
    with pytest.raises(ValueError, match="database: a lag is a number of seconds, 0 or more"):
        set_lags(tmp_path, {Store.DATABASE: -1})


class Estate:
    """Two regions of an embedded cloud."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def client(self, service: str, region: str) -> Any:
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.cloud.url,
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="x",
            config=Config(retries={"max_attempts": 0}),
        )

    def sql(self, arn: str, statement: str, **values: str) -> list[list[Any]]:
        answer = self.client("rds-data", arn.split(":")[3]).execute_statement(
            resourceArn=arn,
            secretArn="arn:aws:secretsmanager:us-east-1:111122223333:secret:orders-AbCdEf",
            sql=statement,
            parameters=[{"name": name, "value": {"stringValue": value}} for name, value in values.items()],
        )
        return [[next(iter(field.values())) for field in row] for row in answer.get("records", [])]

    def orders(self, arn: str) -> list[str]:
        return [row[0] for row in self.sql(arn, "SELECT id FROM orders ORDER BY id")]

    def writer(self) -> str:
        [group] = self.client("rds", WEST).describe_global_clusters(GlobalClusterIdentifier="orders")["GlobalClusters"]
        [writer] = [member["DBClusterArn"] for member in group["GlobalClusterMembers"] if member["IsWriter"]]
        return writer

    def database(self) -> tuple[str, str]:
        """A global database whose copy is an hour late, with one order in both regions and one on its way."""
        east, west = self.client("rds", EAST), self.client("rds", WEST)
        east.create_global_cluster(GlobalClusterIdentifier="orders", Engine="aurora-postgresql")
        common = {"Engine": "aurora-postgresql", "GlobalClusterIdentifier": "orders"}
        arns = (
            east.create_db_cluster(
                DBClusterIdentifier="east", MasterUsername="admin1", ManageMasterUserPassword=True, **common
            )["DBCluster"]["DBClusterArn"],
            west.create_db_cluster(DBClusterIdentifier="west", **common)["DBCluster"]["DBClusterArn"],
        )
        self.cloud.lag(database=0)
        self.sql(arns[0], "CREATE TABLE orders (id TEXT PRIMARY KEY)")
        self.sql(arns[0], "INSERT INTO orders VALUES (:id)", id="replicated")
        assert self.orders(arns[1]) == ["replicated"]
        self.cloud.lag(database=3600)
        self.sql(arns[0], "INSERT INTO orders VALUES (:id)", id="late")
        return arns

    def table(self, **consistency: Any) -> tuple[Any, Any]:
        east, west = self.client("dynamodb", EAST), self.client("dynamodb", WEST)
        east.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        east.update_table(TableName="orders", ReplicaUpdates=[{"Create": {"RegionName": WEST}}], **consistency)
        return east, west


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    made = Cloud.start(tmp_path_factory.mktemp("cloud"), port=0, idle=600)
    yield made
    made.stop()


@pytest.fixture
def estate(cloud: Cloud) -> Iterator[Estate]:
    yield Estate(cloud)
    cloud.heal()
    cloud.reset()


def item(name: str, value: str = "") -> dict[str, Any]:
    return {"id": {"S": name}, "value": {"S": value}}


def items(client: Any) -> dict[str, str]:
    return {row["id"]["S"]: row["value"]["S"] for row in client.scan(TableName="orders")["Items"]}


@pytest.mark.embedded
def test_reader_refuses_writes_when_it_is_not_the_writers_region(estate: Estate):
    _, west = estate.database()
    with pytest.raises(ClientError, match="read-only transaction; SQLState: 25006"):
        estate.sql(west, "INSERT INTO orders VALUES ('x')")


@pytest.mark.embedded
def test_nothing_is_lost_when_the_writer_is_switched_over(estate: Estate):
    east, west = estate.database()
    estate.client("rds", EAST).switchover_global_cluster(
        GlobalClusterIdentifier="orders", TargetDbClusterIdentifier=west
    )
    assert estate.writer() == west
    assert estate.orders(west) == ["late", "replicated"]
    with pytest.raises(ClientError, match="read-only"):
        estate.sql(east, "INSERT INTO orders VALUES ('x')")


@pytest.mark.embedded
def test_connection_is_closed_and_a_switchover_refused_when_the_region_is_lost(estate: Estate):
    east, west = estate.database()
    estate.cloud.lose_region(EAST)
    with pytest.raises(ConnectionClosedError):
        estate.orders(east)
    with pytest.raises(ClientError, match="needs every region; us-east-1 does not answer"):
        estate.client("rds", WEST).switchover_global_cluster(
            GlobalClusterIdentifier="orders", TargetDbClusterIdentifier=west
        )
    assert estate.writer() == east


@pytest.mark.embedded
def test_old_writer_is_fenced_and_its_writes_are_kept_when_its_region_comes_back(estate: Estate):
    east, west = estate.database()
    estate.cloud.lose_region(EAST)
    rds = estate.client("rds", WEST)
    rds.failover_global_cluster(GlobalClusterIdentifier="orders", TargetDbClusterIdentifier=west, AllowDataLoss=True)
    assert estate.orders(west) == ["replicated"], "what was on its way is not in the new writer"
    estate.sql(west, "INSERT INTO orders VALUES (:id)", id="after")
    estate.cloud.heal()
    assert estate.writer() == west
    with pytest.raises(ClientError, match="read-only"):
        estate.sql(east, "INSERT INTO orders VALUES ('x')")
    assert estate.orders(east) == ["after", "replicated"], "the old writer has the new one's volume"
    old = estate.client("rds", EAST)
    [kept] = old.describe_db_cluster_snapshots(DBClusterIdentifier="east", SnapshotType="automated")[
        "DBClusterSnapshots"
    ][-1:]
    assert kept["DBClusterSnapshotIdentifier"].startswith("rds:unplanned-global-failover-east")
    restored = old.restore_db_cluster_from_snapshot(
        DBClusterIdentifier="inquest", SnapshotIdentifier=kept["DBClusterSnapshotIdentifier"], Engine=kept["Engine"]
    )["DBCluster"]["DBClusterArn"]
    assert estate.orders(restored) == ["late", "replicated"]


@pytest.mark.embedded
def test_zone_loss_moves_the_writer_to_a_reader_in_a_zone_that_stands(estate: Estate):
    rds = estate.client("rds", EAST)
    arn = rds.create_db_cluster(
        DBClusterIdentifier="orders", Engine="aurora-postgresql", MasterUsername="admin1", ManageMasterUserPassword=True
    )["DBCluster"]["DBClusterArn"]
    for letter in "ab":
        rds.create_db_instance(
            DBInstanceIdentifier=f"orders-{letter}",
            DBClusterIdentifier="orders",
            DBInstanceClass="db.r6g.large",
            Engine="aurora-postgresql",
            AvailabilityZone=f"{EAST}{letter}",
        )
    estate.sql(arn, "CREATE TABLE orders (id TEXT PRIMARY KEY)")
    estate.cloud.lose_zone(f"{EAST}a")
    estate.sql(arn, "INSERT INTO orders VALUES ('1')")
    [cluster] = rds.describe_db_clusters(DBClusterIdentifier="orders")["DBClusters"]
    writers = [one["DBInstanceIdentifier"] for one in cluster["DBClusterMembers"] if one["IsClusterWriter"]]
    assert writers == ["orders-b"]
    estate.cloud.lose_zone(f"{EAST}b")
    with pytest.raises(ClientError, match="the writer of orders does not answer"):
        estate.orders(arn)


@pytest.mark.embedded
def test_last_writer_wins_when_both_regions_wrote_while_apart(estate: Estate):
    estate.cloud.lag(tables=0)
    east, west = estate.table()
    east.put_item(TableName="orders", Item=item("1", "first"))
    assert items(west) == {"1": "first"}
    estate.cloud.lag(tables=3600)
    east.put_item(TableName="orders", Item=item("1", "east"))
    east.put_item(TableName="orders", Item=item("2", "only east"))
    west.put_item(TableName="orders", Item=item("1", "west, later"))
    assert items(west) == {"1": "west, later"}
    estate.cloud.lag(tables=0)
    assert items(east) == items(west) == {"1": "west, later", "2": "only east"}
    west.delete_item(TableName="orders", Key={"id": {"S": "2"}})
    assert items(east) == {"1": "west, later"}


@pytest.mark.embedded
def test_strong_table_loses_nothing_and_refuses_when_it_is_alone(estate: Estate):
    estate.cloud.lag(tables=3600)
    east, west = estate.table(
        MultiRegionConsistency="STRONG", GlobalTableWitnessUpdates=[{"Create": {"RegionName": "us-east-2"}}]
    )
    east.put_item(TableName="orders", Item=item("1"))
    assert items(west) == {"1": ""}, "there before it was acknowledged"
    estate.cloud.lose_region(EAST)
    west.put_item(TableName="orders", Item=item("2"))
    estate.cloud.lose_region("us-east-2")
    with pytest.raises(ClientError, match="reaches no second region"):
        west.put_item(TableName="orders", Item=item("3"))
    assert items(west) == {"1": "", "2": ""}


@pytest.mark.embedded
def test_object_is_copied_once_when_both_buckets_replicate(estate: Estate):
    estate.cloud.lag(buckets=0)
    east, west = estate.client("s3", EAST), estate.client("s3", WEST)
    east.create_bucket(Bucket="orders-east")
    west.create_bucket(Bucket="orders-west", CreateBucketConfiguration={"LocationConstraint": WEST})
    for client, bucket, other in ((east, "orders-east", "orders-west"), (west, "orders-west", "orders-east")):
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        rule = {
            "ID": "all",
            "Priority": 1,
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "DeleteMarkerReplication": {"Status": "Enabled"},
            "Destination": {
                "Bucket": f"arn:aws:s3:::{other}",
                "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
                "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}},
            },
        }
        replication = {"Role": f"arn:aws:iam::{ACCOUNT}:role/replication", "Rules": [rule]}
        client.put_bucket_replication(Bucket=bucket, ReplicationConfiguration=replication)
        assert client.get_bucket_replication(Bucket=bucket)["ReplicationConfiguration"] == replication
    east.put_object(Bucket="orders-east", Key="1.json", Body=b"{}")
    assert west.get_object(Bucket="orders-west", Key="1.json")["Body"].read() == b"{}"
    states = [
        client.head_object(Bucket=bucket, Key="1.json")["ReplicationStatus"]
        for client, bucket in ((east, "orders-east"), (west, "orders-west"))
    ]
    assert states == ["COMPLETED", "REPLICA"]
    assert len(east.list_object_versions(Bucket="orders-east")["Versions"]) == 1
    west.delete_object(Bucket="orders-west", Key="1.json")
    assert "Contents" not in east.list_objects_v2(Bucket="orders-east")


@pytest.mark.embedded
def test_primary_of_a_global_datastore_moves_when_it_fails_over(estate: Estate):
    east, west = estate.client("elasticache", EAST), estate.client("elasticache", WEST)
    east.create_replication_group(
        ReplicationGroupId="east", ReplicationGroupDescription="x", Engine="redis", CacheNodeType="cache.r7g.large"
    )
    name = east.create_global_replication_group(
        GlobalReplicationGroupIdSuffix="orders", PrimaryReplicationGroupId="east"
    )["GlobalReplicationGroup"]["GlobalReplicationGroupId"]
    west.create_replication_group(
        ReplicationGroupId="west", ReplicationGroupDescription="x", GlobalReplicationGroupId=name
    )
    estate.cloud.lose_region(EAST)
    west.failover_global_replication_group(
        GlobalReplicationGroupId=name, PrimaryRegion=WEST, PrimaryReplicationGroupId="west"
    )
    [group] = west.describe_global_replication_groups(GlobalReplicationGroupId=name)["GlobalReplicationGroups"]
    roles = {member["ReplicationGroupId"]: member["Role"] for member in group["Members"]}
    assert roles == {"east": "SECONDARY", "west": "PRIMARY"}


def states(client: Any) -> dict[str, str]:
    return {alarm["AlarmName"]: alarm["StateValue"] for alarm in client.describe_alarms()["MetricAlarms"]}


def alarm(name: str, metric: str, *, namespace: str = "Atoll/Recovery", **more: Any) -> dict[str, Any]:
    return {
        "AlarmName": name,
        "Namespace": namespace,
        "MetricName": metric,
        "Statistic": "Maximum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    } | more


@pytest.mark.embedded
def test_alarm_follows_its_metric_and_keeps_its_state_without_data_when_told_to(estate: Estate):
    watch = estate.client("cloudwatch", WEST)
    watch.put_metric_alarm(**alarm("evacuated", "RegionEvacuated", TreatMissingData="ignore"))
    watch.put_metric_alarm(**alarm("silent", "Other"))
    watch.put_metric_alarm(**alarm("strict", "Other", TreatMissingData="breaching"))
    watch.put_metric_alarm(**alarm("calm", "Other", TreatMissingData="notBreaching"))
    assert states(watch) == {"evacuated": "OK", "silent": "INSUFFICIENT_DATA", "strict": "ALARM", "calm": "OK"}
    watch.put_metric_data(
        Namespace="Atoll/Recovery", MetricData=[{"MetricName": "RegionEvacuated", "Value": 1.0, "Dimensions": []}]
    )
    assert states(watch)["evacuated"] == "ALARM"
    dimensions = [{"Name": "Stack", "Value": "other"}]
    watch.put_metric_alarm(**alarm("other", "RegionEvacuated", TreatMissingData="ignore", Dimensions=dimensions))
    assert states(watch)["other"] == "OK", "a metric is its dimensions, too"


@pytest.mark.embedded
def test_lag_alarm_tells_how_late_the_copy_is_and_alarms_when_nobody_can_say(estate: Estate):
    estate.database()
    watch = estate.client("cloudwatch", WEST)
    lag = alarm(
        "lag",
        "AuroraGlobalDBRPOLag",
        namespace="AWS/RDS",
        Threshold=0.001,
        TreatMissingData="breaching",
        Dimensions=[{"Name": "DBClusterIdentifier", "Value": "west"}],
    )
    watch.put_metric_alarm(**lag)
    assert states(watch) == {"lag": "ALARM"}, "one order is on its way"
    estate.cloud.lag(database=0)
    assert states(watch) == {"lag": "OK"}
    estate.cloud.lose_region(EAST)
    assert states(watch) == {"lag": "ALARM"}


@pytest.mark.embedded
def test_region_is_lost_and_lags_are_set_from_the_command_line(estate: Estate, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ATOLL_HOME", str(estate.cloud.home))
    said = CliRunner().invoke(app, ["lag", "database", "7.5", "--json"])
    assert json.loads(said.stdout)["database"] == 7.5
    assert "7.5" in CliRunner().invoke(app, ["lag"]).stdout
    assert CliRunner().invoke(app, ["lag", "database", "--", "-1"]).exit_code == 2
    assert CliRunner().invoke(app, ["fail", "--region", EAST, "--refuse"]).exit_code == 0
    with pytest.raises(ConnectionClosedError):
        estate.client("sts", EAST).get_caller_identity()
    estate.client("sts", WEST).get_caller_identity()
