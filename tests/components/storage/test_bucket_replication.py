"""One bucket copied to another region: what is copied, how soon, and by whose rights (STO-1)."""

from __future__ import annotations

import json
from typing import Any

from components.storage.bucket_replication import BucketReplication, BucketReplicationArgs, ReplicatedBucketEnd
from tests.kit import ACCOUNT, GraphView, record_component
from tests.kit.plain import plain

EAST = ReplicatedBucketEnd(name="east", arn="arn:aws:s3:::east", region="us-east-1", key_arn="arn:key-east")
WEST = ReplicatedBucketEnd(name="west", arn="arn:aws:s3:::west", region="us-west-2", key_arn="arn:key-west")


def record(*, time_control: bool = True) -> GraphView:
    args = BucketReplicationArgs(
        source=EAST, destination=WEST, time_control=time_control, account_id=ACCOUNT, topic_arn="arn:topic"
    )
    return record_component(lambda: BucketReplication("test", args=args))


def statements(view: GraphView, name: str, path: str) -> dict[str, dict[str, Any]]:
    return {one["Sid"]: one for one in json.loads(str(view.value(name, path)))["Statement"]}


def test_everything_is_copied_within_15_minutes_and_encrypted_there() -> None:
    view = record()
    (rule,) = plain(view.value("test-replication", "rules"))
    assert rule["status"] == "Enabled"
    assert rule["filter"] == {"prefix": ""}
    assert rule["deleteMarkerReplication"] == {"status": "Enabled"}
    assert rule["sourceSelectionCriteria"]["sseKmsEncryptedObjects"] == {"status": "Enabled"}
    assert rule["sourceSelectionCriteria"]["replicaModifications"] == {"status": "Enabled"}
    destination = rule["destination"]
    assert destination["bucket"] == "arn:aws:s3:::west"
    assert destination["encryptionConfiguration"] == {"replicaKmsKeyId": "arn:key-west"}
    assert destination["replicationTime"] == {"status": "Enabled", "time": {"minutes": 15}}
    assert destination["metrics"] == {"status": "Enabled", "eventThreshold": {"minutes": 15}}


def test_nothing_is_promised_or_watched_when_time_control_is_off() -> None:
    view = record(time_control=False)
    destination = plain(view.value("test-replication", "rules"))[0]["destination"]
    assert {"replicationTime", "metrics"} & set(destination) == set()
    assert view.graph.of_type("aws:cloudwatch/metricAlarm:MetricAlarm") == ()


def test_role_reads_one_bucket_writes_the_other_and_nothing_else() -> None:
    view = record()
    found = statements(view, "test-permissions", "policy")
    assert {sid: one["Resource"] for sid, one in found.items()} == {
        "ReadConfiguration": "arn:aws:s3:::east",
        "ReadVersions": "arn:aws:s3:::east/*",
        "Replicate": "arn:aws:s3:::west/*",
        "Decrypt": "arn:key-east",
        "Encrypt": "arn:key-west",
    }
    assert found["Decrypt"]["Condition"]["StringLike"]["kms:ViaService"] == "s3.us-east-1.amazonaws.com"
    assert found["Encrypt"]["Condition"]["StringLike"]["kms:ViaService"] == "s3.us-west-2.amazonaws.com"
    (trust,) = statements(view, "test-role", "assumeRolePolicy").values()
    assert trust["Principal"] == {"Service": "s3.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": "arn:aws:s3:::east"},
    }
    view.assert_depends("test-replication", "test-permissions")


def test_somebody_is_told_when_it_fails_or_falls_behind() -> None:
    view = record()
    for metric, threshold in (("operationsfailedreplication", 0), ("replicationlatency", 900)):
        alarm = f"test-alarm-{metric}"
        assert view.value(alarm, "threshold") == threshold
        assert view.value(alarm, "alarmActions") == ("arn:topic",)
        assert view.value(alarm, "dimensions") == {
            "SourceBucket": "east",
            "DestinationBucket": "west",
            "RuleId": "everything",
        }
