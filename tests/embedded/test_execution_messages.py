"""Queues, topics and buses of the execution profile keep the promises the platform builds on."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from embedded.cloud import Cloud
from tests.embedded.execution import PROVIDER, REGION, Workshop, client, until

pytestmark = pytest.mark.embedded

NOTES = """
import boto3, json, os
def handler(event, context):
    for record in event.get("Records", [event]):
        boto3.client("sqs").send_message(QueueUrl=os.environ["URL"], MessageBody=json.dumps(record))
"""


def bodies(work: Workshop, url: str, at_least: int, **options: Any) -> list[str]:
    """What a queue delivers until it has delivered enough; each message is deleted."""
    found: list[str] = []
    sqs = work.client("sqs")

    def more() -> bool:
        for message in work.receive(url, **options):
            found.append(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return len(found) >= at_least

    until(more)
    return found


def dead_letters(arn: str, after: int = 3) -> str:
    return json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": after})


def test_queue_url_leads_through_the_gateway(work: Workshop):
    url, _ = work.queue("q")
    assert urlsplit(url).port == urlsplit(work.cloud.url).port


def test_poison_message_is_set_aside_after_three_receives_and_comes_back_when_redriven(work: Workshop):
    dead_url, dead = work.queue("q-dlq")
    url, arn = work.queue("q", VisibilityTimeout="1", RedrivePolicy=dead_letters(dead))
    notes, _ = work.queue("notes")
    code = NOTES + "    if os.environ['FAIL'] == 'yes':\n        raise ValueError('poison')\n"
    work.function("consumer", code, Environment={"Variables": {"URL": notes, "FAIL": "yes"}})
    work.client("lambda").create_event_source_mapping(FunctionName="consumer", EventSourceArn=arn, BatchSize=1)
    sqs = work.client("sqs")
    sqs.send_message(QueueUrl=url, MessageBody="poison")

    def waiting() -> int:
        told = sqs.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["ApproximateNumberOfMessages"])
        return int(told["Attributes"]["ApproximateNumberOfMessages"])

    until(lambda: waiting() == 1)
    received = [json.loads(note)["attributes"]["ApproximateReceiveCount"] for note in bodies(work, notes, 3)]
    assert received == ["1", "2", "3"], "handed out three times, and not once more"

    variables = {"Variables": {"URL": notes, "FAIL": "no"}}
    work.client("lambda").update_function_configuration(FunctionName="consumer", Environment=variables)
    sqs.start_message_move_task(SourceArn=dead)
    [note] = bodies(work, notes, 1)
    assert json.loads(note)["body"] == "poison"
    assert waiting() == 0
    [task] = sqs.list_message_move_tasks(SourceArn=dead)["Results"]
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 1)


def test_only_failed_items_of_a_batch_come_again(work: Workshop):
    url, arn = work.queue("q", VisibilityTimeout="4")
    notes, _ = work.queue("notes")
    code = NOTES + (
        "    return {'batchItemFailures': [{'itemIdentifier': record['messageId']} for record in event['Records']"
        " if record['body'] == 'bad' and record['attributes']['ApproximateReceiveCount'] == '1']}\n"
    )
    work.function("consumer", code, Environment={"Variables": {"URL": notes}})
    work.invoke("consumer", {"Records": []})  # started: what its first call took would count as a batch that was lost
    work.client("sqs").send_message_batch(
        QueueUrl=url, Entries=[{"Id": body, "MessageBody": body} for body in ("good", "bad")]
    )
    mapping = {"EventSourceArn": arn, "FunctionResponseTypes": ["ReportBatchItemFailures"]}
    work.client("lambda").create_event_source_mapping(FunctionName="consumer", **mapping)
    seen = [json.loads(note)["body"] for note in bodies(work, notes, 3)]
    assert sorted(seen) == ["bad", "bad", "good"]


def test_fifo_queue_is_in_order_and_once_when_a_topic_repeats_itself(work: Workshop):
    url, arn = work.queue("n.fifo", ContentBasedDeduplication="true")
    sns = work.client("sns")
    topic = sns.create_topic(Name="t.fifo", Attributes={"FifoTopic": "true", "ContentBasedDeduplication": "true"})
    subscription = {"TopicArn": topic["TopicArn"], "Protocol": "sqs", "Endpoint": arn}
    sns.subscribe(**subscription, Attributes={"RawMessageDelivery": "true"})
    for text in ("1", "2", "2", "3", "1"):
        sns.publish(TopicArn=topic["TopicArn"], Message=text, MessageGroupId="user")
    assert bodies(work, url, 3) == ["1", "2", "3"]
    assert work.receive(url) == []


def test_subscription_filters_on_attributes_when_it_has_a_policy(work: Workshop):
    critical, arn = work.queue("critical")
    everything, other = work.queue("everything")
    sns = work.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    policy = {"FilterPolicy": json.dumps({"severity": ["CRITICAL", "HIGH"]})}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=policy)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=other)
    for severity in ("LOW", "HIGH"):
        attribute = {"DataType": "String", "StringValue": severity}
        sns.publish(TopicArn=topic, Message=severity, MessageAttributes={"severity": attribute})
    assert [json.loads(body)["Message"] for body in bodies(work, everything, 2)] == ["LOW", "HIGH"]
    assert [json.loads(body)["Message"] for body in bodies(work, critical, 1)] == ["HIGH"]
    assert work.receive(critical) == []


def test_function_is_tried_again_and_then_given_up_when_an_event_fails_it(work: Workshop):
    notes, _ = work.queue("notes")
    lost, lost_arn = work.queue("lost")
    settings = {"Environment": {"Variables": {"URL": notes}}, "DeadLetterConfig": {"TargetArn": lost_arn}}
    for kind, asynchronous in (("rule", "events"), ("topic", "sns")):
        code = NOTES + "    raise ValueError('never')\n"
        function = work.function(kind, code, **settings)
        if asynchronous == "events":
            events = work.client("events")
            events.put_rule(Name="r", EventPattern=json.dumps({"source": ["shop"]}))
            events.put_targets(Rule="r", Targets=[{"Id": "f", "Arn": function}])
            events.put_events(Entries=[{"Source": "shop", "DetailType": "Sold", "Detail": '{"n": 1}'}])
        else:
            sns = work.client("sns")
            topic = sns.create_topic(Name="t")["TopicArn"]
            sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function)
            sns.publish(TopicArn=topic, Message="sold")
    assert len(bodies(work, notes, 6)) == 6
    assert len(bodies(work, lost, 2)) == 2


def test_event_reaches_each_kind_of_target_with_its_input(work: Workshop):
    events = work.client("events")
    events.create_event_bus(Name="application")
    plain_url, plain = work.queue("plain")
    shaped_url, shaped = work.queue("shaped.fifo", ContentBasedDeduplication="true")
    pattern = json.dumps({"source": ["shop"], "detail-type": ["Sold"], "detail": {"amount": [{"numeric": [">", 10]}]}})
    events.put_rule(Name="sold", EventBusName="application", EventPattern=pattern)
    transformer = {"InputPathsMap": {"who": "$.detail.user"}, "InputTemplate": '{"user": <who>}'}
    events.put_targets(
        Rule="sold",
        EventBusName="application",
        Targets=[
            {"Id": "plain", "Arn": plain},
            {
                "Id": "shaped",
                "Arn": shaped,
                "SqsParameters": {"MessageGroupId": "sales"},
                "InputTransformer": transformer,
            },
        ],
    )
    sale = {"Source": "shop", "DetailType": "Sold", "EventBusName": "application"}
    for amount in (5, 50, 50):
        events.put_events(Entries=[{**sale, "Detail": json.dumps({"amount": amount, "user": "ann"})}])
    assert [json.loads(body)["detail"]["amount"] for body in bodies(work, plain_url, 2)] == [50, 50]
    assert bodies(work, shaped_url, 1) == ['{"user": "ann"}']
    assert work.receive(shaped_url) == [], "the second has the same content, and a FIFO queue takes it once"


@pytest.mark.parametrize("way", ["rule", "put"])
def test_event_crosses_accounts_when_a_bus_of_another_account_is_named(cloud: Cloud, work: Workshop, way: str):
    provider = Workshop(cloud, PROVIDER)
    there = provider.client("events")
    bus = there.create_event_bus(Name="central")["EventBusArn"]
    there.create_archive(ArchiveName="kept", EventSourceArn=bus)
    url, arn = provider.queue("arrived")
    there.put_rule(Name="all", EventBusName="central", EventPattern=json.dumps({"source": ["shop"]}))
    there.put_targets(Rule="all", EventBusName="central", Targets=[{"Id": "q", "Arn": arn}])
    events = work.client("events")
    event = {"Source": "shop", "DetailType": "Sold", "Detail": '{"n": 1}'}
    if way == "rule":
        events.put_rule(Name="send", EventPattern=json.dumps({"source": ["shop"]}))
        role = f"arn:aws:iam::{work.account}:role/send"
        events.put_targets(Rule="send", Targets=[{"Id": "bus", "Arn": bus, "RoleArn": role}])
        assert events.put_events(Entries=[event])["FailedEntryCount"] == 0
    else:
        lost = {**event, "EventBusName": bus + "-gone"}
        told = events.put_events(Entries=[{**event, "EventBusName": bus}, event, lost])
        assert [entry.get("ErrorCode") for entry in told["Entries"]] == [None, None, "ResourceNotFoundException"]
    [body] = bodies(provider, url, 1)
    assert (json.loads(body)["account"], json.loads(body)["detail"]) == (work.account, {"n": 1})
    assert there.describe_archive(ArchiveName="kept")["EventCount"] == 1


def test_archive_sends_the_same_events_again_when_replayed(work: Workshop):
    events = work.client("events")
    bus = events.create_event_bus(Name="application")["EventBusArn"]
    events.create_archive(ArchiveName="kept", EventSourceArn=bus, EventPattern=json.dumps({"source": ["shop"]}))
    url, arn = work.queue("seen")
    events.put_rule(Name="all", EventBusName="application", EventPattern=json.dumps({"source": [{"prefix": ""}]}))
    events.put_targets(Rule="all", EventBusName="application", Targets=[{"Id": "q", "Arn": arn}])
    for source in ("shop", "other"):
        entry = {"Source": source, "DetailType": "Sold", "Detail": '{"n": 1}', "EventBusName": "application"}
        events.put_events(Entries=[entry])
    first = [json.loads(body) for body in bodies(work, url, 2)]
    now = datetime.now(UTC)
    events.start_replay(
        ReplayName="again",
        EventSourceArn=events.describe_archive(ArchiveName="kept")["ArchiveArn"],
        EventStartTime=now - timedelta(minutes=5),
        EventEndTime=now + timedelta(minutes=5),
        Destination={"Arn": bus},
    )
    [again] = [json.loads(body) for body in bodies(work, url, 1)]
    assert again.pop("replay-name") == "again"
    assert again == next(event for event in first if event["source"] == "shop")
    until(lambda: events.describe_replay(ReplayName="again")["State"] == "COMPLETED")


def test_schedule_fires_when_its_time_has_come(work: Workshop):
    url, arn = work.queue("ticks")
    role = f"arn:aws:iam::{work.account}:role/tick"
    at = (datetime.now(UTC) + timedelta(seconds=2)).strftime("at(%Y-%m-%dT%H:%M:%S)")
    work.client("scheduler").create_schedule(
        Name="once",
        ScheduleExpression=at,
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn, "RoleArn": role, "Input": '{"tick": true}'},
    )
    assert bodies(work, url, 1) == ['{"tick": true}']


def test_parameters_are_apart_when_accounts_and_regions_differ(cloud: Cloud):
    client(cloud, "ssm").put_parameter(Name="/p", Value="1", Type="String")
    for account, region in ((PROVIDER, REGION), ("111111111111", "us-west-2")):
        assert client(cloud, "ssm", account, region).get_parameters(Names=["/p"])["InvalidParameters"] == ["/p"]
