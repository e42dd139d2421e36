from __future__ import annotations

import json
from typing import Any

import pytest

from components.data import DaxCluster, DaxClusterArgs
from components.data.dax_cluster import TABLE_ACTIONS, cluster_name
from tests.components.data.samples import DATA_KEY, SUBNETS, dax_settings
from tests.kit import ACCOUNT, REGION, GraphView, record_component

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/atoll-test-orders"


def args(**changes: Any) -> DaxClusterArgs:
    values: dict[str, Any] = {
        "settings": dax_settings(),
        "environment": "test",
        "region": REGION,
        "account_id": ACCOUNT,
        "vpc_id": "vpc-1",
        "subnet_ids": SUBNETS,
        "workload_zones": ("us-east-1a", "us-east-1b"),
        "client_groups": {"tasks": "sg-tasks"},
        "table_arns": [TABLE],
        "table_key_arn": DATA_KEY,
    }
    return DaxClusterArgs(**(values | changes))


def record(given: DaxClusterArgs) -> GraphView:
    return record_component(lambda: DaxCluster("test", args=given))


@pytest.fixture(scope="module")
def view() -> GraphView:
    """Three nodes in two zones; recorded once, read by many."""
    return record(args())


def test_accelerator_has_these_children_when_recorded(view: GraphView) -> None:
    view.assert_children(
        "test",
        [
            ("aws:iam/role:Role", "test-dax-role"),
            ("aws:iam/rolePolicy:RolePolicy", "test-dax-permissions"),
            ("aws:dax/subnetGroup:SubnetGroup", "test-dax-subnets"),
            ("aws:dax/parameterGroup:ParameterGroup", "test-dax-parameters"),
            ("aws:ec2/securityGroup:SecurityGroup", "test-dax-group"),
            ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "test-dax-ingress-tasks"),
            ("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "test-dax-egress-tasks"),
            ("aws:dax/cluster:Cluster", "test-dax"),
        ],
    )


def test_accelerator_is_encrypted_everywhere_when_recorded(view: GraphView) -> None:
    wired = {"iamRoleArn", "subnetGroupName", "parameterGroupName", "securityGroupIds"}
    assert {key: value for key, value in view.node("test-dax").inputs.items() if key not in wired} == {
        "clusterName": "atoll-test",
        "description": "Answers of tables in test",
        "nodeType": "dax.t3.small",
        "replicationFactor": 3,
        "availabilityZones": ["us-east-1a", "us-east-1b"],
        "clusterEndpointEncryptionType": "TLS",
        "serverSideEncryption": {"enabled": True},
        "maintenanceWindow": "sun:07:00-sun:08:00",
    }
    view.assert_wired("test-dax", "iamRoleArn", "test-dax-role.arn")
    view.assert_wired("test-dax", "securityGroupIds[0]", "test-dax-group.id")
    view.assert_depends("test-dax", "test-dax-permissions")


def test_times_to_live_are_milliseconds_when_given_in_seconds(view: GraphView) -> None:
    assert view.value("test-dax-parameters", "parameters") == [
        {"name": "query-ttl-millis", "value": "60000"},
        {"name": "record-ttl-millis", "value": "300000"},
    ]


def test_role_uses_its_tables_and_their_key_alone_when_taken(view: GraphView) -> None:
    policy = json.loads(str(view.value("test-dax-permissions", "policy")))
    tables, key = policy["Statement"]
    assert tables["Resource"] == [TABLE, f"{TABLE}/index/*"]
    assert tables["Action"] == list(TABLE_ACTIONS)
    assert key["Resource"] == DATA_KEY
    assert key["Condition"] == {"StringEquals": {"kms:ViaService": f"dynamodb.{REGION}.amazonaws.com"}}


@pytest.mark.parametrize("direction", ["ingress", "egress"])
def test_callers_come_in_on_the_tls_port_alone_when_admitted(view: GraphView, direction: str) -> None:
    rule = view.node(f"test-dax-{direction}-tasks").inputs
    assert (rule["ipProtocol"], rule["fromPort"], rule["toPort"]) == ("tcp", 9111, 9111)


def test_name_fits_when_the_environment_is_long() -> None:
    assert cluster_name("env-a-rather-long-name") == "atoll-env-a-rather-l"
    assert len(cluster_name("env-a-rather-long-name")) == 20


def test_accelerator_is_refused_when_a_workload_zone_has_no_subnet() -> None:
    with pytest.raises(ValueError, match="DAX of test: no database subnet in us-east-1c; there are subnets in"):
        record(args(workload_zones=("us-east-1c",)))
