"""Functions of the execution profile really run, in a world like that of AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest

from embedded.cloud import Cloud
from tests.embedded.execution import CONSUMER, PROVIDER, Workshop, bundle, client, until

pytestmark = pytest.mark.embedded

WORLD = """
import importlib.util, os, socket
def handler(event, context):
    reached = {}
    for address in (("192.0.2.1", 80), ("127.0.0.1", 9)):
        try:
            socket.create_connection(address, timeout=0.2)
        except Exception as refused:
            reached[address[0]] = type(refused).__name__
    return {
        "given": os.environ["GIVEN"],
        "endpoint": os.environ["AWS_ENDPOINT_URL"],
        "key": os.environ["AWS_ACCESS_KEY_ID"],
        "has": [name for name in ("boto3", "pydantic", "embedded", "pulumi") if importlib.util.find_spec(name)],
        "function": context.function_name,
        "reached": reached,
    }
"""
CALLS_OUT = """
import boto3, os
def handler(event, context):
    there = boto3.client("sts").assume_role(
        RoleArn=event["role"], RoleSessionName="call", ExternalId="consumer")["Credentials"]
    keys = dict(aws_access_key_id=there["AccessKeyId"], aws_secret_access_key=there["SecretAccessKey"],
                aws_session_token=there["SessionToken"])
    answer = boto3.client("lambda", **keys).invoke(FunctionName=event["function"], Payload=b'{"from": "consumer"}')
    return {"answer": answer["Payload"].read().decode(), "secret": boto3.client("ssm").get_parameter(
        Name="/told")["Parameter"]["Value"]}
"""
TELLS_CHANGES = """
import boto3, json, os
def handler(event, context):
    for record in event["Records"]:
        told = json.dumps([record["eventName"], record["dynamodb"]["Keys"]["id"]["S"]])
        boto3.client("sqs").send_message(QueueUrl=os.environ["URL"], MessageGroupId="g", MessageBody=told)
"""
TELLS_KEYS = """
import boto3, os
def handler(event, context):
    key = event["Records"][0]["s3"]["object"]["key"]
    boto3.client("sqs").send_message(QueueUrl=os.environ["URL"], MessageBody="direct " + key)
"""


def test_handler_sees_its_own_code_the_sdk_and_loopback_alone(work: Workshop):
    work.function("world", WORLD, Environment={"Variables": {"GIVEN": "value"}})
    seen = work.invoke("world")
    assert seen == {
        "given": "value",
        "endpoint": work.cloud.url,
        "key": CONSUMER,
        "has": ["boto3"],
        "function": "world",
        "reached": {"192.0.2.1": "PermissionError", "127.0.0.1": "ConnectionRefusedError"},
    }


def test_failure_is_named_after_the_class_when_a_handler_raises(work: Workshop):
    work.function("fails", "class Declined(Exception): pass\ndef handler(event, context):\n    raise Declined('no')\n")
    failure = work.invoke("fails")
    assert (failure["errorType"], failure["errorMessage"]) == ("Declined", "no")
    assert "index.py" in "".join(failure["stackTrace"])


def test_code_of_a_layer_is_importable(work: Workshop):
    layer = work.client("lambda").publish_layer_version(
        LayerName="shared", Content={"ZipFile": bundle({"python/shared.py": "VALUE = 7"})}
    )["LayerVersionArn"]
    work.function("layered", "import shared\ndef handler(event, context):\n    return shared.VALUE\n", Layers=[layer])
    assert work.invoke("layered") == 7


def test_new_code_runs_after_an_update(work: Workshop):
    work.function("changes", "def handler(event, context):\n    return 1\n")
    assert work.invoke("changes") == 1
    again = bundle({"index.py": "def handler(event, context):\n    return 2\n"})
    work.client("lambda").update_function_code(FunctionName="changes", ZipFile=again)
    assert work.invoke("changes") == 2


def test_function_calls_another_account_in_the_name_of_an_assumed_role(cloud: Cloud, work: Workshop):
    provider = Workshop(cloud, PROVIDER)
    target = provider.function("secret", "def handler(event, context):\n    return context.invoked_function_arn\n")
    work.client("ssm").put_parameter(Name="/told", Value="mine", Type="String")
    work.function("caller", CALLS_OUT)
    role = f"arn:aws:iam::{PROVIDER}:role/for-consumer"
    told = work.invoke("caller", {"role": role, "function": target})
    assert told == {"answer": json.dumps(target), "secret": "mine"}
    calls = [(call.account, call.service, call.action) for call in cloud.journal()]
    assert (CONSUMER, "sts", "AssumeRole") in calls
    assert (PROVIDER, "lambda", "Invoke") in calls


def test_accounts_and_regions_are_apart_when_functions_share_a_name(cloud: Cloud, work: Workshop):
    work.function("same", "def handler(event, context):\n    return 'consumer'\n")
    Workshop(cloud, PROVIDER).function("same", "def handler(event, context):\n    return 'provider'\n")
    assert (work.invoke("same"), Workshop(cloud, PROVIDER).invoke("same")) == ("consumer", "provider")
    assert client(cloud, "lambda", region="us-west-2").list_functions()["Functions"] == []


def test_stream_of_a_table_reaches_a_function_in_order(work: Workshop):
    url, _ = work.queue("seen.fifo", ContentBasedDeduplication="true")
    table = work.client("dynamodb").create_table(
        TableName="items",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]
    work.function("streamed", TELLS_CHANGES, Environment={"Variables": {"URL": url}})
    mapping = {"EventSourceArn": table["LatestStreamArn"], "StartingPosition": "TRIM_HORIZON"}
    work.client("lambda").create_event_source_mapping(FunctionName="streamed", **mapping)
    items = work.client("dynamodb")
    items.put_item(TableName="items", Item={"id": {"S": "a"}})
    with pytest.raises(items.exceptions.ConditionalCheckFailedException):
        items.put_item(TableName="items", Item={"id": {"S": "a"}}, ConditionExpression="attribute_not_exists(id)")
    items.delete_item(TableName="items", Key={"id": {"S": "a"}})
    got: list[Any] = []

    def both() -> bool:
        got[:] = [json.loads(item["Body"]) for item in work.receive(url, VisibilityTimeout=0)]
        return len(got) == 2

    until(both)
    assert got == [["INSERT", "a"], ["REMOVE", "a"]]


def test_object_reaches_rule_and_function_when_a_bucket_tells(work: Workshop):
    s3, events = work.client("s3"), work.client("events")
    url, arn = work.queue("objects")
    s3.create_bucket(Bucket="uploads")
    events.put_rule(Name="objects", EventPattern=json.dumps({"source": ["aws.s3"], "detail-type": ["Object Created"]}))
    events.put_targets(Rule="objects", Targets=[{"Id": "queue", "Arn": arn}])
    function = work.function("told", TELLS_KEYS, Environment={"Variables": {"URL": url}})
    notice = {"LambdaFunctionArn": function, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="uploads",
        NotificationConfiguration={"EventBridgeConfiguration": {}, "LambdaFunctionConfigurations": [notice]},
    )
    s3.put_object(Bucket="uploads", Key="in/a.csv", Body=b"1")
    bodies: set[str] = set()
    until(lambda: bodies.update(item["Body"] for item in work.receive(url)) or len(bodies) > 1)
    event = next(json.loads(body) for body in bodies if body.startswith("{"))
    assert event["detail"]["object"]["key"] == "in/a.csv"
    assert "direct in/a.csv" in bodies
