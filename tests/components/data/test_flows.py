"""Warehouse, replication and data copies as they are declared: children, wiring, exact rights (DB-5, DB-6)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.data import (
    Copied,
    DatabaseEnd,
    DataCopies,
    DataCopiesArgs,
    LakeEnd,
    ReplicatedFlow,
    Replication,
    ReplicationArgs,
    Warehouse,
    WarehouseArgs,
)
from components.data.data_copies import buildspec
from components.data.table_mappings import table_mappings, task_settings
from components.identity.roles import Scope
from contracts.services.base import Classification
from contracts.services.columns import Column, Holds
from contracts.services.masking import mask_of
from contracts.settings.flows import FlowKind, ReplicationSettings
from contracts.settings.warehouse import ProvisionedSettings, ServerlessSettings, WarehouseSettings
from graph.resource_graph import ResourceGraph
from tests.components.data.samples import DATA_KEY, LOGS_KEY, LOOSE, SECRETS_KEY, SUBNETS, TIGHT
from tests.kit import ACCOUNT, REGION, GraphView, record_component
from tests.kit.plain import plain

SCOPE = Scope(environment="test", region=REGION, account_id=ACCOUNT)
LAKE_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/storage"
OWN = DatabaseEnd(
    host="db",
    port=5432,
    database="platform_db",
    secret_arn=f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:own",
    secret_key_arn=SECRETS_KEY,
    group_id="sg-database",
)
ELSEWHERE = DatabaseEnd(
    host="db.example",
    port=5433,
    database="platform_db",
    secret_arn="arn:aws:secretsmanager:eu-west-1:222222222222:secret:theirs",
    secret_key_arn="arn:aws:kms:eu-west-1:222222222222:key/theirs",
    cidr="10.9.0.0/16",
)


def warehouse(*, serverless: bool = False, **changes: Any) -> GraphView:
    settings = WarehouseSettings(
        provisioned=None
        if serverless
        else ProvisionedSettings(node_type="ra3.large", nodes=1, multi_az=False, pause=None),
        serverless=ServerlessSettings(base_capacity=8, monthly_hours=320) if serverless else None,
        database_name="analytics",
        username="dwadmin",
        snapshot_retention_days=7,
        maintenance_window="sun:07:00-sun:08:00",
        log_retention_days=14,
    )
    values: dict[str, Any] = {
        "settings": settings,
        "protection": LOOSE,
        "scope": SCOPE,
        "vpc_id": "vpc-1",
        "subnet_ids": SUBNETS,
        "client_group_ids": {"ecs": "sg-ecs"},
        "storage_key_arn": DATA_KEY,
        "secrets_key_arn": SECRETS_KEY,
        "logs_key_arn": LOGS_KEY,
        "lake_bucket": "lake",
        "lake_key_arn": LAKE_KEY,
    }
    return record_component(lambda: Warehouse("test", args=WarehouseArgs(**(values | changes))))


def statements(view: GraphView, name: str) -> dict[str, dict[str, Any]]:
    """Sid → statement of a role's policy; what is not known yet stands as null."""
    document = view.value(name, "policy")
    return {each["Sid"]: each for each in json.loads(document)["Statement"]} if isinstance(document, str) else {}


def test_cluster_is_private_encrypted_and_without_a_known_password_when_provisioned() -> None:
    view = warehouse()
    given = view.node("test-warehouse").inputs
    assert {
        key: given[key]
        for key in ("clusterIdentifier", "clusterType", "encrypted", "kmsKeyId", "publiclyAccessible",
                    "enhancedVpcRouting", "manageMasterPassword", "masterPasswordSecretKmsKeyId",
                    "automatedSnapshotRetentionPeriod", "availabilityZoneRelocationEnabled", "skipFinalSnapshot")
    } == {
        "clusterIdentifier": "atoll-test",
        "clusterType": "single-node",
        "encrypted": "true",
        "kmsKeyId": DATA_KEY,
        "publiclyAccessible": False,
        "enhancedVpcRouting": True,
        "manageMasterPassword": True,
        "masterPasswordSecretKmsKeyId": SECRETS_KEY,
        "automatedSnapshotRetentionPeriod": 7,
        "availabilityZoneRelocationEnabled": True,
        "skipFinalSnapshot": True,
    }  # fmt: skip
    assert "masterPassword" not in given
    view.assert_wired("test-warehouse", "clusterParameterGroupName", "test-warehouse-parameters.name")
    view.assert_wired("test-warehouse", "clusterSubnetGroupName", "test-warehouse-subnets.name")
    view.assert_wired("test-warehouse", "vpcSecurityGroupIds[0]", "test-warehouse-security-group.id")
    view.assert_wired("test-warehouse", "iamRoles[0]", "test-warehouse-spectrum-role.arn")


def test_cluster_is_kept_when_it_holds_real_data() -> None:
    node = warehouse(protection=TIGHT).node("test-warehouse")
    assert node.protect
    assert node.inputs["finalSnapshotIdentifier"] == "atoll-test-final"


def test_workgroup_is_private_and_limited_when_serverless() -> None:
    view = warehouse(serverless=True)
    workgroup, limit = view.node("test-warehouse-workgroup").inputs, view.node("test-warehouse-limit").inputs
    assert workgroup["publiclyAccessible"] is False
    assert workgroup["enhancedVpcRouting"] is True
    assert view.value("test-warehouse-workgroup", "configParameters") == [
        {"parameterKey": "require_ssl", "parameterValue": "true"}
    ]
    assert (limit["amount"], limit["period"], limit["breachAction"]) == (320, "monthly", "deactivate")
    assert view.value("test-warehouse-namespace", "manageAdminPassword") is True
    assert not of_type(view.graph, "aws:redshift/cluster:Cluster")


def of_type(graph: ResourceGraph, kind: str) -> list[str]:
    return [node.name for node in graph.of_type(kind)]


def test_only_clients_come_in_and_only_https_goes_out_of_the_warehouse() -> None:
    view = warehouse()
    ingress = view.node("test-warehouse-ingress-ecs").inputs
    assert (ingress["referencedSecurityGroupId"], ingress["fromPort"]) == ("sg-ecs", 5439)
    assert view.node("test-warehouse-client-ecs").inputs["securityGroupId"] == "sg-ecs"
    assert view.value("test-warehouse-egress-aws", "fromPort") == 443
    assert len(of_type(view.graph, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")) == 1


def replication(**changes: Any) -> GraphView:
    values: dict[str, Any] = {
        "settings": ReplicationSettings(
            instance_class="dms.t3.small",
            engine_version="3.6.1",
            storage_gib=20,
            multi_az=True,
            maintenance_window="sun:08:00-sun:09:00",
            log_retention_days=14,
            account_roles=True,
        ),
        "scope": SCOPE,
        "vpc_id": "vpc-1",
        "subnet_ids": SUBNETS,
        "databases": {"own": OWN, "elsewhere": ELSEWHERE},
        "lake": LakeEnd(bucket="lake", bucket_arn="arn:aws:s3:::lake", key_arn=LAKE_KEY),
        "flows": {
            "lake": ReplicatedFlow(source="own", target=None, tables=["public.%"]),
            "copy": ReplicatedFlow(source="own", target="elsewhere", tables=["public.orders"]),
        },
        "key_arn": DATA_KEY,
        "logs_key_arn": LOGS_KEY,
        "topic_arn": f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms",
    }
    return record_component(lambda: Replication("test", args=ReplicationArgs(**(values | changes))))


def test_each_database_has_one_endpoint_a_direction_and_speaks_tls_when_it_is_replicated() -> None:
    view = replication()
    ends = {name: view.node(name).inputs for name in of_type(view.graph, "aws:dms/endpoint:Endpoint")}
    assert sorted(ends) == ["test-replication-source-own", "test-replication-target-elsewhere"]
    assert {end["sslMode"] for end in ends.values()} == {"require"}
    assert all("password" not in end for end in ends.values())
    for name in ends:
        view.assert_wired(name, "secretsManagerAccessRoleArn", "test-replication-logins-role.arn")
    view.assert_wired("test-replication-lake", "targetEndpointArn", "test-replication-target-lake.endpointArn")
    view.assert_wired("test-replication-lake", "sourceEndpointArn", "test-replication-source-own.endpointArn")


def test_replication_reads_its_logins_and_writes_its_prefix_alone() -> None:
    view = replication()
    logins = statements(view, "test-replication-logins-permissions")
    assert logins["ReadLogins"]["Resource"] == [OWN.secret_arn, ELSEWHERE.secret_arn]
    lake = statements(view, "test-replication-lake-lake-permissions")
    assert lake["WriteFiles"]["Resource"] == "arn:aws:s3:::lake/lake/lake/*"
    assert lake["ListFiles"]["Condition"] == {"StringLike": {"s3:prefix": ["lake/lake", "lake/lake/*"]}}


def test_both_sides_are_compared_only_where_both_are_databases() -> None:
    view = replication()
    for flow, compared in (("lake", False), ("copy", True)):
        told = json.loads(plain(view.value(f"test-replication-{flow}", "replicationTaskSettings")))
        assert told["ValidationSettings"]["EnableValidation"] is compared
        assert told == task_settings(validated=compared)


@pytest.mark.parametrize("tables", [[], ["orders"], ["%.orders"], ["public."], ["a.b", "a.b"]])
def test_tables_are_refused_when_they_select_nothing_or_too_much(tables: list[str]) -> None:
    with pytest.raises(ValueError, match=r"name each once as schema.table or schema.%"):
        table_mappings(tables)


def test_flow_is_refused_when_its_end_is_not_there() -> None:
    flows = {"x": ReplicatedFlow(source="gone", target=None, tables=["public.%"])}
    with pytest.raises(ValueError, match="flow x: no database gone; there is own, elsewhere"):
        replication(flows=flows)


def copies() -> GraphView:
    rules = {"users": {"users": {"id": "pseudonym"}}}
    args = DataCopiesArgs(
        scope=SCOPE,
        protection=LOOSE,
        build_type="BUILD_GENERAL1_SMALL",
        vpc_id="vpc-1",
        subnet_ids=["subnet-a"],
        databases={"own": OWN, "elsewhere": ELSEWHERE},
        flows={
            "masked": Copied(
                kind=FlowKind.SANITISED_COPY, source="elsewhere", target="own", rules=rules, rows=0, schedule=None
            ),
            "invented": Copied(
                kind=FlowKind.SYNTHETIC, source=None, target="own", rules=rules, rows=9, schedule="cron(0 3 ? * SUN *)"
            ),
        },
        bucket="backups",
        bucket_arn="arn:aws:s3:::backups",
        storage_key_arn=LAKE_KEY,
        logs_key_arn=LOGS_KEY,
        log_retention_days=14,
    )
    return record_component(lambda: DataCopies("test", args=args))


def test_plan_holds_rules_and_addresses_and_no_secret() -> None:
    view = copies()
    invented = json.loads(plain(view.value("test-copy-invented-plan", "content")))
    assert invented == {
        "flow": "invented",
        "kind": "synthetic",
        "rows": 9,
        "databases": {"users": {"users": {"id": "pseudonym"}}},
        "key": None,
        "target": {"host": "db", "port": 5432, "secret": OWN.secret_arn},
    }


def test_builds_have_no_privilege_and_stay_in_the_vpc() -> None:
    view = copies()
    for flow in ("masked", "invented"):
        assert view.value(f"test-copy-{flow}", "environment.privilegedMode") is False
        assert view.value(f"test-copy-{flow}", "vpcConfig.subnets") == ["subnet-a"]
        assert view.value(f"test-copy-{flow}", "concurrentBuildLimit") == 1
        view.assert_wired(f"test-copy-{flow}", "serviceRole", f"test-copy-{flow}-role.arn")
    assert of_type(view.graph, "aws:scheduler/schedule:Schedule") == ["test-copy-invented-schedule"]
    assert "python3 -m data_copy plan.json" in buildspec()


def test_masks_are_computed_by_a_key_that_nobody_reads_and_only_where_rows_are_masked() -> None:
    view = copies()
    key = view.node("test-copy-masks").inputs
    assert (key["keyUsage"], key["customerMasterKeySpec"]) == ("GENERATE_VERIFY_MAC", "HMAC_256")
    actions = [each["Action"] for each in json.loads(plain(view.value("test-copy-masks", "policy")))["Statement"]]
    assert "kms:Decrypt" not in json.dumps(actions)
    assert "kms:VerifyMac" not in json.dumps(actions)


@pytest.mark.parametrize(
    ("classification", "holds", "mask"),
    [
        ("public", "identifier", "keep"),
        ("internal", "value", "keep"),
        ("internal", "secret", "erase"),
        ("confidential", "identifier", "pseudonym"),
        ("confidential", "email", "email"),
        ("confidential", "phone", "phone"),
        ("confidential", "name", "name"),
        ("confidential", "date", "month"),
        ("confidential", "number", "round"),
        ("confidential", "text", "erase"),
        ("restricted", "identifier", "pseudonym"),
        ("restricted", "email", "email"),
        ("restricted", "name", "erase"),
        ("restricted", "number", "erase"),
        ("confidential", "value", None),
        ("restricted", "value", None),
    ],
)
def test_mask_follows_from_the_classification(classification: str, holds: str, mask: str | None) -> None:
    assert mask_of(Column(classification=Classification(classification), holds=Holds(holds))) == mask
