"""A finding on the bus leads to the contained resource, to people who are told, and back: each branch executed."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded.gateway.routes import Profile
from embedded.session import Session
from tests.embedded.execution import Workshop, ended, until
from tests.kit.project import Project

pytestmark = pytest.mark.engine

SERVICE = Path(__file__).parents[3] / "services" / "platform" / "incidents"
PROGRAM = Path(__file__).with_name("incident_program.py")
DENY_ALL = "arn:aws:iam::aws:policy/AWSDenyAll"
FINDING = "c0ffee"
SOURCE = "test.guardduty"


class World:
    """A deployed incident response, and what is told by it."""

    def __init__(self, project: Project) -> None:
        outputs = project.outputs
        self.machine, self.subnet, self.group = (outputs[key] for key in ("machine_arn", "subnet_id", "group_id"))
        self.work = Workshop(project.session.cloud)
        self.queue, arn = self.work.queue("heard")
        self.client("sns").subscribe(
            TopicArn=outputs["topic_arn"], Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}
        )
        self._admit_test_findings()

    def _admit_test_findings(self) -> None:
        """Let the rule hear findings of this test, too: nobody but AWS may put events in the name of its services."""
        events, name = self.client("events"), "test-incidents-found"
        rule = events.describe_rule(Name=name)
        pattern = json.loads(rule["EventPattern"])
        pattern["source"].append(SOURCE)
        events.put_rule(Name=name, EventPattern=json.dumps(pattern), State="ENABLED")

    def client(self, service: str) -> Any:
        return self.work.client(service)

    def find(self, resource: dict[str, Any], severity: float = 8, finding: str = FINDING, **service: Any) -> str:
        """Put a finding on the bus; ARN of the execution that it starts."""
        before = {each["executionArn"] for each in self._executions()}
        detail = {
            "id": finding,
            "type": "Test:Finding/Example",
            "title": "Somebody is here",
            "severity": severity,
            "resource": resource,
            "service": {"archived": False, **service},
        }
        entry = {"Source": SOURCE, "DetailType": "GuardDuty Finding", "Detail": json.dumps(detail)}
        assert self.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0
        [started] = until(lambda: [e["executionArn"] for e in self._executions() if e["executionArn"] not in before])
        return started

    def _executions(self) -> list[dict[str, Any]]:
        return self.client("stepfunctions").list_executions(stateMachineArn=self.machine)["executions"]

    def heard(self) -> dict[str, Any]:
        [message] = until(lambda: self.work.receive(self.queue, MaxNumberOfMessages=1))
        self.client("sqs").delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return json.loads(message["Body"])

    def answer(self, told: dict[str, Any], how: str) -> None:
        """What a person does who copies the command out of the notice."""
        words = shlex.split(told["how"][how])
        options = dict(zip(words[3::2], words[4::2], strict=True))
        states, token = self.client("stepfunctions"), options["--task-token"]
        if how == "lift":
            states.send_task_success(taskToken=token, output=options["--task-output"])
        else:
            states.send_task_failure(taskToken=token, error=options["--error"], cause=options["--cause"])

    def end(self, execution: str) -> dict[str, Any]:
        states = self.client("stepfunctions")
        return until(lambda: ended(states.describe_execution(executionArn=execution)))

    def passed(self, execution: str) -> list[str]:
        pages = self.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=execution)
        entered = [e for page in pages for e in page["events"] if e["type"].endswith("StateEntered")]
        return [event["stateEnteredEventDetails"]["name"] for event in entered]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    session = Session.open(home=tmp_path_factory.mktemp("atoll"), port=0, profiles=[Profile.EXECUTION])
    config = {"code": str(SERVICE)}
    try:
        with Project.write(session, tmp_path_factory.mktemp("incidents"), PROGRAM, config).standing() as project:
            project.assert_unchanged()
            yield World(project)
    finally:
        session.cloud.stop()


def test_instance_is_preserved_and_cut_off_and_lifted_when_it_is_compromised(world: World) -> None:
    ec2 = world.client("ec2")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    instance = ec2.run_instances(
        ImageId=image, MinCount=1, MaxCount=1, SubnetId=world.subnet, SecurityGroupIds=[world.group]
    )["Instances"][0]["InstanceId"]
    execution = world.find({"resourceType": "Instance", "instanceDetails": {"instanceId": instance}})
    told = world.heard()
    assert (told["outcome"], told["kind"]) == ("contained; lift it?", "instance")

    def groups() -> set[str]:
        now = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
        return {group["GroupId"] for interface in now["NetworkInterfaces"] for group in interface["Groups"]}

    [closed] = groups()
    assert closed != world.group
    [group] = ec2.describe_security_groups(GroupIds=[closed])["SecurityGroups"]
    assert (group["IpPermissions"], group["IpPermissionsEgress"]) == ([], [])
    marked = [{"Name": "tag:atoll:incident", "Values": [FINDING]}]
    snapshots = ec2.describe_snapshots(OwnerIds=["self"], Filters=marked)["Snapshots"]
    assert [snapshot["SnapshotId"] for snapshot in snapshots] == told["evidence"]["snapshots"]
    protected = ec2.describe_instance_attribute(InstanceId=instance, Attribute="disableApiTermination")
    assert protected["DisableApiTermination"]["Value"] is True

    again = world.find({"resourceType": "Instance", "instanceDetails": {"instanceId": instance}})
    assert world.end(again)["status"] == "SUCCEEDED"
    assert world.passed(again)[-1] == "Known"

    world.answer(told, "lift")
    assert world.end(execution)["status"] == "SUCCEEDED"
    assert world.heard()["outcome"] == "containment lifted"
    assert groups() == {world.group}
    assert world.passed(execution) == [
        *("Classify", "WhichKind", "PreserveInstance", "IsolateInstance", "AskToLift", "Lift", "TellLifted", "Lifted")
    ]


def test_task_is_stopped_when_it_is_compromised(world: World) -> None:
    ecs = world.client("ecs")
    cluster = ecs.create_cluster(clusterName="test")["cluster"]["clusterArn"]
    ecs.register_task_definition(
        family="web",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": "web", "image": "web:1", "cpu": 256, "memory": 512}],
    )
    network = {"awsvpcConfiguration": {"subnets": [world.subnet], "securityGroups": [world.group]}}
    task = ecs.run_task(cluster=cluster, taskDefinition="web", launchType="FARGATE", networkConfiguration=network)
    arn = task["tasks"][0]["taskArn"]
    details = {"arn": cluster, "taskDetails": {"arn": arn}}
    execution = world.find({"resourceType": "ECSCluster", "ecsClusterDetails": details})
    told = world.heard()
    assert told["kind"] == "task"
    [stopped] = ecs.describe_tasks(cluster=cluster, tasks=[arn])["tasks"]
    assert stopped["desiredStatus"] == "STOPPED"
    assert FINDING in stopped["stoppedReason"]
    world.answer(told, "keep")
    assert world.end(execution)["status"] == "SUCCEEDED"
    assert world.passed(execution)[-3:] == ["StopTask", "AskToLift", "Kept"]


def test_role_is_denied_everything_and_lifted_when_its_sessions_are_stolen(world: World) -> None:
    iam = world.client("iam")
    iam.create_role(RoleName="workload", AssumeRolePolicyDocument="{}")
    details = {"userType": "AssumedRole", "userName": "workload", "accessKeyId": "ASIAEXAMPLE"}
    execution = world.find({"resourceType": "AccessKey", "accessKeyDetails": details})
    told = world.heard()

    def attached() -> list[str]:
        found = iam.list_attached_role_policies(RoleName="workload")["AttachedPolicies"]
        return [policy["PolicyArn"] for policy in found]

    assert attached() == [DENY_ALL]
    world.answer(told, "lift")
    assert world.end(execution)["status"] == "SUCCEEDED"
    assert world.heard()["outcome"] == "containment lifted"
    assert attached() == []


def test_access_key_is_inactive_until_lifted_when_it_is_stolen(world: World) -> None:
    iam = world.client("iam")
    iam.create_user(UserName="robot")
    key = iam.create_access_key(UserName="robot")["AccessKey"]["AccessKeyId"]
    details = {"userType": "IAMUser", "userName": "robot", "accessKeyId": key}
    execution = world.find({"resourceType": "AccessKey", "accessKeyDetails": details})
    told = world.heard()

    def status() -> str:
        return iam.list_access_keys(UserName="robot")["AccessKeyMetadata"][0]["Status"]

    assert status() == "Inactive"
    world.answer(told, "lift")
    assert world.end(execution)["status"] == "SUCCEEDED"
    assert world.heard()["kind"] == "access-key"
    assert status() == "Active"


def test_bucket_is_closed_for_all_but_investigators_until_lifted_when_data_leave(world: World) -> None:
    s3 = world.client("s3")
    s3.create_bucket(Bucket="test-leaking")
    statement = {"Sid": "Own", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    own = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": "arn:aws:s3:::test-leaking/*"}]}
    s3.put_bucket_policy(Bucket="test-leaking", Policy=json.dumps(own))
    execution = world.find({"resourceType": "S3Bucket", "s3BucketDetails": [{"name": "test-leaking"}]})
    told = world.heard()
    assert (told["outcome"], told["kind"]) == ("contained; lift it?", "bucket")
    closed = json.loads(s3.get_bucket_policy(Bucket="test-leaking")["Policy"])["Statement"]
    assert [each["Sid"] for each in closed] == ["Own", "AtollQuarantine"]
    assert "arn:aws:iam::111111111111:role/AdminRole" in closed[1]["Condition"]["ArnNotLike"]["aws:PrincipalArn"]
    block = s3.get_public_access_block(Bucket="test-leaking")["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True}
    world.answer(told, "lift")
    assert world.end(execution)["status"] == "SUCCEEDED"
    assert world.heard()["outcome"] == "containment lifted"
    assert json.loads(s3.get_bucket_policy(Bucket="test-leaking")["Policy"]) == own


def test_people_are_told_and_nothing_is_done_when_nothing_can_be_contained(world: World) -> None:
    execution = world.find({"resourceType": "EKSCluster", "eksClusterDetails": {"name": "main"}})
    assert world.end(execution)["status"] == "SUCCEEDED"
    assert world.heard()["outcome"] == "not contained: nothing to contain"
    assert world.passed(execution) == ["Classify", "WhichKind", "TellOnly", "Told"]


def test_people_are_told_to_act_when_containment_fails(world: World) -> None:
    details = {"userType": "Role", "userName": "nobody", "accessKeyId": "ASIAEXAMPLE"}
    execution = world.find({"resourceType": "AccessKey", "accessKeyDetails": details})
    assert world.end(execution)["error"] == "ContainmentFailed"
    told = world.heard()
    assert told["outcome"].startswith("NOT contained: ")
    assert told["target"] == {"role": "nobody"}
