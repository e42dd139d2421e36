"""How each kind of resource is contained, and how that is lifted.

Every `contain_…` answers with what `lift_…` needs to put things back. What is contained already is not contained
again: what it was like before would be forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import botocore.session
from botocore.exceptions import ClientError

MARK = "atoll:incident"
"""Tag of what belongs to an incident: the finding's id."""
DENY_ALL = "arn:aws:iam::aws:policy/AWSDenyAll"
"""AWS's policy that denies everything. The functions may attach this one and no other."""
QUARANTINE = "AtollQuarantine"
"""Sid of the statement that closes a bucket."""
BLOCKED = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}

Record = dict[str, Any]


class AlreadyContainedError(RuntimeError):
    """The resource is contained already, by this finding or another."""


@cache
def client(service: str) -> Any:
    """A client of an AWS service, made once."""
    make: Any = botocore.session.get_session().create_client  # its overloads name every service there is
    return make(service)


def preserve_instance(target: dict[str, str], finding: str) -> Record:
    """Keep the evidence of an instance: snapshots of its volumes, its own life, and a place outside its group.

    A group that replaces instances would end it as soon as it no longer answers; the group starts another one.
    """
    instance = _instance(target["instance"])
    if MARK in _tags(instance):
        raise AlreadyContainedError(f"{target['instance']} belongs to incident {_tags(instance)[MARK]}")
    ec2, mark = client("ec2"), [{"Key": MARK, "Value": finding}]
    ec2.create_tags(Resources=[target["instance"]], Tags=mark)
    ec2.modify_instance_attribute(InstanceId=target["instance"], DisableApiTermination={"Value": True})
    snapshots = [
        ec2.create_snapshot(
            VolumeId=each["Ebs"]["VolumeId"],
            Description=f"{target['instance']} {each['DeviceName']}, for finding {finding}",
            TagSpecifications=[{"ResourceType": "snapshot", "Tags": mark}],
        )["SnapshotId"]
        for each in instance.get("BlockDeviceMappings", [])
        if "Ebs" in each
    ]
    return {"snapshots": snapshots, "group": _leave_group(target["instance"])}


def _leave_group(instance: str) -> str | None:
    """Take an instance out of its Auto Scaling group, which replaces it; name of the group."""
    scaling = client("autoscaling")
    found = scaling.describe_auto_scaling_instances(InstanceIds=[instance])["AutoScalingInstances"]
    if not found:
        return None
    group = str(found[0]["AutoScalingGroupName"])
    scaling.detach_instances(InstanceIds=[instance], AutoScalingGroupName=group, ShouldDecrementDesiredCapacity=False)
    return group


def contain_instance(target: dict[str, str], finding: str) -> Record:
    """Cut an instance off: each of its interfaces into a security group without any rule."""
    instance, ec2 = _instance(target["instance"]), client("ec2")
    closed = _closed_group(instance["VpcId"], finding)
    interfaces = {
        each["NetworkInterfaceId"]: [group["GroupId"] for group in each["Groups"]]
        for each in instance["NetworkInterfaces"]
    }
    for interface in interfaces:
        ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[closed])
    return {"interfaces": interfaces, "closed_group": closed}


def _closed_group(vpc: str, finding: str) -> str:
    """The group of a VPC without any rule; made when it is needed first."""
    ec2, name = client("ec2"), f"atoll-quarantine-{vpc}"
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": [name]}]
    for group in ec2.describe_security_groups(Filters=filters)["SecurityGroups"]:
        return str(group["GroupId"])
    made = ec2.create_security_group(
        GroupName=name,
        Description="Compromised instances: no traffic in or out",
        VpcId=vpc,
        TagSpecifications=[{"ResourceType": "security-group", "Tags": [{"Key": MARK, "Value": finding}]}],
    )["GroupId"]
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2.revoke_security_group_egress(GroupId=made, IpPermissions=everything)
    return str(made)


def lift_instance(target: dict[str, str], record: Record) -> None:
    """Give an instance its groups and its mortality back; snapshots are kept, and its former group has another."""
    ec2 = client("ec2")
    for interface, groups in record["interfaces"].items():
        ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=groups)
    ec2.modify_instance_attribute(InstanceId=target["instance"], DisableApiTermination={"Value": False})
    ec2.delete_tags(Resources=[target["instance"]], Tags=[{"Key": MARK}])


def contain_task(target: dict[str, str], finding: str) -> Record:
    """Stop a task, and remember what ran: Fargate has no way to cut a running task off."""
    ecs = client("ecs")
    found = ecs.describe_tasks(cluster=target["cluster"], tasks=[target["task"]])["tasks"]
    if not found or found[0].get("desiredStatus") == "STOPPED":
        raise AlreadyContainedError(f"{target['task']} runs no more")
    ecs.stop_task(cluster=target["cluster"], task=target["task"], reason=f"Contained for finding {finding}"[:255])
    images = [each.get("image", "") for each in found[0].get("containers", [])]
    return {"task_definition": found[0].get("taskDefinitionArn", ""), "images": images}


def lift_task(target: dict[str, str], record: Record) -> None:
    """Nothing is to be put back: the service has started another task."""


def contain_role(target: dict[str, str], finding: str) -> Record:
    """Take every right from all sessions of a role, those that are stolen among them."""
    iam = client("iam")
    attached = iam.list_attached_role_policies(RoleName=target["role"])["AttachedPolicies"]
    if DENY_ALL in {policy["PolicyArn"] for policy in attached}:
        raise AlreadyContainedError(f"role {target['role']} is denied everything")
    iam.attach_role_policy(RoleName=target["role"], PolicyArn=DENY_ALL)
    return {"policy": DENY_ALL}


def lift_role(target: dict[str, str], record: Record) -> None:
    """Give a role its rights back."""
    client("iam").detach_role_policy(RoleName=target["role"], PolicyArn=record["policy"])


def contain_access_key(target: dict[str, str], finding: str) -> Record:
    """Make a user's access key inactive."""
    _key_must_be(target, "Active")
    _set_key(target, "Inactive")
    return {"status": "Active"}


def lift_access_key(target: dict[str, str], record: Record) -> None:
    """Make it what it was."""
    _set_key(target, record["status"])


def _key_must_be(target: dict[str, str], status: str) -> None:
    keys = client("iam").list_access_keys(UserName=target["user"])["AccessKeyMetadata"]
    if {each["AccessKeyId"]: each["Status"] for each in keys}.get(target["key"]) != status:
        raise AlreadyContainedError(f"access key {target['key']} of {target['user']} is gone or inactive")


def _set_key(target: dict[str, str], status: str) -> None:
    client("iam").update_access_key(UserName=target["user"], AccessKeyId=target["key"], Status=status)


def contain_bucket(target: dict[str, str], finding: str, *, investigators: list[str]) -> Record:
    """Close a bucket for the public, and for every identity but the investigators'."""
    s3, bucket = client("s3"), target["bucket"]
    policy = _found(lambda: s3.get_bucket_policy(Bucket=bucket)["Policy"], "NoSuchBucketPolicy")
    block = _found(
        lambda: s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"],
        "NoSuchPublicAccessBlockConfiguration",
    )
    document: dict[str, Any] = json.loads(policy) if policy else {"Version": "2012-10-17", "Statement": []}
    if any(statement.get("Sid") == QUARANTINE for statement in document["Statement"]):
        raise AlreadyContainedError(f"bucket {bucket} is closed")
    closed = {
        "Sid": QUARANTINE,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": investigators}},
    }
    document["Statement"].append(closed)
    # The policy first: once the public is blocked, S3 takes no policy that is public, as this one may still be.
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=BLOCKED)
    return {"policy": policy, "public_access_block": block}


def lift_bucket(target: dict[str, str], record: Record) -> None:
    """Give a bucket its own policy and block back."""
    s3, bucket = client("s3"), target["bucket"]
    if record["public_access_block"] is None:
        s3.delete_public_access_block(Bucket=bucket)
    else:
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=record["public_access_block"])
    if record["policy"] is None:
        s3.delete_bucket_policy(Bucket=bucket)
    else:
        s3.put_bucket_policy(Bucket=bucket, Policy=record["policy"])


def _found(ask: Callable[[], Any], missing: str) -> Any:
    """An answer; None where AWS says that there is no such thing."""
    try:
        return ask()
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == missing:
            return None
        raise


def _instance(identifier: str) -> dict[str, Any]:
    reservations = client("ec2").describe_instances(InstanceIds=[identifier])["Reservations"]
    return reservations[0]["Instances"][0]


def _tags(instance: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in instance.get("Tags", [])}
