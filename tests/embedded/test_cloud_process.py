"""The whole embedded cloud, as processes on loopback, through boto3."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import psutil
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from typer.testing import CliRunner

from console.cloud import app
from embedded.cloud import Cloud, CloudError

pytestmark = pytest.mark.embedded
ACCOUNT = "111122223333"
Client = Callable[..., Any]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    made = Cloud.start(tmp_path_factory.mktemp("cloud"), port=0, idle=600)
    yield made
    running = Cloud.running(made.home)
    if running:
        running.stop()


@pytest.fixture
def client(cloud: Cloud) -> Iterator[Client]:
    """Makes clients of the cloud; faults and state end with the test."""

    def make(service: str, account: str = ACCOUNT, region: str = "us-east-1", **credentials: str) -> Any:
        keys = {"aws_access_key_id": account, "aws_secret_access_key": "x"} | credentials
        config = Config(retries={"max_attempts": 0}, inject_host_prefix=False)
        return boto3.client(service, endpoint_url=cloud.url, region_name=region, config=config, **keys)

    yield make
    cloud.heal()
    cloud.reset()


def test_accounts_and_regions_are_apart_when_keys_differ(client: Client):
    client("ssm").put_parameter(Name="/a", Value="1", Type="String")
    for account, region in (("444455556666", "us-east-1"), (ACCOUNT, "us-west-2")):
        with pytest.raises(ClientError, match="ParameterNotFound"):
            client("ssm", account, region).get_parameter(Name="/a")


def test_assumed_role_acts_in_the_account_of_its_role(client: Client):
    role = "arn:aws:iam::444455556666:role/deploy"
    minted = client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    keys = {"aws_access_key_id": minted["AccessKeyId"], "aws_session_token": minted["SessionToken"]}
    assert client("sts", **keys).get_caller_identity()["Account"] == "444455556666"
    client("sns", **keys).create_topic(Name="there")
    [topic] = client("sns", "444455556666").list_topics()["Topics"]
    assert topic["TopicArn"] == "arn:aws:sns:us-east-1:444455556666:there"


def test_large_object_comes_back_when_streamed(client: Client):
    s3 = client("s3")
    s3.create_bucket(Bucket="bkt")
    body = bytes(range(256)) * 20_000
    s3.put_object(Bucket="bkt", Key="a b/ü%2F", Body=body)
    assert s3.get_object(Bucket="bkt", Key="a b/ü%2F")["Body"].read() == body
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "bkt", "Key": "a b/ü%2F"})
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == body


def test_absent_object_is_absent_and_not_made_up(client: Client):
    s3 = client("s3")
    s3.create_bucket(Bucket="bkt")
    with pytest.raises(ClientError) as missing:
        s3.head_object(Bucket="bkt", Key="none")
    assert missing.value.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404


def test_policy_that_denies_plain_http_reads_back_and_lets_calls_through(client: Client):
    s3 = client("s3")
    s3.create_bucket(Bucket="bkt")
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": condition}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    s3.put_bucket_policy(Bucket="bkt", Policy=policy)
    s3.put_object(Bucket="bkt", Key="k", Body=b"x")
    assert json.loads(s3.get_bucket_policy(Bucket="bkt")["Policy"])["Statement"] == [statement]


def test_call_is_resolved_from_its_host_when_gateway_is_the_proxy(cloud: Cloud, client: Client):
    """terraform-provider-aws reaches S3 Control this way: an absolute URL, sent to the gateway as HTTP_PROXY."""
    proxy = urllib.request.build_opener(urllib.request.ProxyHandler({"http": cloud.url}))
    url = f"http://{ACCOUNT}.s3-control.us-west-2.amazonaws.com/v20180820/configuration/publicAccessBlock"
    with pytest.raises(urllib.error.HTTPError, match="404"):
        proxy.open(urllib.request.Request(url, headers={"x-amz-account-id": ACCOUNT}))
    call = cloud.journal(service="s3control")[-1]
    assert (call.account, call.region, call.action) == (ACCOUNT, "us-west-2", "GetPublicAccessBlock")


def test_every_database_has_its_own_resource_id(client: Client):
    rds = client("rds")
    made = [
        rds.create_db_instance(DBInstanceIdentifier=name, Engine="postgres", DBInstanceClass="db.t4g.micro")
        for name in ("one", "two")
    ]
    assert len({item["DBInstance"]["DbiResourceId"] for item in made}) == 2


def test_named_exception_is_raised_when_a_fault_strikes(cloud: Cloud, client: Client):
    fault = cloud.fail(
        region="us-west-2", service="dynamodb", error="ProvisionedThroughputExceededException", status=400
    )
    away = client("dynamodb", region="us-west-2")
    with pytest.raises(away.exceptions.ProvisionedThroughputExceededException, match=fault.id):
        away.list_tables()
    assert client("dynamodb").list_tables()["TableNames"] == []
    assert cloud.heal(fault.id) == (fault.id,)
    assert away.list_tables()["TableNames"] == []
    assert [call.region for call in cloud.journal(route="fault")][-1] == "us-west-2"


def test_fault_is_refused_with_its_reason_when_it_makes_no_sense(cloud: Cloud):
    with pytest.raises(CloudError, match="name a region"):
        cloud.fail(error="ServiceUnavailable")


def test_fallback_is_counted_and_marked_when_it_answers(cloud: Cloud, client: Client):
    oam = client("oam")
    arn = oam.create_sink(Name="s", Tags={"a": "b"})["Arn"]
    assert oam.get_sink(Identifier=arn)["Tags"] == {"a": "b"}
    assert cloud.status().fallback == {"oam:CreateSink": 1, "oam:GetSink": 1}
    oam.delete_sink(Identifier=arn)
    with pytest.raises(oam.exceptions.ResourceNotFoundException):
        oam.get_sink(Identifier=arn)


def test_members_are_filled_when_the_emulator_does_not_echo_them(cloud: Cloud, client: Client):
    eks = client("eks")
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    network = {"subnetIds": [subnet], "publicAccessCidrs": ["198.51.100.0/24"]}
    eks.create_cluster(
        name="c",
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/eks",
        resourcesVpcConfig=network,
        upgradePolicy={"supportType": "STANDARD"},
    )
    assert eks.describe_cluster(name="c")["cluster"]["upgradePolicy"] == {"supportType": "STANDARD"}
    assert cloud.status().filled == {"eks:DescribeCluster": 1}


def test_composite_alarm_lives_beside_metric_alarms(client: Client):
    watch = client("cloudwatch")
    watch.put_composite_alarm(AlarmName="both", AlarmRule="ALARM(one)")
    assert watch.describe_alarms()["CompositeAlarms"][0]["StateValue"] == "OK"
    watch.delete_alarms(AlarmNames=["both"])
    assert watch.describe_alarms()["CompositeAlarms"] == []


def test_control_api_is_closed_when_token_is_missing(cloud: Cloud):
    request = urllib.request.Request(f"{cloud.url}/_atoll/stop", data=b"{}", method="POST")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request)
    assert (cloud.home / "token").stat().st_mode & 0o077 == 0


def test_nothing_listens_beyond_loopback(cloud: Cloud):
    for pid in cloud.status().pids:
        listening = [item.laddr.ip for item in psutil.Process(pid).net_connections() if item.status == "LISTEN"]
        assert set(listening) == {"127.0.0.1"}


def test_command_line_tells_what_happened(cloud: Cloud, client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ATOLL_HOME", str(cloud.home))
    client("sqs").create_queue(QueueName="q")
    run = CliRunner().invoke
    status = json.loads(run(app, ["status", "--json"]).stdout)
    assert status["url"] == cloud.url
    calls = json.loads(run(app, ["journal", "--service", "sqs", "--since", "5m", "--json"]).stdout)
    assert [call["action"] for call in calls] == ["CreateQueue"]
    made = json.loads(run(app, ["fail", "--service", "sqs", "--json"]).stdout)
    assert made["error"] == "ServiceUnavailable"
    assert run(app, ["heal", "no-such"]).exit_code == 2
    assert json.loads(run(app, ["heal", "--json"]).stdout) == {"healed": [made["id"]]}
    assert run(app, ["fail"]).exit_code == 2


def test_state_survives_when_only_the_gateway_restarts(cloud: Cloud, client: Client):
    client("sns").create_topic(Name="kept")
    client("oam").create_sink(Name="kept")
    before = cloud.status()
    again = cloud.restart_gateway()
    after = again.status()
    assert (again.url, after.emulators) == (cloud.url, before.emulators)
    assert after.pid != before.pid
    assert len(client("sns").list_topics()["Topics"]) == 1
    assert len(client("oam").list_sinks()["Items"]) == 1
    cloud_after = Cloud.running(cloud.home)
    assert cloud_after == again


def test_cloud_begins_empty_when_its_emulator_does(tmp_path: Path):
    first = Cloud.start(tmp_path, port=0, idle=600)

    def watch(cloud: Cloud) -> Any:
        keys = {"aws_access_key_id": ACCOUNT, "aws_secret_access_key": "x"}
        return boto3.client("oam", endpoint_url=cloud.url, region_name="us-east-1", **keys)

    try:
        watch(first).create_sink(Name="s")
        first.stop()
        second = Cloud.start(tmp_path, idle=600)
        assert second.port == first.port  # what was configured against it still finds it
        assert watch(second).list_sinks()["Items"] == []
    finally:
        running = Cloud.running(tmp_path)
        if running:
            running.stop()


def test_two_starts_get_the_same_cloud_and_stopping_leaves_no_process(tmp_path: Path):
    found: list[Cloud] = []
    starts = [threading.Thread(target=lambda: found.append(Cloud.start(tmp_path, port=0, idle=600))) for _ in range(2)]
    for thread in starts:
        thread.start()
    for thread in starts:
        thread.join()
    assert found[0] == found[1]
    processes = [psutil.Process(pid) for pid in found[0].status().pids]
    found[0].stop()
    assert [item for item in processes if item.is_running() and item.status() != psutil.STATUS_ZOMBIE] == []
    assert Cloud.running(tmp_path) is None
