"""Faults on purpose, their wire form, and the journal."""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.parsers import create_parser
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from embedded.gateway import journal, wire
from embedded.gateway.catalog import Operation, service_model
from embedded.gateway.faults import Fault, Faults
from embedded.gateway.journal import Call, Journal

CALL = {"account": "111122223333", "region": "us-west-2", "service": "dynamodb", "action": "PutItem"}


@pytest.mark.parametrize(
    ("selector", "hit"),
    [
        ({"region": "us-west-2"}, True),
        ({"region": "us-*"}, True),
        ({"region": "us-east-1"}, False),
        ({"service": "dynamodb", "action": "Put*"}, True),
        ({"service": "dynamodb", "action": "GetItem"}, False),
        ({"region": "us-west-2", "account": "444455556666"}, False),
    ],
)
def test_fault_hits_only_what_it_selects(selector: dict[str, str], hit: bool):
    assert Fault.model_validate({"error": "ServiceUnavailable", **selector}).matches(**CALL) is hit


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"error": "X"},
        {"region": "us-east-1"},
        {"region": "r", "error": "X", "probability": 0.0},
        {"region": "r", "error": "X", "status": 200},
        {"region": "r", "latency": -1.0},
        {"region": "r", "error": "X", "typo": 1},
    ],
)
def test_fault_is_refused_when_it_makes_no_sense(told: dict[str, object]):
    with pytest.raises(ValidationError):
        Fault.model_validate(told)


def test_faults_survive_when_gateway_restarts(tmp_path: Path):
    made = Faults(tmp_path / "faults.json").add(Fault(region="us-west-2", error="ServiceUnavailable"))
    again = Faults(tmp_path / "faults.json")
    assert again.active == (made,)
    assert again.heal(["unknown"]) == ()
    assert again.heal() == (made.id,)
    assert Faults(tmp_path / "faults.json").active == ()


@given(seed=st.integers(0, 1000))
def test_same_calls_are_hit_when_seed_is_the_same(seed: int, tmp_path_factory: pytest.TempPathFactory):
    def strikes() -> list[bool]:
        faults = Faults(tmp_path_factory.mktemp("faults") / "faults.json")
        faults.add(Fault(id="f", service="dynamodb", error="X", probability=0.5, seed=seed))
        return [bool(faults.strike(**CALL)) for _ in range(20)]

    assert strikes() == strikes()


@pytest.mark.parametrize(
    ("service", "action", "told", "code"),  # a shape's name is turned into the code that AWS sends for it
    [
        ("ec2", "DescribeVpcs", "RequestLimitExceeded", "RequestLimitExceeded"),
        ("sns", "Publish", "ThrottledException", "Throttled"),
        ("s3", "GetObject", "SlowDown", "SlowDown"),
        ("dynamodb", "PutItem", "ProvisionedThroughputExceededException", "ProvisionedThroughputExceededException"),
        ("eks", "DescribeCluster", "ResourceNotFoundException", "ResourceNotFoundException"),
        ("route53", "GetHostedZone", "NoSuchHostedZone", "NoSuchHostedZone"),
        ("sqs", "SendMessage", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"),
    ],
)
def test_sdk_reads_the_error_code_when_fault_strikes(service: str, action: str, told: str, code: str):
    model = service_model(service)
    assert model is not None
    operation = Operation(model.operation_model(action), {})
    failure = wire.AwsError(told, "on purpose", 503)
    answer = wire.error(failure, operation=operation, service=service, content_type="", request_id="r")
    headers = {name.lower(): value for name, value in answer.headers.items()}
    response = {"status_code": answer.status, "headers": headers, "body": answer.body}
    shape: Any = operation.model.output_shape
    parsed = create_parser(model.protocol).parse(response, shape)
    assert answer.status == 503
    assert parsed["Error"]["Code"] == code
    assert parsed["Error"]["Message"] == "on purpose"


def test_error_is_json_when_service_is_unknown():
    failure = wire.AwsError("InternalFailure", "why", 500)
    answer = wire.error(failure, operation=None, service="no-such", content_type="", request_id="r")
    assert (answer.status, json.loads(answer.body)["message"]) == (500, "why")


def _call(**changes: object) -> Call:
    values = {"time": 100.0, "status": 200, "duration": 1.0, "route": "moto", "request_id": "r", **CALL, **changes}
    return Call(**values)  # type: ignore[arg-type]


def test_journal_answers_what_was_asked(tmp_path: Path):
    path = tmp_path / "journal.sqlite"
    book = Journal(path)
    for call in (
        _call(),
        _call(time=200.0, status=503, route="fault"),
        _call(time=300.0, service="s3", action="GetObject", filled=True),
        _call(time=400.0, service="xray", action="GetGroup", route="fallback"),
    ):
        book.add(call)
    counts = book.counts()
    assert (counts["calls"], counts["errors"]) == (4, 1)
    assert counts["by_route"] == {"fallback": 1, "fault": 1, "moto": 2}
    assert (counts["fallback"], counts["filled"]) == ({"xray:GetGroup": 1}, {"s3:GetObject": 1})
    assert [call.time for call in journal.read(path, service="dynamodb")] == [100.0, 200.0]
    assert [call.time for call in journal.read(path, errors=True)] == [200.0]
    assert [call.time for call in journal.read(path, action="Get*", since=350.0)] == [400.0]
    assert [call.time for call in journal.read(path, limit=2)] == [300.0, 400.0]
    book.clear()
    assert journal.read(path) == []
    book.close()


def test_journal_is_empty_when_cloud_never_ran(tmp_path: Path):
    assert journal.read(tmp_path / "journal.sqlite") == []


@pytest.mark.parametrize(("text", "moment"), [("90s", 910.0), ("2m", 880.0), ("0h", 1000.0)])
def test_time_span_is_read_when_well_formed(text: str, moment: float):
    assert journal.seconds_ago(text, now=1000.0) == moment


@pytest.mark.parametrize("text", ["", "m", "10", "10x", "-1m"])
def test_time_span_is_refused_when_malformed(text: str):
    with pytest.raises(ValueError, match="10m"):
        journal.seconds_ago(text)


def test_fault_of_a_zone_hits_no_call_and_goes_with_nothing_else():
    fault = Fault(zone="us-east-1a")
    assert not fault.matches(account="1", region="us-east-1", service="rds", action="X")
    assert "zone us-east-1a" in fault.sentence
    with pytest.raises(ValidationError, match="a zone is lost as a whole"):
        Fault(zone="us-east-1a", region="us-east-1")


def test_fault_may_refuse_connections_without_an_error():
    assert Fault(region="us-east-1", refuse=True).matches(account="1", region="us-east-1", service="rds", action="X")
    with pytest.raises(ValidationError, match="or it refuses connections"):
        Fault(region="us-east-1")
