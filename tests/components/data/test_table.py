from __future__ import annotations

import json

import pulumi
import pytest
from pulumi_aws.provider import Provider

from components.data import Table, TableArgs
from contracts.settings.data import BillingMode, CapacitySettings, KeyType, RequestLimitSettings
from tests.components.data.samples import DATA_KEY, TIGHT, indexed_table, table_args, table_settings
from tests.kit import REGION, GraphView, record_component

TABLE = "aws:dynamodb/table:Table"
NAME = "test-table-orders"
PROVISIONED = table_settings(
    billing=BillingMode.PROVISIONED,
    capacity=CapacitySettings(read_minimum=5, read_maximum=100, write_minimum=2, write_maximum=40),
)


def record(args: TableArgs) -> GraphView:
    return record_component(lambda: Table("test", args=args))


@pytest.fixture(scope="module")
def view() -> GraphView:
    """What the default settings make; recorded once, read by many."""
    return record(table_args())


def test_table_is_encrypted_and_recoverable_when_on_demand(view: GraphView) -> None:
    view.assert_children(NAME, [(TABLE, NAME)], type_pattern="atoll:*")
    assert view.node(NAME, TABLE).inputs == {
        "name": "atoll-test-orders",
        "billingMode": "PAY_PER_REQUEST",
        "hashKey": "id",
        "attributes": [{"name": "id", "type": "S"}],
        "pointInTimeRecovery": {"enabled": True},
        "serverSideEncryption": {"enabled": True, "kmsKeyArn": DATA_KEY},
        "deletionProtectionEnabled": False,
    }


def test_keys_have_their_types_when_there_is_a_sort_key() -> None:
    view = record(table_args(table_settings(sort_key="sequence", sort_key_type=KeyType.NUMBER)))

    assert view.value(NAME, "rangeKey", TABLE) == "sequence"
    assert view.value(NAME, "attributes", TABLE) == [{"name": "id", "type": "S"}, {"name": "sequence", "type": "N"}]


def test_items_expire_when_an_attribute_says_when() -> None:
    view = record(table_args(table_settings(time_to_live_attribute="expires_at")))

    assert view.value(NAME, "ttl", TABLE) == {"attributeName": "expires_at", "enabled": True}


def test_stream_holds_both_images_when_events_are_sourced() -> None:
    view = record(table_args(table_settings(stream=True)))

    assert view.value(NAME, "streamEnabled", TABLE) is True
    assert view.value(NAME, "streamViewType", TABLE) == "NEW_AND_OLD_IMAGES"


def test_capacity_follows_use_at_seventy_percent_when_provisioned() -> None:
    view = record(table_args(PROVISIONED))

    view.assert_children(
        NAME,
        [
            (TABLE, NAME),
            ("aws:appautoscaling/target:Target", f"{NAME}-read"),
            ("aws:appautoscaling/policy:Policy", f"{NAME}-read-utilisation"),
            ("aws:appautoscaling/target:Target", f"{NAME}-write"),
            ("aws:appautoscaling/policy:Policy", f"{NAME}-write-utilisation"),
        ],
        type_pattern="atoll:*",
    )
    for direction, minimum, maximum in (("Read", 5, 100), ("Write", 2, 40)):
        target, policy = f"{NAME}-{direction.lower()}", f"{NAME}-{direction.lower()}-utilisation"
        configuration = "targetTrackingScalingPolicyConfiguration"
        assert view.value(target, "minCapacity") == minimum
        assert view.value(target, "maxCapacity") == maximum
        assert view.value(target, "resourceId") == "table/atoll-test-orders"
        assert view.value(target, "scalableDimension") == f"dynamodb:table:{direction}CapacityUnits"
        assert view.value(target, "serviceNamespace") == "dynamodb"
        assert view.value(policy, "policyType") == "TargetTrackingScaling"
        assert view.value(policy, f"{configuration}.targetValue") == 70
        metric = f"{configuration}.predefinedMetricSpecification.predefinedMetricType"
        assert view.value(policy, metric) == f"DynamoDB{direction}CapacityUtilization"
        assert view.value(policy, "scalableDimension") == f"dynamodb:table:{direction}CapacityUnits"
        view.assert_depends(policy, target)


def test_scaling_owns_the_capacity_when_provisioned() -> None:
    node = record(table_args(PROVISIONED)).node(NAME, TABLE)

    assert (node.inputs["readCapacity"], node.inputs["writeCapacity"]) == (5, 2)
    assert set(node.options.ignore_changes) == {"readCapacity", "writeCapacity"}


def test_most_used_keys_are_reported_when_asked_for() -> None:
    view = record(table_args(table_settings(contributor_insights=True)))

    view.assert_wired(f"{NAME}-insights", "tableName", f"{NAME}.name")


def test_table_is_protected_when_settings_say_so() -> None:
    node = record(table_args(protection=TIGHT)).node(NAME, TABLE)

    assert node.protect
    assert node.inputs["deletionProtectionEnabled"] is True


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"billing": BillingMode.PROVISIONED}, "must give the bounds"),
        ({"capacity": PROVISIONED.capacity}, "must be null"),
    ],
)
def test_table_is_refused_when_billing_and_capacity_contradict(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=rf"table orders of test: .*tables\.orders\.capacity {message}"):
        record(table_args(table_settings(**changes)))


def test_every_child_uses_the_explicit_provider_when_given() -> None:
    def build() -> None:
        explicit = Provider("explicit", region=REGION)
        Table("test", args=table_args(PROVISIONED), opts=pulumi.ResourceOptions(providers=[explicit]))

    view = record_component(build)

    for node in view.graph:
        if node.package == "aws" and not node.is_provider:
            assert (node.provider or "").endswith("::explicit"), node


def test_index_scales_like_its_table_when_provisioned() -> None:
    view = record_component(lambda: Table("test", args=table_args(indexed_table())))

    index = "test-table-orders-by-state"
    assert view.value(f"{index}-read", "scalableDimension") == "dynamodb:index:ReadCapacityUnits"
    assert (view.value(f"{index}-read", "minCapacity"), view.value(f"{index}-read", "maxCapacity")) == (2, 20)
    assert (view.value(f"{index}-write", "minCapacity"), view.value(f"{index}-write", "maxCapacity")) == (3, 30)
    tracking = "targetTrackingScalingPolicyConfiguration"
    assert view.value(f"{index}-write-utilisation", f"{tracking}.targetValue") == 70
    table = view.node("test-table-orders", "aws:dynamodb/table:Table")
    assert set(table.options.ignore_changes) == {
        "readCapacity",
        "writeCapacity",
        "globalSecondaryIndexes[*].readCapacity",
        "globalSecondaryIndexes[*].writeCapacity",
    }


def test_attributes_are_those_of_every_key_when_there_are_indexes() -> None:
    view = record_component(lambda: Table("test", args=table_args(indexed_table())))
    table = "test-table-orders"

    kind = "aws:dynamodb/table:Table"
    assert view.value(table, "attributes", kind) == [
        {"name": "id", "type": "S"},
        {"name": "placed_at", "type": "N"},
        {"name": "state", "type": "S"},
    ]
    assert view.value(table, "globalSecondaryIndexes", kind) == [
        {
            "name": "by-state",
            "hashKey": "state",
            "rangeKey": "placed_at",
            "projectionType": "ALL",
            "readCapacity": 2,
            "writeCapacity": 3,
        }
    ]


def test_requests_have_a_limit_when_settings_say_so() -> None:
    limit = RequestLimitSettings(read=1000, write=500)
    view = record_component(lambda: Table("test", args=table_args(table_settings(request_limit=limit))))

    assert view.value("test-table-orders", "onDemandThroughput", "aws:dynamodb/table:Table") == {
        "maxReadRequestUnits": 1000,
        "maxWriteRequestUnits": 500,
    }


def test_replicas_are_encrypted_and_recoverable_when_there_are_regions() -> None:
    key = "arn:aws:kms:us-west-2:123456789012:key/database"
    view = record_component(lambda: Table("test", args=table_args(replica_key_arns={"us-west-2": key})))
    kind = "aws:dynamodb/table:Table"

    assert view.value("test-table-orders", "replicas", kind) == [
        {"regionName": "us-west-2", "kmsKeyArn": key, "pointInTimeRecovery": True, "propagateTags": True}
    ]
    assert view.value("test-table-orders", "streamViewType", kind) == "NEW_AND_OLD_IMAGES"


def test_others_may_use_the_table_when_it_has_a_policy() -> None:
    document = {"Version": "2012-10-17", "Statement": []}
    view = record_component(lambda: Table("test", args=table_args(resource_policy=document)))

    assert json.loads(str(view.value("test-table-orders-policy", "policy"))) == document
    view.assert_wired("test-table-orders-policy", "resourceArn", "test-table-orders.arn")
