from __future__ import annotations

import pulumi
import pytest
from pulumi_aws.provider import Provider

from components.data import PostgresDatabase, PostgresDatabaseArgs
from tests.components.data.samples import (
    DATA_KEY,
    LOGS_KEY,
    MONITORING_ROLE,
    SECRETS_KEY,
    TIGHT,
    postgres_args,
    postgres_settings,
)
from tests.kit import REGION, GraphView, record_component

INSTANCE = "aws:rds/instance:Instance"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"


def record(args: PostgresDatabaseArgs) -> GraphView:
    return record_component(lambda: PostgresDatabase("test", args=args))


@pytest.fixture(scope="module")
def view() -> GraphView:
    """What the default settings make; recorded once, read by many."""
    return record(postgres_args())


def test_instance_has_these_children_when_recorded(view: GraphView) -> None:
    view.assert_children(
        "test",
        [
            (INSTANCE, "test-database"),
            ("aws:rds/subnetGroup:SubnetGroup", "test-database-subnets"),
            ("aws:rds/parameterGroup:ParameterGroup", "test-database-parameters"),
            (LOG_GROUP, "test-database-log-postgresql"),
            (LOG_GROUP, "test-database-log-upgrade"),
        ],
    )


def test_instance_has_the_documents_parameters_when_sized_for_dev(view: GraphView) -> None:
    inputs = {
        key: value
        for key, value in view.node("test-database").inputs.items()
        if key not in ("dbSubnetGroupName", "parameterGroupName")
    }

    assert inputs == {
        "identifier": "atoll-test",
        "engine": "postgres",
        "engineVersion": "17.6",
        "instanceClass": "db.t3.micro",
        "dbName": "platform_db",
        "username": "dbadmin",
        "port": 5432,
        "manageMasterUserPassword": True,
        "masterUserSecretKmsKeyId": SECRETS_KEY,
        "iamDatabaseAuthenticationEnabled": True,
        "vpcSecurityGroupIds": ["sg-database"],
        "publiclyAccessible": False,
        "multiAz": False,
        "availabilityZone": "us-east-1a",
        "storageType": "gp3",
        "allocatedStorage": 20,
        "maxAllocatedStorage": 50,
        "storageEncrypted": True,
        "kmsKeyId": DATA_KEY,
        "backupRetentionPeriod": 30,
        "backupWindow": "03:00-04:00",
        "maintenanceWindow": "sun:05:00-sun:06:00",
        "copyTagsToSnapshot": True,
        "autoMinorVersionUpgrade": True,
        "caCertIdentifier": "rds-ca-rsa2048-g1",
        "enabledCloudwatchLogsExports": ["postgresql", "upgrade"],
        "monitoringInterval": 60,
        "monitoringRoleArn": MONITORING_ROLE,
        "performanceInsightsEnabled": True,
        "performanceInsightsKmsKeyId": DATA_KEY,
        "performanceInsightsRetentionPeriod": 7,
        "applyImmediately": True,
        "deletionProtection": False,
        "skipFinalSnapshot": True,
        "deleteAutomatedBackups": True,
    }


def test_instance_uses_its_own_groups_when_recorded(view: GraphView) -> None:
    view.assert_wired("test-database", "dbSubnetGroupName", "test-database-subnets.name")
    view.assert_wired("test-database", "parameterGroupName", "test-database-parameters.name")


def test_instance_waits_for_its_log_groups_when_created(view: GraphView) -> None:
    # Without them RDS would make groups of these names itself, unencrypted and kept for ever.
    view.assert_depends("test-database", "test-database-log-postgresql", "test-database-log-upgrade")


@pytest.mark.parametrize("log", ["postgresql", "upgrade"])
def test_log_group_has_the_name_rds_writes_to_when_exported(view: GraphView, log: str) -> None:
    assert view.node(f"test-database-log-{log}").inputs == {
        "name": f"/aws/rds/instance/atoll-test/{log}",
        "retentionInDays": 7,
        "kmsKeyId": LOGS_KEY,
    }


def test_subnet_group_spans_all_zones_when_instance_is_in_one(view: GraphView) -> None:
    assert view.value("test-database-subnets", "subnetIds") == ["subnet-a", "subnet-b"]


def test_parameters_force_tls_and_log_slow_statements_when_recorded(view: GraphView) -> None:
    parameters = view.value("test-database-parameters", "parameters")

    assert view.value("test-database-parameters", "family") == "postgres17"
    assert isinstance(parameters, tuple)
    found = {item["name"]: (item["value"], item["applyMethod"]) for item in parameters}  # type: ignore[index, call-overload]
    assert found == {
        "rds.force_ssl": ("1", "immediate"),
        "shared_preload_libraries": ("pg_stat_statements", "pending-reboot"),
        "pg_stat_statements.track": ("ALL", "immediate"),
        "log_min_duration_statement": ("1000", "immediate"),
        "log_connections": ("1", "immediate"),
        "log_disconnections": ("1", "immediate"),
        "log_lock_waits": ("1", "immediate"),
        "log_statement": ("ddl", "immediate"),
    }


@pytest.mark.parametrize(
    ("version", "family"), [("17.6", "postgres17"), ("18.1", "postgres18"), ("16.10", "postgres16")]
)
def test_parameter_family_follows_the_major_version_when_it_changes(version: str, family: str) -> None:
    view = record(postgres_args(postgres_settings(engine_version=version)))

    assert view.value("test-database-parameters", "family") == family


def test_instance_has_no_zone_of_its_own_when_multi_az() -> None:
    inputs = record(postgres_args(postgres_settings(multi_az=True), workload_zones=())).node("test-database").inputs

    assert inputs["multiAz"] is True
    assert "availabilityZone" not in inputs


def test_instance_is_protected_in_every_way_when_settings_say_so() -> None:
    node = record(postgres_args(protection=TIGHT)).node("test-database")

    assert node.protect
    assert node.inputs["deletionProtection"] is True
    assert node.inputs["skipFinalSnapshot"] is False
    assert node.inputs["finalSnapshotIdentifier"] == "atoll-test-final"
    assert node.inputs["deleteAutomatedBackups"] is False


def test_instance_can_be_deleted_when_settings_hold_no_real_data(view: GraphView) -> None:
    node = view.node("test-database")

    assert not node.protect
    assert "finalSnapshotIdentifier" not in node.inputs


def test_monitoring_and_insights_are_left_out_when_switched_off() -> None:
    settings = postgres_settings(monitoring_interval_seconds=0, performance_insights=False)
    inputs = record(postgres_args(settings)).node("test-database").inputs

    assert inputs["monitoringInterval"] == 0
    assert inputs["performanceInsightsEnabled"] is False
    absent = {"monitoringRoleArn", "performanceInsightsKmsKeyId", "performanceInsightsRetentionPeriod"}
    assert not absent & inputs.keys()


def test_outputs_come_from_the_instance_when_recorded(view: GraphView) -> None:
    outputs = view.node("test").outputs

    assert set(outputs) == {"address", "arn", "endpoint", "identifier", "master_secret_arn", "port", "resource_id"}
    assert outputs["identifier"] == "atoll-test"
    assert outputs["port"] == 5432


def test_password_is_never_an_input_when_recorded(view: GraphView) -> None:
    inputs = view.node("test-database").inputs

    assert not {"password", "passwordWo"} & inputs.keys()


def test_monitoring_is_refused_when_there_is_no_role() -> None:
    with pytest.raises(ValueError, match=r"database of test: monitored every 60 s .* monitoring_role_arn"):
        record(postgres_args(monitoring_role_arn=None))


def test_single_zone_is_refused_when_there_is_no_zone() -> None:
    with pytest.raises(ValueError, match=r"database of test: a single-zone instance needs a zone; .*workload_zones"):
        record(postgres_args(workload_zones=()))


def test_every_child_uses_the_explicit_provider_when_given() -> None:
    def build() -> None:
        explicit = Provider("explicit", region=REGION)
        PostgresDatabase("test", args=postgres_args(), opts=pulumi.ResourceOptions(providers=[explicit]))

    view = record_component(build)

    for node in view.graph:
        if node.package == "aws" and not node.is_provider:
            assert (node.provider or "").endswith("::explicit"), node
