from __future__ import annotations

import re

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_aws.provider import Provider

from components.data import RedisCache, RedisCacheArgs
from components.data.redis_cache import node_ids
from graph.values import is_secret
from tests.components.data.samples import DATA_KEY, LOGS_KEY, TIGHT, cache_args, cache_settings
from tests.kit import REGION, GraphView, record_component

LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"


def record(args: RedisCacheArgs) -> GraphView:
    return record_component(lambda: RedisCache("test", args=args))


@pytest.fixture(scope="module")
def view() -> GraphView:
    """What the default settings make; recorded once, read by many."""
    return record(cache_args())


def test_cache_has_these_children_when_recorded(view: GraphView) -> None:
    view.assert_children(
        "test",
        [
            ("aws:elasticache/replicationGroup:ReplicationGroup", "test-cache"),
            ("aws:elasticache/subnetGroup:SubnetGroup", "test-cache-subnets"),
            ("aws:elasticache/parameterGroup:ParameterGroup", "test-cache-parameters"),
            (LOG_GROUP, "test-cache-slow-log"),
            (LOG_GROUP, "test-cache-engine-log"),
        ],
    )


def test_cache_is_a_cluster_with_tls_and_encryption_when_sized_for_dev(view: GraphView) -> None:
    inputs = {
        key: value
        for key, value in view.node("test-cache").inputs.items()
        if key not in ("subnetGroupName", "parameterGroupName", "logDeliveryConfigurations")
    }

    assert inputs == {
        "replicationGroupId": "atoll-test",
        "description": "Sessions, API responses and rate limits of test",
        "engine": "redis",
        "engineVersion": "7.1",
        "nodeType": "cache.t3.micro",
        "numNodeGroups": 1,
        "replicasPerNodeGroup": 0,
        "automaticFailoverEnabled": True,
        "multiAzEnabled": False,
        "port": 6379,
        "securityGroupIds": ["sg-cache"],
        "transitEncryptionEnabled": True,
        "atRestEncryptionEnabled": True,
        "kmsKeyId": DATA_KEY,
        "snapshotRetentionLimit": 1,
        "snapshotWindow": "02:00-03:00",
        "maintenanceWindow": "sun:06:00-sun:07:00",
        "autoMinorVersionUpgrade": True,
        "applyImmediately": True,
    }


def test_cache_uses_its_own_groups_when_recorded(view: GraphView) -> None:
    view.assert_wired("test-cache", "subnetGroupName", "test-cache-subnets.name")
    view.assert_wired("test-cache", "parameterGroupName", "test-cache-parameters.name")


@pytest.mark.parametrize(
    ("engine", "version", "family"),
    [("redis", "7.1", "redis7"), ("valkey", "8.0", "valkey8"), ("valkey", "7.2", "valkey7")],
)
def test_cluster_mode_is_on_when_engine_is(engine: str, version: str, family: str) -> None:
    view = record(cache_args(cache_settings(engine=engine, engine_version=version)))

    assert view.value("test-cache-parameters", "family") == family
    assert view.value("test-cache-parameters", "parameters") == [{"name": "cluster-enabled", "value": "yes"}]
    assert view.value("test-cache", "engine") == engine


@pytest.mark.parametrize(("index", "log"), [(0, "slow-log"), (1, "engine-log")])
def test_logs_are_delivered_as_json_to_encrypted_groups_when_written(view: GraphView, index: int, log: str) -> None:
    delivery = f"logDeliveryConfigurations[{index}]"

    assert view.node(f"test-cache-{log}").inputs == {
        "name": f"/aws/elasticache/atoll-test/{log}",
        "retentionInDays": 7,
        "kmsKeyId": LOGS_KEY,
    }
    assert view.value("test-cache", f"{delivery}.logType") == log
    assert view.value("test-cache", f"{delivery}.logFormat") == "json"
    assert view.value("test-cache", f"{delivery}.destinationType") == "cloudwatch-logs"
    view.assert_wired("test-cache", f"{delivery}.destination", f"test-cache-{log}.name")


def test_nodes_are_placed_in_workload_zones_when_subnets_are_in_more(view: GraphView) -> None:
    assert view.value("test-cache-subnets", "subnetIds") == ["subnet-a"]


def test_standby_is_in_another_zone_when_there_are_replicas() -> None:
    view = record(
        cache_args(cache_settings(shards=2, replicas_per_shard=1), workload_zones=("us-east-1a", "us-east-1b"))
    )

    assert view.value("test-cache", "multiAzEnabled") is True
    assert view.value("test-cache", "automaticFailoverEnabled") is True
    assert view.value("test-cache-subnets", "subnetIds") == ["subnet-a", "subnet-b"]


def test_token_stays_secret_when_given() -> None:
    def build() -> None:
        RedisCache("test", args=cache_args(auth_token=pulumi.Output.secret("a-token-of-sixteen-or-more")))

    view = record_component(build)

    assert is_secret(view.value("test-cache", "authToken"))
    assert view.value("test-cache", "authTokenUpdateStrategy") == "ROTATE"


def test_cache_is_protected_when_settings_say_so() -> None:
    node = record(cache_args(protection=TIGHT)).node("test-cache")

    assert node.protect
    assert node.inputs["finalSnapshotIdentifier"] == "atoll-test-final"


def test_cache_is_refused_when_a_workload_zone_has_no_subnet() -> None:
    with pytest.raises(
        ValueError,
        match=r"cache of test: no database subnet in us-east-1c; there are subnets in us-east-1a, us-east-1b",
    ):
        record(cache_args(workload_zones=("us-east-1c",)))


@given(shards=st.integers(1, 90), replicas=st.integers(0, 5))
def test_every_node_has_one_id_when_shards_and_replicas_vary(shards: int, replicas: int) -> None:
    ids = node_ids("atoll-test", cache_settings(shards=shards, replicas_per_shard=replicas))

    assert len(set(ids)) == len(ids) == shards * (1 + replicas)
    assert all(re.fullmatch(r"atoll-test-\d{4}-\d{3}", node) for node in ids)


def test_every_child_uses_the_explicit_provider_when_given() -> None:
    def build() -> None:
        explicit = Provider("explicit", region=REGION)
        RedisCache("test", args=cache_args(), opts=pulumi.ResourceOptions(providers=[explicit]))

    view = record_component(build)

    for node in view.graph:
        if node.package == "aws" and not node.is_provider:
            assert (node.provider or "").endswith("::explicit"), node


def test_eviction_is_a_parameter_when_it_is_not_the_usual() -> None:
    view = record(cache_args(cache_settings(eviction="allkeys-lru")))

    assert view.value("test-cache-parameters", "parameters") == [
        {"name": "cluster-enabled", "value": "yes"},
        {"name": "maxmemory-policy", "value": "allkeys-lru"},
    ]


def test_secondary_has_what_its_primary_has_when_it_joins_a_global_datastore() -> None:
    inputs = record(cache_args(global_datastore_id="ldgnf-atoll")).node("test-cache").inputs

    assert inputs["globalReplicationGroupId"] == "ldgnf-atoll"
    of_the_primary = {"engine", "engineVersion", "nodeType", "numNodeGroups", "parameterGroupName"}
    assert not (of_the_primary | {"transitEncryptionEnabled", "atRestEncryptionEnabled"}) & set(inputs)


def test_token_belongs_to_its_rotation_when_rotated_elsewhere() -> None:
    view = record(
        cache_args(rotated_elsewhere=True, auth_token="a-token-of-sixteen-or-more", auth_token_strategy="SET")
    )

    assert list(view.node("test-cache").options.ignore_changes) == ["authToken"]
    assert view.value("test-cache", "authTokenUpdateStrategy") == "SET"


def test_events_are_told_when_there_is_a_topic() -> None:
    topic = f"arn:aws:sns:{REGION}:123456789012:plain"

    assert record(cache_args(notification_topic_arn=topic)).value("test-cache", "notificationTopicArn") == topic
