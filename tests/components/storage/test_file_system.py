from __future__ import annotations

import json
from typing import Any

import pytest

from components.storage import FileSystem, FileSystemArgs
from components.storage.file_system import file_system_policy
from tests.components.storage.samples import KEY, LOOSE, TIGHT, file_settings
from tests.kit import ACCOUNT, REGION, GraphView, record_component

ARN = f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:file-system/fs-1"
SUBNETS = {"us-east-1a": "subnet-a", "us-east-1b": "subnet-b", "us-east-1c": "subnet-c"}
MOUNT = "aws:efs/mountTarget:MountTarget"


def args(**changes: Any) -> FileSystemArgs:
    values: dict[str, Any] = {
        "settings": file_settings(),
        "protection": LOOSE,
        "environment": "test",
        "account_id": ACCOUNT,
        "vpc_id": "vpc-1",
        "subnet_ids": SUBNETS,
        "workload_zones": ("us-east-1a", "us-east-1b"),
        "client_groups": {"tasks": "sg-tasks"},
        "key_arn": KEY,
    }
    return FileSystemArgs(**(values | changes))


def record(given: FileSystemArgs) -> GraphView:
    return record_component(lambda: FileSystem("test", args=given))


@pytest.fixture(scope="module")
def view() -> GraphView:
    """One door, two zones; recorded once, read by many."""
    return record(args())


def test_file_system_has_these_children_when_recorded(view: GraphView) -> None:
    view.assert_children(
        "test",
        [
            ("aws:efs/fileSystem:FileSystem", "test-files"),
            ("aws:efs/fileSystemPolicy:FileSystemPolicy", "test-files-policy"),
            ("aws:efs/backupPolicy:BackupPolicy", "test-files-backup"),
            (MOUNT, "test-files-us-east-1a"),
            (MOUNT, "test-files-us-east-1b"),
            ("aws:efs/accessPoint:AccessPoint", "test-files-point-uploads"),
            ("aws:ec2/securityGroup:SecurityGroup", "test-files-group"),
            ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "test-files-ingress-tasks"),
            ("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "test-files-egress-tasks"),
        ],
    )


def test_files_have_a_copy_in_another_region_when_it_is_asked_for(view: GraphView) -> None:
    kind = "aws:efs/replicationConfiguration:ReplicationConfiguration"
    copied = record(args(settings=file_settings(replicate_to="us-west-2"))).graph
    (copy,) = copied.of_type(kind)
    assert (copy.name, copied.property(copy, "destination.region")) == ("test-files-replica", "us-west-2")
    assert [str(one) for one in copied.references_of(copy, "sourceFileSystemId")] == [
        f"{copied.named('test-files', 'aws:efs/fileSystem:FileSystem').urn}#id"
    ]
    assert view.graph.of_type(kind) == ()


def test_files_are_encrypted_and_rest_when_nobody_opens_them(view: GraphView) -> None:
    assert view.node("test-files").inputs == {
        "creationToken": "atoll-test",
        "encrypted": True,
        "kmsKeyId": KEY,
        "performanceMode": "generalPurpose",
        "throughputMode": "elastic",
        "lifecyclePolicies": [
            {"transitionToArchive": "AFTER_90_DAYS"},
            {"transitionToIa": "AFTER_30_DAYS"},
            {"transitionToPrimaryStorageClass": "AFTER_1_ACCESS"},
        ],
        "tags": {"Name": "atoll-test"},
    }
    assert view.value("test-files-backup", "backupPolicy") == {"status": "ENABLED"}


def test_files_stay_where_they_are_when_settings_say_so() -> None:
    view = record(args(settings=file_settings(infrequent_after_days=None, archive_after_days=None, backup=False)))

    assert "lifecyclePolicies" not in view.node("test-files").inputs
    assert view.value("test-files-backup", "backupPolicy") == {"status": "DISABLED"}


def test_one_day_is_a_day_when_files_rest_soon() -> None:
    view = record(args(settings=file_settings(infrequent_after_days=1, archive_after_days=None)))

    assert view.value("test-files", "lifecyclePolicies[0]") == {"transitionToIa": "AFTER_1_DAY"}


@pytest.mark.parametrize(("zone", "subnet"), [("us-east-1a", "subnet-a"), ("us-east-1b", "subnet-b")])
def test_every_workload_zone_mounts_for_itself_when_recorded(view: GraphView, zone: str, subnet: str) -> None:
    assert view.value(f"test-files-{zone}", "subnetId") == subnet
    view.assert_wired(f"test-files-{zone}", "securityGroups[0]", "test-files-group.id")


def test_door_leads_to_one_directory_as_one_user_when_used(view: GraphView) -> None:
    inputs = view.node("test-files-point-uploads").inputs
    assert inputs["posixUser"] == {"uid": 1000, "gid": 1001}
    assert inputs["rootDirectory"] == {
        "path": "/uploads",
        "creationInfo": {"ownerUid": 1000, "ownerGid": 1001, "permissions": "0750"},
    }


def test_nobody_comes_in_clear_or_as_root_or_past_a_door_when_policed() -> None:
    statements = {item["Sid"]: item for item in json.loads(json.dumps(file_system_policy(ARN, ACCOUNT)))["Statement"]}

    assert {item["Effect"] for item in statements.values()} == {"Deny"}
    assert statements["DenyInsecureTransport"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statements["DenyRoot"]["Action"] == "elasticfilesystem:ClientRootAccess"
    assert statements["DenyPastAccessPoints"]["Condition"] == {"Null": {"elasticfilesystem:AccessPointArn": "true"}}
    assert statements["DenyOtherAccounts"]["Condition"] == {"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}


def test_clients_come_in_on_nfs_alone_when_admitted(view: GraphView) -> None:
    for direction in ("ingress", "egress"):
        rule = view.node(f"test-files-{direction}-tasks").inputs
        assert (rule["ipProtocol"], rule["fromPort"], rule["toPort"]) == ("tcp", 2049, 2049)
    view.assert_wired("test-files-ingress-tasks", "securityGroupId", "test-files-group.id")
    assert view.value("test-files-egress-tasks", "securityGroupId") == "sg-tasks"


def test_files_are_protected_when_settings_say_so() -> None:
    assert record(args(protection=TIGHT)).node("test-files").protect


def test_file_system_is_refused_when_a_workload_zone_has_no_subnet() -> None:
    with pytest.raises(ValueError, match="file system of test: no private subnet in us-east-1d; there are subnets in"):
        record(args(workload_zones=("us-east-1d",)))
