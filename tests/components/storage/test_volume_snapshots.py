from __future__ import annotations

from typing import Any

import pytest

from components.storage import VolumeSnapshots, VolumeSnapshotsArgs
from components.storage.volume_snapshots import permissions, trust
from tests.components.storage.samples import KEY, volume_settings
from tests.kit import ACCOUNT, REGION, GraphView, record_component

PEER_KEY = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/storage"


def args(**changes: Any) -> VolumeSnapshotsArgs:
    values: dict[str, Any] = {
        "settings": volume_settings(),
        "environment": "test",
        "region": REGION,
        "account_id": ACCOUNT,
        "key_arn": KEY,
        "copy_key_arn": PEER_KEY,
    }
    return VolumeSnapshotsArgs(**(values | changes))


def record(given: VolumeSnapshotsArgs) -> GraphView:
    return record_component(lambda: VolumeSnapshots("test", args=given))


@pytest.fixture(scope="module")
def view() -> GraphView:
    """Our key, and copies in another region; recorded once, read by many."""
    return record(args())


def test_snapshots_have_these_children_when_recorded(view: GraphView) -> None:
    view.assert_children(
        "test",
        [
            ("aws:ebs/defaultKmsKey:DefaultKmsKey", "test-volumes-key"),
            ("aws:iam/role:Role", "test-volumes-role"),
            ("aws:iam/rolePolicy:RolePolicy", "test-volumes-permissions"),
            ("aws:dlm/lifecyclePolicy:LifecyclePolicy", "test-volumes-snapshots"),
        ],
    )


def test_new_volumes_have_our_key_when_settings_say_so(view: GraphView) -> None:
    assert view.value("test-volumes-key", "keyArn") == KEY


def test_new_volumes_have_aws_key_when_settings_leave_it() -> None:
    view = record(args(settings=volume_settings(own_key=False)))

    assert "test-volumes-key" not in {name for _, name in view.children("test")}


def test_tagged_volumes_are_snapshot_daily_and_copied_when_recorded(view: GraphView) -> None:
    inputs = view.node("test-volumes-snapshots").inputs
    assert inputs["state"] == "ENABLED"
    assert inputs["policyDetails"] == {
        "policyType": "EBS_SNAPSHOT_MANAGEMENT",
        "resourceTypes": ["VOLUME"],
        "targetTags": {"Snapshot": "true", "Environment": "test"},
        "schedules": [
            {
                "name": "daily",
                "createRule": {"interval": 24, "intervalUnit": "HOURS", "times": "04:00"},
                "retainRule": {"count": 14},
                "copyTags": True,
                "crossRegionCopyRules": [
                    {
                        "target": "us-west-2",
                        "encrypted": True,
                        "cmkArn": PEER_KEY,
                        "copyTags": True,
                        "retainRule": {"interval": 14, "intervalUnit": "DAYS"},
                    }
                ],
            }
        ],
    }
    view.assert_wired("test-volumes-snapshots", "executionRoleArn", "test-volumes-role.arn")


def test_nothing_is_copied_when_there_is_one_region() -> None:
    view = record(args(settings=volume_settings(copy_to=None)))

    assert "crossRegionCopyRules" not in str(view.node("test-volumes-snapshots").inputs)


def test_role_is_taken_by_policies_of_this_account_and_region_alone() -> None:
    (statement,) = trust(args())["Statement"]
    assert statement["Principal"] == {"Service": "dlm.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:dlm:{REGION}:{ACCOUNT}:policy/*"},
    }


def test_role_deletes_nothing_but_its_own_snapshots_when_taken() -> None:
    statements = {item["Sid"]: item for item in permissions(args(), [KEY])["Statement"]}

    assert statements["DeleteOwnSnapshots"]["Condition"] == {
        "StringLike": {"aws:ResourceTag/aws:dlm:lifecycle-policy-id": "*"}
    }
    assert [sid for sid, item in statements.items() if "ec2:DeleteSnapshot" in item["Action"]] == ["DeleteOwnSnapshots"]
    assert statements["UseKeys"]["Resource"] == [KEY]
