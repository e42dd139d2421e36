"""Incident response: what a finding is about, and what containment changes and puts back."""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

import pytest
from moto import mock_aws

from tests.services.world import REGION, SERVICES, entry

sys.path.append(str(SERVICES / "platform" / "incidents" / "code"))
incidents = entry("platform/incidents", "incidents")
containment: Any = importlib.import_module("containment")
triage: Any = importlib.import_module("triage").triage

DENY_ALL = "arn:aws:iam::aws:policy/AWSDenyAll"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("INVESTIGATORS", json.dumps(["arn:aws:iam::123456789012:role/AdminRole"]))
    containment.client.cache_clear()
    with mock_aws(config={"iam": {"load_aws_managed_policies": True}}):
        yield containment.client
    containment.client.cache_clear()


def event(resource: dict[str, Any], severity: float = 8, **service: Any) -> dict[str, Any]:
    detail = {"id": "f1", "type": "T", "title": "Somebody", "severity": severity, "resource": resource}
    return {"account": "123456789012", "region": REGION, "detail": {**detail, "service": service}}


INSTANCE = {"resourceType": "Instance", "instanceDetails": {"instanceId": "i-1"}}


@pytest.mark.parametrize(
    ("resource", "kind", "target"),
    [
        (INSTANCE, "instance", {"instance": "i-1"}),
        (
            {"resourceType": "ECSCluster", "ecsClusterDetails": {"arn": "c", "taskDetails": {"arn": "t"}}},
            "task",
            {"cluster": "c", "task": "t"},
        ),
        (
            {"resourceType": "AccessKey", "accessKeyDetails": {"userType": "AssumedRole", "userName": "web"}},
            "role",
            {"role": "web"},
        ),
        (
            {
                "resourceType": "AccessKey",
                "accessKeyDetails": {"userType": "IAMUser", "userName": "robot", "accessKeyId": "AKIA"},
            },
            "access-key",
            {"user": "robot", "key": "AKIA"},
        ),
        ({"resourceType": "S3Bucket", "s3BucketDetails": [{"name": "b"}]}, "bucket", {"bucket": "b"}),
        ({"resourceType": "AccessKey", "accessKeyDetails": {"userType": "Root", "userName": "root"}}, "none", {}),
        ({"resourceType": "ECSCluster", "ecsClusterDetails": {"arn": "c"}}, "none", {}),
        ({"resourceType": "EKSCluster"}, "none", {}),
        ({"resourceType": "Instance"}, "none", {}),
        ({"resourceType": "S3Bucket", "s3BucketDetails": []}, "none", {}),
    ],
)
def test_kind_of_containment_follows_from_the_resource_when_a_finding_comes(
    resource: dict[str, Any], kind: str, target: dict[str, str]
) -> None:
    found = triage(event(resource), 7)
    assert (found["kind"], found["target"]) == (kind, target)


@pytest.mark.parametrize(
    ("severity", "service", "label", "kind"),
    [
        (9.5, {}, "CRITICAL", "instance"),
        (7, {}, "HIGH", "instance"),
        (6.9, {}, "MEDIUM", "none"),
        (2, {}, "LOW", "none"),
        (8, {"archived": True}, "HIGH", "none"),
        (8, {"additionalInfo": {"sample": True}}, "HIGH", "none"),
    ],
)
def test_nothing_is_contained_when_it_is_harmless_archived_or_a_sample(
    severity: float, service: dict[str, Any], label: str, kind: str
) -> None:
    found = triage(event(INSTANCE, severity, **service), 7)
    assert (found["finding"]["label"], found["kind"]) == (label, kind)


def test_event_is_refused_when_it_holds_no_finding() -> None:
    with pytest.raises(incidents.NoFindingError, match="holds no finding of GuardDuty"):
        triage({"detail": {"id": "f1"}}, 7)


def state(kind: str, **target: str) -> dict[str, Any]:
    return {"finding": {"id": "f1", "label": "HIGH"}, "kind": kind, "target": target}


def test_instance_leaves_its_group_and_loses_all_traffic_until_lifted(account: Any) -> None:
    ec2, scaling = account("ec2"), account("autoscaling")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    scaling.create_launch_configuration(LaunchConfigurationName="l", ImageId=image, InstanceType="t3.micro")
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="web",
        LaunchConfigurationName="l",
        MinSize=1,
        MaxSize=2,
        DesiredCapacity=1,
        AvailabilityZones=[f"{REGION}a"],
    )
    instance = scaling.describe_auto_scaling_instances()["AutoScalingInstances"][0]["InstanceId"]
    incident = state("instance", instance=instance)
    evidence = incidents.preserve(incident, None)
    assert evidence["group"] == "web"
    assert instance not in {i["InstanceId"] for i in scaling.describe_auto_scaling_instances()["AutoScalingInstances"]}
    snapshots = ec2.describe_snapshots(SnapshotIds=evidence["snapshots"])["Snapshots"]
    assert [{tag["Key"]: tag["Value"] for tag in each["Tags"]} for each in snapshots] == [{"atoll:incident": "f1"}]
    with pytest.raises(containment.AlreadyContainedError, match="belongs to incident f1"):
        incidents.preserve(incident, None)
    record = incidents.contain(incident, None)
    [group] = ec2.describe_security_groups(GroupIds=[record["closed_group"]])["SecurityGroups"]
    assert (group["IpPermissions"], group["IpPermissionsEgress"]) == ([], [])
    assert groups_of(ec2, instance) == {record["closed_group"]}
    assert incidents.lift({**incident, "containment": record, "decision": {"by": "me"}}, None) == {
        "lifted": True,
        "by": "me",
    }
    assert [sorted(groups) for groups in record["interfaces"].values()] == [sorted(groups_of(ec2, instance))]


def groups_of(ec2: Any, instance: str) -> set[str]:
    now = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    return {group["GroupId"] for interface in now["NetworkInterfaces"] for group in interface["Groups"]}


def test_role_is_denied_once_and_gets_its_rights_back_when_lifted(account: Any) -> None:
    iam = account("iam")
    iam.create_role(RoleName="web", AssumeRolePolicyDocument="{}")
    incident = state("role", role="web")
    record = incidents.contain(incident, None)
    assert iam.list_attached_role_policies(RoleName="web")["AttachedPolicies"][0]["PolicyArn"] == DENY_ALL
    with pytest.raises(containment.AlreadyContainedError, match="denied everything"):
        incidents.contain(incident, None)
    incidents.lift({**incident, "containment": record}, None)
    assert iam.list_attached_role_policies(RoleName="web")["AttachedPolicies"] == []


def test_bucket_without_a_policy_has_none_again_when_lifted(account: Any) -> None:
    s3 = account("s3")
    s3.create_bucket(Bucket="leaking")
    incident = state("bucket", bucket="leaking")
    record = incidents.contain(incident, None)
    [closed] = json.loads(s3.get_bucket_policy(Bucket="leaking")["Policy"])["Statement"]
    assert (closed["Effect"], closed["Principal"], closed["Action"]) == ("Deny", "*", "s3:*")
    assert closed["Condition"] == {"ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::123456789012:role/AdminRole"]}}
    with pytest.raises(containment.AlreadyContainedError, match="bucket leaking is closed"):
        incidents.contain(incident, None)
    incidents.lift({**incident, "containment": record}, None)
    with pytest.raises(s3.exceptions.ClientError, match="NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket="leaking")


def test_access_key_is_left_alone_when_it_is_inactive_already(account: Any) -> None:
    iam = account("iam")
    iam.create_user(UserName="robot")
    key = iam.create_access_key(UserName="robot")["AccessKey"]["AccessKeyId"]
    incident = state("access-key", user="robot", key=key)
    assert incidents.contain(incident, None) == {"status": "Active"}
    with pytest.raises(containment.AlreadyContainedError, match="gone or inactive"):
        incidents.contain(incident, None)


def test_kind_that_nothing_contains_is_an_error(account: Any) -> None:
    with pytest.raises(ValueError, match="nothing contains 'cluster'"):
        incidents.contain(state("cluster"), None)
