"""What clusters, caches and tables of several regions join, and what a member of it is (DB-2, CAC-1, DDB-1)."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from components.data import (
    AuroraCluster,
    GlobalDatabase,
    GlobalDatabaseArgs,
    GlobalDatastore,
    GlobalDatastoreArgs,
    MasterLogin,
    Table,
    TableArgs,
    TableReplica,
    TableReplicaArgs,
)
from graph.values import MISSING, Secret
from tests.components.data.samples import DATA_KEY, TIGHT, aurora_args, aurora_settings, table_settings
from tests.kit import ACCOUNT, REGION, GraphView, record_component

PEER = "us-west-2"
PEER_KEY = f"arn:aws:kms:{PEER}:{ACCOUNT}:key/database"
MASTER = MasterLogin(secret_arn="arn:aws:secretsmanager:us-east-1:111122223333:secret:master", password="drawn")
PRIMARY_TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/atoll-test-events"


def test_global_database_is_all_that_is_made_and_protected_when_asked_for() -> None:
    args = GlobalDatabaseArgs(settings=aurora_settings(), protection=TIGHT, environment="test")
    view = record_component(lambda: GlobalDatabase("test", args=args))

    view.assert_children("test", [("aws:rds/globalCluster:GlobalCluster", "test-global-database")])
    inputs = view.node("test-global-database").inputs
    assert inputs["globalClusterIdentifier"] == "atoll-test"
    assert (inputs["engine"], inputs["storageEncrypted"], inputs["deletionProtection"]) == (
        "aurora-postgresql",
        True,
        True,
    )
    assert view.node("test-global-database").protect


def test_datastore_keeps_its_members_when_another_group_leads() -> None:
    args = GlobalDatastoreArgs(environment="test", primary_group_id="atoll-test")
    view = record_component(lambda: GlobalDatastore("test", args=args))

    kind = "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup"
    view.assert_children("test", [(kind, "test-global-datastore")])
    made = view.node("test-global-datastore")
    assert (made.inputs["globalReplicationGroupIdSuffix"], made.inputs["primaryReplicationGroupId"]) == (
        "atoll-test",
        "atoll-test",
    )
    assert made.options.ignore_changes == ("primaryReplicationGroupId",)


def cluster(**changes: Any) -> GraphView:
    return record_component(lambda: AuroraCluster("test", args=aurora_args(**changes)))


def test_cluster_has_a_password_of_ours_when_rds_manages_none_in_a_global_database() -> None:
    inputs = cluster(global_cluster_id="atoll-test", master=MASTER).node("test-database").inputs

    assert inputs["masterUsername"] == "dbadmin"
    assert isinstance(inputs["masterPassword"], Secret)
    assert not {"manageMasterUserPassword", "masterUserSecretKmsKeyId"} & inputs.keys()


def test_failover_leaves_nothing_to_do_when_a_cluster_is_in_a_global_database() -> None:
    joined = cluster(global_cluster_id="atoll-test", master=MASTER).node("test-database")

    assert joined.options.ignore_changes == ("replicationSourceIdentifier",)
    assert cluster().node("test-database").options.ignore_changes == ()


def test_cluster_is_refused_when_it_has_two_master_users() -> None:
    with pytest.raises(ValueError, match="pass primary_secret_arn or master, not both"):
        cluster(global_cluster_id="atoll-test", master=MASTER, primary_secret_arn="arn")


def replica(**changes: Any) -> GraphView:
    def program() -> None:
        made = TableReplica(
            "test",
            args=TableReplicaArgs(
                settings=table_settings(**changes),
                protection=TIGHT,
                environment="test",
                table="events",
                account_id=ACCOUNT,
                region=PEER,
                primary_arn=PRIMARY_TABLE,
                key_arn=PEER_KEY,
            ),
        )
        pulumi.export("name", made.table_name)

    return record_component(program)


def test_replica_is_protected_and_backed_up_by_itself_when_copies_may_lag() -> None:
    view = replica(point_in_time_recovery=True, contributor_insights=True)
    made = view.node("test-table-events", "aws:dynamodb/tableReplica:TableReplica")

    assert dict(made.inputs) == {
        "globalTableArn": PRIMARY_TABLE,
        "kmsKeyArn": PEER_KEY,
        "pointInTimeRecovery": True,
        "deletionProtectionEnabled": True,
    }
    insights = view.node("test-table-events-insights")
    assert insights.inputs["tableName"] == "atoll-test-events"
    assert made.urn in insights.options.depends_on
    assert view.graph.stack_outputs["name"] == "atoll-test-events"


def test_replica_is_there_already_when_the_table_has_a_witness() -> None:
    view = replica(witness_region="us-east-2", contributor_insights=False)

    view.assert_children("test-table-events", [])


def table(**changes: Any) -> GraphView:
    settings = {name: changes.pop(name) for name in ("witness_region",) if name in changes}
    args = TableArgs(
        settings=table_settings(**settings),
        protection=TIGHT,
        environment="test",
        table="events",
        key_arn=DATA_KEY,
        **changes,
    )
    return record_component(lambda: Table("test", args=args))


def test_replicas_are_left_alone_when_other_stacks_make_them() -> None:
    made = table(replicas_elsewhere=True).node("test-table-events", "aws:dynamodb/table:Table")

    assert made.options.ignore_changes == ("replicas",)
    assert made.inputs["streamViewType"] == "NEW_AND_OLD_IMAGES"
    assert "replicas" not in made.inputs


def test_copies_are_never_apart_when_a_third_region_is_their_witness() -> None:
    view = table(witness_region="us-east-2", replica_key_arns={PEER: PEER_KEY})
    kind = "aws:dynamodb/table:Table"

    assert view.value("test-table-events", "replicas[0].consistencyMode", kind) == "STRONG"
    assert view.value("test-table-events", "replicas[0].deletionProtectionEnabled", kind) is True
    assert view.value("test-table-events", "globalTableWitness.regionName", kind) == "us-east-2"


def test_copies_may_lag_when_there_is_no_witness() -> None:
    view = table(replica_key_arns={PEER: PEER_KEY})
    kind = "aws:dynamodb/table:Table"

    assert view.value("test-table-events", "replicas[0].consistencyMode", kind) is MISSING
    assert view.value("test-table-events", "globalTableWitness", kind) is MISSING
