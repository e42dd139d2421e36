"""Filling in what an emulator accepts and does not echo."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.parsers import create_parser

from embedded.gateway.catalog import Operation, service_model
from embedded.gateway.fallback.engine import Fallback
from embedded.gateway.fallback.memory import Place
from embedded.gateway.fallback.question import Question

FORM = "application/x-www-form-urlencoded"


def ask(service: str, action: str, /, content_type: str = "", **members: Any) -> Question:
    model = service_model(service)
    assert model is not None
    place = Place(account="111122223333", region="eu-west-1", service=service)
    operation = Operation(model.operation_model(action), {})
    return Question(operation=operation, members=members, place=place, content_type=content_type)


@pytest.fixture
def fallback(tmp_path: Path) -> Iterator[Fallback]:
    made = Fallback(tmp_path / "fallback.sqlite")
    yield made
    made.close()


def observe(fallback: Fallback, question: Question, answer: dict[str, Any]) -> dict[str, Any] | None:
    body = fallback.observe(question, 200, {}, json.dumps(answer).encode())
    return None if body is None else json.loads(body)


def create_cluster(fallback: Fallback) -> None:
    told = ask("eks", "CreateCluster", name="c", version="1.33", accessConfig={"authenticationMode": "API"},
               resourcesVpcConfig={"subnetIds": ["s"], "publicAccessCidrs": ["1.0.0.0/8"]}, tags={})  # fmt: skip
    assert observe(fallback, told, {"cluster": {"name": "c", "arn": "arn:c"}}) is None


def test_absent_members_are_filled_when_they_were_told(fallback: Fallback):
    create_cluster(fallback)
    shown = {"cluster": {"name": "c", "version": "1.32", "resourcesVpcConfig": {"subnetIds": ["s"]}}}
    filled = observe(fallback, ask("eks", "DescribeCluster", name="c"), shown)
    assert filled is not None
    cluster = filled["cluster"]
    assert cluster["accessConfig"] == {"authenticationMode": "API"}
    assert cluster["resourcesVpcConfig"] == {"subnetIds": ["s"], "publicAccessCidrs": ["1.0.0.0/8"]}
    assert cluster["version"] == "1.32"  # the emulator's word stands
    assert "tags" not in cluster  # tags have a life of their own


def test_other_resources_are_left_alone_when_described(fallback: Fallback):
    create_cluster(fallback)
    assert observe(fallback, ask("eks", "DescribeCluster", name="d"), {"cluster": {"name": "d"}}) is None


def test_answer_passes_untouched_when_nothing_is_missing(fallback: Fallback):
    create_cluster(fallback)
    whole = {"cluster": {"name": "c", "version": "1.33", "accessConfig": {"authenticationMode": "API"},
                         "resourcesVpcConfig": {"subnetIds": ["s"], "publicAccessCidrs": ["1.0.0.0/8"]}}}  # fmt: skip
    place = ("eks", "DescribeCluster", "111122223333", "eu-west-1")
    assert fallback.interested(*place)
    assert observe(fallback, ask("eks", "DescribeCluster", name="c"), whole) is None
    assert not fallback.interested(*place)  # settled: later answers are streamed


def test_update_is_filled_in_when_emulator_drops_it(fallback: Fallback):
    create_cluster(fallback)
    observe(fallback, ask("eks", "UpdateClusterConfig", name="c", upgradePolicy={"supportType": "STANDARD"}), {})
    observe(
        fallback,
        ask("eks", "CreateCluster", name="c", upgradePolicy={"supportType": "STANDARD"}),
        {"cluster": {"name": "c"}},
    )
    filled = observe(fallback, ask("eks", "DescribeCluster", name="c"), {"cluster": {"name": "c"}})
    assert filled is not None
    assert filled["cluster"]["upgradePolicy"] == {"supportType": "STANDARD"}


def test_nothing_is_filled_when_resource_was_deleted(fallback: Fallback):
    create_cluster(fallback)
    observe(fallback, ask("eks", "DeleteCluster", name="c"), {})
    assert observe(fallback, ask("eks", "DescribeCluster", name="c"), {"cluster": {"name": "c"}}) is None


def test_xml_answer_is_filled_when_protocol_is_query(fallback: Fallback):
    told = ask(
        "rds", "CreateDBInstance", FORM, DBInstanceIdentifier="db", MasterUserPassword="x" * 8, MonitoringInterval=60
    )
    made = (
        "<CreateDBInstanceResponse><CreateDBInstanceResult><DBInstance><DBInstanceIdentifier>db</DBInstanceIdentifier>"
    )
    made += "</DBInstance></CreateDBInstanceResult></CreateDBInstanceResponse>"
    assert fallback.observe(told, 200, {}, made.encode()) is None
    shown = made.replace("CreateDBInstance", "DescribeDBInstances").replace("<DBInstance>", "<DBInstances><DBInstance>")
    shown = shown.replace("</DBInstance>", "</DBInstance></DBInstances>")
    question = ask("rds", "DescribeDBInstances", FORM)
    body = fallback.observe(question, 200, {}, shown.encode())
    assert body is not None
    response = {"status_code": 200, "headers": {}, "body": body}
    shape: Any = question.operation.model.output_shape
    [instance] = create_parser("query").parse(response, shape)["DBInstances"]
    assert (instance["DBInstanceIdentifier"], instance["MonitoringInterval"]) == ("db", 60)
    assert b"xxxxxxxx" not in body


def test_password_is_never_stored_when_told(fallback: Fallback, tmp_path: Path):
    told = ask(
        "rds", "CreateDBInstance", FORM, DBInstanceIdentifier="db", MasterUserPassword="hunter2hunter2", Port=5432
    )
    made = "<R><CreateDBInstanceResult><DBInstance><DBInstanceIdentifier>db</DBInstanceIdentifier></DBInstance>"
    fallback.observe(told, 200, {}, (made + "</CreateDBInstanceResult></R>").encode())
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"hunter2hunter2" not in stored


def test_fallback_s_resources_join_the_emulator_s_list(fallback: Fallback):
    fallback.answer(ask("cloudwatch", "PutCompositeAlarm", AlarmName="both", AlarmRule="ALARM(x)"))
    shown = {"CompositeAlarms": [], "MetricAlarms": [{"AlarmName": "m"}]}
    filled = observe(fallback, ask("cloudwatch", "DescribeAlarms", "application/x-amz-json-1.0"), shown)
    assert filled is not None
    assert [alarm["AlarmName"] for alarm in filled["CompositeAlarms"]] == ["both"]
    assert [alarm["AlarmName"] for alarm in filled["MetricAlarms"]] == ["m"]
    asked = ask("cloudwatch", "DescribeAlarms", "application/x-amz-json-1.0", AlarmNames=["m"])
    assert observe(fallback, asked, shown) is None


def test_broken_answer_is_passed_on_when_it_cannot_be_read(fallback: Fallback):
    create_cluster(fallback)
    assert fallback.observe(ask("eks", "DescribeCluster", name="c"), 200, {}, b"{not json") is None


@pytest.mark.parametrize(
    ("service", "action"), [("s3", "PutBucketPolicy"), ("dynamodb", "PutItem"), ("logs", "PutLogEvents")]
)
def test_bodies_are_streamed_when_call_tells_nothing_to_remember(fallback: Fallback, service: str, action: str):
    assert not fallback.interested(service, action, "111122223333", "eu-west-1")
