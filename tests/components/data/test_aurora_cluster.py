from __future__ import annotations

from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.data import AuroraCluster, AuroraClusterArgs, DatabaseEvents, DatabaseEventsArgs, EventSource
from components.data.aurora_cluster import instance_keys
from contracts.settings.aurora import ReaderScalingSettings
from tests.components.data.samples import (
    DATA_KEY,
    LOGS_KEY,
    MONITORING_ROLE,
    SECRETS_KEY,
    SUBNETS,
    TIGHT,
    aurora_args,
    aurora_settings,
)
from tests.kit import ACCOUNT, REGION, GraphView, record_component

CLUSTER, INSTANCE = "aws:rds/cluster:Cluster", "aws:rds/clusterInstance:ClusterInstance"
LOG_GROUP, POLICY = "aws:cloudwatch/logGroup:LogGroup", "aws:appautoscaling/policy:Policy"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
WIRED = {"dbSubnetGroupName", "dbClusterParameterGroupName"}


def record(args: AuroraClusterArgs) -> GraphView:
    return record_component(lambda: AuroraCluster("test", args=args))


@pytest.fixture(scope="module")
def view() -> GraphView:
    """A Serverless v2 cluster with a reader; recorded once, read by many."""
    return record(aurora_args())


def test_cluster_has_these_children_when_recorded(view: GraphView) -> None:
    view.assert_children(
        "test",
        [
            ("aws:rds/subnetGroup:SubnetGroup", "test-database-subnets"),
            ("aws:rds/clusterParameterGroup:ClusterParameterGroup", "test-database-parameters"),
            (LOG_GROUP, "test-database-log-postgresql"),
            (LOG_GROUP, "test-database-log-iam-db-auth-error"),
            (CLUSTER, "test-database"),
            (INSTANCE, "test-database-us-east-1a"),
            (INSTANCE, "test-database-us-east-1b"),
            ("aws:appautoscaling/target:Target", "test-database-readers"),
            (POLICY, "test-database-readers-cpu"),
            (POLICY, "test-database-readers-connections"),
        ],
    )


def test_cluster_has_the_documents_parameters_when_recorded(view: GraphView) -> None:
    inputs = {key: value for key, value in view.node("test-database").inputs.items() if key not in WIRED}

    assert inputs == {
        "clusterIdentifier": "atoll-test",
        "engine": "aurora-postgresql",
        "engineVersion": "17.6",
        "databaseName": "platform_db",
        "masterUsername": "dbadmin",
        "manageMasterUserPassword": True,
        "masterUserSecretKmsKeyId": SECRETS_KEY,
        "port": 5432,
        "iamDatabaseAuthenticationEnabled": True,
        "vpcSecurityGroupIds": ["sg-database"],
        "storageEncrypted": True,
        "kmsKeyId": DATA_KEY,
        "serverlessv2ScalingConfiguration": {"minCapacity": 0.5, "maxCapacity": 2},
        "backupRetentionPeriod": 30,
        "preferredBackupWindow": "03:00-04:00",
        "preferredMaintenanceWindow": "sun:05:00-sun:06:00",
        "copyTagsToSnapshot": True,
        "enabledCloudwatchLogsExports": ["postgresql", "iam-db-auth-error"],
        "applyImmediately": True,
        "deletionProtection": False,
        "skipFinalSnapshot": True,
        "deleteAutomatedBackups": True,
    }


def test_cluster_stands_on_its_groups_and_waits_for_its_logs_when_recorded(view: GraphView) -> None:
    view.assert_wired("test-database", "dbSubnetGroupName", "test-database-subnets.name")
    view.assert_wired("test-database", "dbClusterParameterGroupName", "test-database-parameters.name")
    view.assert_depends("test-database", "test-database-log-postgresql", "test-database-log-iam-db-auth-error")
    assert view.value("test-database-subnets", "subnetIds") == ["subnet-a", "subnet-b"]


def test_parameters_force_tls_and_audit_when_recorded(view: GraphView) -> None:
    group = view.node("test-database-parameters").inputs
    assert group["family"] == "aurora-postgresql17"
    told: dict[str, tuple[object, object]] = {}
    for index in range(9):
        one = f"parameters[{index}]"
        told[str(view.value("test-database-parameters", f"{one}.name"))] = (
            view.value("test-database-parameters", f"{one}.value"),
            view.value("test-database-parameters", f"{one}.applyMethod"),
        )
    assert told == {
        "rds.force_ssl": ("1", "immediate"),
        "shared_preload_libraries": ("pg_stat_statements,pgaudit", "pending-reboot"),
        "pg_stat_statements.track": ("all", "immediate"),
        "log_min_duration_statement": ("1000", "immediate"),
        "log_connections": ("1", "immediate"),
        "log_disconnections": ("1", "immediate"),
        "log_lock_waits": ("1", "immediate"),
        "log_statement": ("ddl", "immediate"),
        "pgaudit.log": ("ddl,role", "immediate"),
    }


def test_nothing_audits_when_settings_leave_it_out() -> None:
    view = record(aurora_args(aurora_settings(audit=False)))

    assert view.value("test-database-parameters", "parameters[1].value") == "pg_stat_statements"
    assert "pgaudit" not in str(view.node("test-database-parameters").inputs)


@pytest.mark.parametrize(("zone", "letter", "tier"), [("us-east-1a", "a", 0), ("us-east-1b", "b", 1)])
def test_instance_is_watched_and_in_a_zone_of_its_own_when_recorded(
    view: GraphView, zone: str, letter: str, tier: int
) -> None:
    name = f"test-database-{zone}"
    wired = {"clusterIdentifier", "engineVersion", "dbSubnetGroupName"}
    assert {key: value for key, value in view.node(name).inputs.items() if key not in wired} == {
        "identifier": f"atoll-test-{letter}",
        "engine": "aurora-postgresql",
        "instanceClass": "db.serverless",
        "availabilityZone": zone,
        "publiclyAccessible": False,
        "promotionTier": tier,
        "preferredMaintenanceWindow": "sun:05:00-sun:06:00",
        "autoMinorVersionUpgrade": True,
        "copyTagsToSnapshot": True,
        "monitoringInterval": 60,
        "monitoringRoleArn": MONITORING_ROLE,
        "performanceInsightsEnabled": True,
        "performanceInsightsKmsKeyId": DATA_KEY,
        "performanceInsightsRetentionPeriod": 7,
        "applyImmediately": True,
    }
    view.assert_wired(name, "clusterIdentifier", "test-database.id")


@pytest.mark.parametrize("log", ["postgresql", "iam-db-auth-error"])
def test_log_group_has_the_name_aurora_writes_to_when_exported(view: GraphView, log: str) -> None:
    assert view.node(f"test-database-log-{log}").inputs == {
        "name": f"/aws/rds/cluster/atoll-test/{log}",
        "retentionInDays": 7,
        "kmsKeyId": LOGS_KEY,
    }


def test_readers_follow_their_load_when_scaled(view: GraphView) -> None:
    target = view.node("test-database-readers").inputs
    assert (target["serviceNamespace"], target["scalableDimension"]) == ("rds", "rds:cluster:ReadReplicaCount")
    assert (target["minCapacity"], target["maxCapacity"]) == (1, 4)
    view.assert_wired("test-database-readers", "resourceId", "test-database.clusterIdentifier")
    tracking = "targetTrackingScalingPolicyConfiguration"
    for key, metric, goal in (
        ("cpu", "RDSReaderAverageCPUUtilization", 70),
        ("connections", "RDSReaderAverageDatabaseConnections", 400),
    ):
        policy = f"test-database-readers-{key}"
        assert view.value(policy, f"{tracking}.targetValue") == goal
        assert view.value(policy, f"{tracking}.predefinedMetricSpecification.predefinedMetricType") == metric


def test_readers_follow_connections_alone_when_cpu_is_left_out() -> None:
    scaling = ReaderScalingSettings(maximum=3, cpu_percent=None, connections=100)
    view = record(aurora_args(aurora_settings(reader_scaling=scaling)))

    assert {name for kind, name in view.children("test") if kind == POLICY} == {"test-database-readers-connections"}


def test_nothing_scales_when_settings_leave_it_out() -> None:
    view = record(aurora_args(aurora_settings(reader_scaling=None)))

    assert not [name for kind, name in view.children("test") if "appautoscaling" in kind]


def test_size_is_fixed_when_the_class_is_not_serverless() -> None:
    view = record(aurora_args(aurora_settings(instance_class="db.t4g.medium", serverless=None)))

    assert "serverlessv2ScalingConfiguration" not in view.node("test-database").inputs
    assert view.value("test-database-us-east-1a", "instanceClass") == "db.t4g.medium"


def test_cluster_and_instances_are_protected_in_every_way_when_settings_say_so() -> None:
    view = record(aurora_args(protection=TIGHT))

    assert all(view.node(f"test-database{end}").protect for end in ("", "-us-east-1a", "-us-east-1b"))
    inputs = view.node("test-database").inputs
    assert inputs["deletionProtection"] is True
    assert inputs["skipFinalSnapshot"] is False
    assert inputs["finalSnapshotIdentifier"] == "atoll-test-final"
    assert inputs["deleteAutomatedBackups"] is False


def test_secondary_has_the_users_of_its_primary_when_it_joins_a_global_database() -> None:
    secret = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:replica"
    told: list[AuroraCluster] = []

    def build() -> None:
        args = aurora_args(global_cluster_id="atoll-global", primary_secret_arn=secret)
        told.append(AuroraCluster("test", args=args))
        pulumi.export("secret", told[0].master_secret_arn)

    inputs = record_component(build).node("test-database").inputs

    assert inputs["globalClusterIdentifier"] == "atoll-global"
    assert not {"databaseName", "masterUsername", "manageMasterUserPassword", "masterUserSecretKmsKeyId"} & set(inputs)


def test_identifiers_are_known_beforehand_when_made() -> None:
    made: list[AuroraCluster] = []
    record_component(lambda: made.append(AuroraCluster("test", args=aurora_args())))

    assert made[0].identifier == "atoll-test"
    assert made[0].instance_identifiers == ("atoll-test-a", "atoll-test-b")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"monitoring_role_arn": None}, r"cluster of test: monitored every 60 s but there is no monitoring role"),
        ({"workload_zones": ("us-east-1c",)}, r"cluster of test: no database subnet in us-east-1c; there are subnets"),
        ({"workload_zones": ()}, r"cluster of test: no database subnet in any workload zone"),
        ({"primary_secret_arn": SECRETS_KEY}, r"cluster of test: primary_secret_arn is for a secondary cluster"),
    ],
)
def test_cluster_is_refused_when_its_wiring_contradicts_itself(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        record(aurora_args(**changes))


@given(zones=st.integers(1, 3), count=st.integers(1, 16))
def test_instances_take_the_zones_in_turn_when_there_are_many(zones: int, count: int) -> None:
    names = [f"us-west-2{letter}" for letter in "abc"[:zones]]
    keys = instance_keys(names, count)

    assert len(set(keys)) == count
    assert [key[: len(names[0])] for key in keys] == [names[index % zones] for index in range(count)]


def test_events_of_each_kind_reach_the_topic_when_subscribed() -> None:
    sources = {EventSource.CLUSTER: ["atoll-test"], EventSource.INSTANCE: ["atoll-test-a", "atoll-test-b"]}
    args = DatabaseEventsArgs(environment="test", topic_arn=TOPIC, sources=sources)
    view = record_component(lambda: DatabaseEvents("test", args=args))

    assert {name for _, name in view.children("test")} == {
        "test-database-events-db-cluster",
        "test-database-events-db-instance",
    }
    assert view.node("test-database-events-db-cluster").inputs == {
        "name": "atoll-test-db-cluster",
        "snsTopic": TOPIC,
        "sourceType": "db-cluster",
        "sourceIds": ["atoll-test"],
        "eventCategories": ["configuration change", "failover", "failure", "maintenance"],
        "enabled": True,
    }
    assert view.value("test-database-events-db-instance", "sourceIds") == ["atoll-test-a", "atoll-test-b"]


def test_subnets_of_every_zone_are_in_the_group_when_instances_are_in_fewer() -> None:
    view = record(aurora_args(workload_zones=("us-east-1a",), settings=aurora_settings(readers=0, reader_scaling=None)))

    assert view.value("test-database-subnets", "subnetIds") == [SUBNETS[zone] for zone in sorted(SUBNETS)]
