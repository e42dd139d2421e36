from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi_aws.provider import Provider
from ruamel.yaml import YAML

from components.functions import Function, FunctionKeys, function_arn, function_role_name, function_statements
from components.functions.function import log_level
from components.functions.triggers import ObjectSource, object_pattern
from components.identity.statements import UNSCOPED_ACTIONS, allow
from contracts.services.compute import Compute, ObjectTrigger
from tests.components.functions.samples import (
    KEYS,
    QUEUES,
    SCOPE,
    STREAM_ARN,
    TABLE_ARN,
    clause,
    function_args,
    record_function,
)
from tests.kit import ACCOUNT, REGION, GraphView, record_component

FUNCTION = "aws:lambda/function:Function"
PROJECT = Path(__file__).parents[3]
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"

API_PROCESSING = clause(
    handler="app.lambda_handler",
    timeout_seconds=30,
    memory_mib=512,
    vpc=True,
    tracing=True,
    dead_letter="APIProcessingDLQ",
    provisioned_concurrency=2,
    environment={"LOG_LEVEL": "info"},
)
DATA_PROCESSING = clause(
    timeout_seconds=900,
    memory_mib=3008,
    vpc=True,
    tracing=True,
    dead_letter="DataProcessingDLQ",
    triggers={
        "queues": {"processing-queue": {"batch_size": 100, "batching_window_seconds": 5, "maximum_concurrency": 10}},
        "objects": {"data-bucket": {"events": ["created"], "suffix": ".csv"}},
    },
)
EVENT_PROCESSOR = clause(
    timeout_seconds=60,
    memory_mib=256,
    vpc=True,
    tracing=True,
    dead_letter="DataProcessingDLQ",
    triggers={"streams": {"user-table": {"starting_position": "LATEST"}}},
)


@pytest.fixture(scope="module")
def api() -> GraphView:
    """APIProcessing; recorded once, read by many."""
    return record_function("dev-order-APIProcessing", API_PROCESSING)


@pytest.fixture(scope="module")
def data() -> GraphView:
    """DataProcessing; recorded once, read by many."""
    return record_function("dev-analytics-DataProcessing", DATA_PROCESSING)


@pytest.fixture(scope="module")
def events() -> GraphView:
    """EventProcessor; recorded once, read by many."""
    return record_function("dev-analytics-EventProcessor", EVENT_PROCESSOR)


def statements(view: GraphView, name: str) -> dict[str, dict[str, Any]]:
    """Sid → statement of the function's policy."""
    text = view.value(f"{name}-permissions", "policy")
    assert isinstance(text, str)
    return {statement["Sid"]: statement for statement in json.loads(text)["Statement"]}


def of(name: str, **changes: Any) -> dict[str, dict[str, Any]]:
    """Sid → statement of a function with these changes to the smallest clause."""
    return statements(record_function(name, clause(**changes)), name)


def assert_runs(view: GraphView, name: str, *, timeout: int, memory: int, dead_letters: str) -> None:
    """FN-1: time, memory, VPC, dead letters, tracing."""
    inputs = view.node(f"{name}-function").inputs
    assert inputs["name"] == name
    assert (inputs["timeout"], inputs["memorySize"]) == (timeout, memory)
    assert inputs["vpcConfig"] == {"subnetIds": ["subnet-a", "subnet-b"], "securityGroupIds": ["sg-functions"]}
    assert inputs["deadLetterConfig"] == {"targetArn": QUEUES[dead_letters]}
    assert inputs["tracingConfig"] == {"mode": "Active"}


def test_api_processing_has_the_documents_parameters_when_compiled(api: GraphView) -> None:
    name = "dev-order-APIProcessing"
    assert_runs(api, name, timeout=30, memory=512, dead_letters="APIProcessingDLQ")
    assert api.value(f"{name}-function", "handler") == "app.lambda_handler"


def test_data_processing_has_the_documents_parameters_and_triggers_when_compiled(data: GraphView) -> None:
    name = "dev-analytics-DataProcessing"
    assert_runs(data, name, timeout=900, memory=3008, dead_letters="DataProcessingDLQ")
    assert data.node(f"{name}-queue-processing-queue").inputs["eventSourceArn"] == QUEUES["processing-queue"]
    pattern = json.loads(str(data.value(f"{name}-objects-data-bucket", "eventPattern")))
    assert pattern == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": ["app-uploads-dev"]}, "object": {"key": [{"wildcard": "data/*.csv"}]}},
    }


def test_event_processor_has_the_documents_parameters_and_stream_when_compiled(events: GraphView) -> None:
    name = "dev-analytics-EventProcessor"
    assert_runs(events, name, timeout=60, memory=256, dead_letters="DataProcessingDLQ")
    assert events.node(f"{name}-stream-user-table").inputs["eventSourceArn"] == STREAM_ARN


@pytest.mark.parametrize(
    "estate", [Path("services"), Path("tests/contracts/services/estate")], ids=["sample", "estate"]
)
@pytest.mark.parametrize(
    ("service", "key", "seconds", "mebibytes", "triggers"),
    [
        ("order/order", "APIProcessing", 30, 512, set[str]()),
        ("analytics/analytics", "DataProcessing", 900, 3008, {"queues", "objects"}),
        ("analytics/analytics", "EventProcessor", 60, 256, {"streams"}),
    ],
)
def test_contracts_function_runs_as_the_documents_say_when_compiled(
    estate: Path, service: str, key: str, seconds: int, mebibytes: int, triggers: set[str]
) -> None:
    contract = YAML(typ="safe").load((PROJECT / estate / service / "contract.yaml").read_text())
    function = Compute.model_validate(contract["compute"]).functions[key]
    queues = {name: SCOPE.arn("sqs", f"dev-{name}") for name in contract["messaging"]["queues"]}
    name = f"dev-{service.split('/')[1]}-{key}"
    view = record_function(name, function, queue_arns=queues)

    assert {kind for kind, _ in function.triggers if getattr(function.triggers, kind)} == triggers
    inputs = view.node(f"{name}-function").inputs
    assert (inputs["timeout"], inputs["memorySize"]) == (seconds, mebibytes)
    assert inputs["vpcConfig"] == {"subnetIds": ["subnet-a", "subnet-b"], "securityGroupIds": ["sg-functions"]}
    assert inputs["tracingConfig"] == {"mode": "Active"}
    assert inputs["deadLetterConfig"] == {"targetArn": queues[str(function.dead_letter)]}
    mappings = [node.inputs["eventSourceArn"] for node in view.graph.of_type(MAPPING)]
    assert mappings == [*(queues[queue] for queue in function.triggers.queues), *[STREAM_ARN] * ("streams" in triggers)]
    assert len(view.graph.of_type("aws:cloudwatch/eventRule:EventRule")) == ("objects" in triggers)


def test_children_are_exactly_these_when_nothing_calls_the_function() -> None:
    name = "dev-a-plain"
    view = record_function(name, clause())
    view.assert_children(
        name,
        [
            ("aws:cloudwatch/logGroup:LogGroup", f"{name}-logs"),
            ("aws:iam/role:Role", f"{name}-role"),
            ("aws:iam/rolePolicy:RolePolicy", f"{name}-permissions"),
            (FUNCTION, f"{name}-function"),
            ("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", f"{name}-retries"),
        ],
    )


def test_function_is_whole_when_it_has_no_network_traces_or_dead_letters() -> None:
    name = "dev-a-plain"
    inputs = dict(record_function(name, clause(), variables={"SERVICE": "a/a"}).node(f"{name}-function").inputs)
    for wired in ("role", "code"):
        inputs.pop(wired)
    assert inputs == {
        "name": name,
        "runtime": "python3.13",
        "handler": "app.handler",
        "timeout": 10,
        "memorySize": 256,
        "architectures": ["arm64"],
        "publish": False,
        "environment": {"variables": {"SERVICE": "a/a"}},
        "kmsKeyArn": KEYS.variables,
        "tracingConfig": {"mode": "PassThrough"},
        "loggingConfig": {
            "logFormat": "JSON",
            "logGroup": f"/aws/lambda/{name}",
            "applicationLogLevel": "INFO",
            "systemLogLevel": "INFO",
        },
    }


def test_function_waits_for_its_role_and_log_when_made(api: GraphView) -> None:
    name = "dev-order-APIProcessing"
    api.assert_wired(f"{name}-function", "role", f"{name}-role.arn")
    api.assert_depends(f"{name}-function", f"{name}-permissions", f"{name}-logs")


def test_log_group_is_encrypted_and_forgets_when_made() -> None:
    view = record_function("dev-a-plain", clause(log_days=7))
    assert view.node("dev-a-plain-logs").inputs == {
        "name": "/aws/lambda/dev-a-plain",
        "retentionInDays": 7,
        "kmsKeyId": KEYS.logs,
    }


def test_lambda_alone_takes_the_role_when_it_acts_for_this_account(api: GraphView) -> None:
    role = api.node("dev-order-APIProcessing-role").inputs
    assert role["name"] == function_role_name(SCOPE, "dev-order-APIProcessing")
    assert role["name"] == "dev-order-APIProcessing-function-us-east-1"
    [statement] = json.loads(str(role["assumeRolePolicy"]))["Statement"]
    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_asynchronous_calls_are_retried_as_often_as_the_contract_says() -> None:
    view = record_function("dev-a-plain", clause(retries=1))
    assert view.node("dev-a-plain-retries").inputs == {
        "functionName": "dev-a-plain",
        "maximumRetryAttempts": 1,
        "maximumEventAgeInSeconds": 21600,
    }


def test_alias_is_warm_when_concurrency_is_provisioned(api: GraphView) -> None:
    name = "dev-order-APIProcessing"
    assert api.value(f"{name}-function", "publish") is True
    assert api.value(f"{name}-live", "name") == "live"
    api.assert_wired(f"{name}-live", "functionVersion", f"{name}-function.version")
    assert api.node(f"{name}-warm").inputs == {
        "functionName": name,
        "qualifier": "live",
        "provisionedConcurrentExecutions": 2,
    }
    assert api.value(f"{name}-retries", "qualifier") == "live"


def test_runs_at_once_are_limited_when_concurrency_is_reserved() -> None:
    view = record_function("dev-a-plain", clause(reserved_concurrency=5))
    assert view.value("dev-a-plain-function", "reservedConcurrentExecutions") == 5


def test_derived_variables_win_when_the_contract_has_the_same() -> None:
    view = record_function("dev-a-plain", clause(environment={"A": "1", "B": "2"}), variables={"B": "3"})
    assert view.value("dev-a-plain-function", "environment.variables") == {"A": "1", "B": "3"}


@pytest.mark.parametrize(
    ("variables", "level"), [({"LOG_LEVEL": "debug"}, "DEBUG"), ({}, "INFO"), ({"LOG_LEVEL": "loud"}, "INFO")]
)
def test_lambda_lets_through_what_the_code_logs_when_a_level_is_set(variables: dict[str, str], level: str) -> None:
    assert log_level(variables) == level


def test_queue_is_taken_from_in_batches_when_it_calls(data: GraphView) -> None:
    name = "dev-analytics-DataProcessing"
    assert dict(data.node(f"{name}-queue-processing-queue", MAPPING).inputs) | {"functionName": "-"} == {
        "eventSourceArn": QUEUES["processing-queue"],
        "functionName": "-",
        "batchSize": 100,
        "maximumBatchingWindowInSeconds": 5,
        "scalingConfig": {"maximumConcurrency": 10},
        "functionResponseTypes": ["ReportBatchItemFailures"],
    }
    data.assert_wired(f"{name}-queue-processing-queue", "functionName", f"{name}-function.arn")


def test_nothing_is_said_of_windows_and_limits_when_the_queue_trigger_has_none() -> None:
    triggers = {"queues": {"OrderProcessing": {"partial_failures": False}}}
    mapping = record_function("dev-a-plain", clause(triggers=triggers)).node("dev-a-plain-queue-OrderProcessing")
    assert set(mapping.inputs) == {"eventSourceArn", "functionName", "batchSize"}


def test_stream_is_halved_retried_and_given_up_when_a_record_is_bad(events: GraphView) -> None:
    name = "dev-analytics-EventProcessor"
    assert dict(events.node(f"{name}-stream-user-table", MAPPING).inputs) | {"functionName": "-"} == {
        "eventSourceArn": STREAM_ARN,
        "functionName": "-",
        "batchSize": 100,
        "startingPosition": "LATEST",
        "maximumRetryAttempts": 3,
        "bisectBatchOnFunctionError": True,
        "destinationConfig": {"onFailure": {"destinationArn": QUEUES["DataProcessingDLQ"]}},
    }


def test_objects_call_through_the_default_bus_when_triggered(data: GraphView) -> None:
    name = "dev-analytics-DataProcessing"
    rule, target, permission = (f"{name}-objects-data-bucket{end}" for end in ("", "-target", "-permission"))
    assert data.value(rule, "name") == f"{name}-data-bucket"
    assert "eventBusName" not in data.node(rule).inputs
    data.assert_wired(target, "arn", f"{name}-function.arn")
    assert data.value(target, "deadLetterConfig") == {"arn": QUEUES["DataProcessingDLQ"]}
    data.assert_depends(target, permission)
    assert data.value(permission, "principal") == "events.amazonaws.com"
    assert data.value(permission, "action") == "lambda:InvokeFunction"
    data.assert_wired(permission, "sourceArn", f"{rule}.arn")


def test_triggers_call_the_alias_when_there_is_one() -> None:
    name = "dev-a-warm"
    triggers = {
        "queues": {"OrderProcessing": {}},
        "streams": {"user-table": {}},
        "objects": {"data-bucket": {"events": ["removed"]}},
    }
    view = record_function(name, clause(provisioned_concurrency=1, triggers=triggers))
    for made, path in (
        (f"{name}-queue-OrderProcessing", "functionName"),
        (f"{name}-stream-user-table", "functionName"),
        (f"{name}-objects-data-bucket-target", "arn"),
    ):
        view.assert_wired(made, path, f"{name}-live.arn")
    assert view.value(f"{name}-objects-data-bucket-permission", "qualifier") == "live"


@pytest.mark.parametrize(
    ("changes", "prefix", "key"),
    [
        ({"below": "raw/"}, "data/", [{"prefix": "data/raw/"}]),
        ({"suffix": ".json"}, "", [{"suffix": ".json"}]),
        ({"below": "raw/", "suffix": ".gz"}, "data/", [{"wildcard": "data/raw/*.gz"}]),
    ],
)
def test_pattern_asks_for_both_ends_of_a_key_when_both_are_given(
    changes: dict[str, Any], prefix: str, key: list[Any]
) -> None:
    trigger = ObjectTrigger.model_validate({"events": ["created", "removed", "restored"], **changes})
    pattern = object_pattern(trigger, ObjectSource(bucket="b", prefix=prefix))
    assert pattern["detail"] == {"bucket": {"name": ["b"]}, "object": {"key": key}}
    assert pattern["detail-type"] == ["Object Created", "Object Deleted", "Object Restore Completed"]


def test_pattern_takes_every_key_when_neither_end_is_given() -> None:
    trigger = ObjectTrigger.model_validate({"events": ["created"]})
    assert object_pattern(trigger, ObjectSource(bucket="b"))["detail"] == {"bucket": {"name": ["b"]}}


def test_role_may_only_log_and_read_its_variables_when_nothing_else_is_asked() -> None:
    found = of("dev-a-plain")
    assert found.keys() == {"WriteLogs", "DecryptVariables"}
    assert found["WriteLogs"]["Resource"] == [SCOPE.arn("logs", "log-group:/aws/lambda/dev-a-plain:*")]
    assert found["DecryptVariables"] == allow(
        "DecryptVariables",
        ["kms:Decrypt"],
        KEYS.variables,
        StringEquals={"kms:ViaService": f"lambda.{REGION}.amazonaws.com"},
    )


def test_role_attaches_to_its_own_subnets_and_groups_when_in_the_vpc() -> None:
    found = of("dev-a-plain", vpc=True)
    assert found.keys() == {
        "WriteLogs",
        "DecryptVariables",
        "AttachToVpc",
        "SeeVpc",
        "KeepCodeFromNetworkInterfaces",
    }
    assert found["AttachToVpc"]["Resource"] == [
        SCOPE.arn("ec2", part)
        for part in ("network-interface/*", "subnet/subnet-a", "subnet/subnet-b", "security-group/sg-functions")
    ]


def test_code_may_not_touch_network_interfaces_when_lambda_may() -> None:
    found = of("dev-a-plain", vpc=True)
    denied = found["KeepCodeFromNetworkInterfaces"]
    assert denied["Effect"] == "Deny"
    assert denied["Action"] == found["AttachToVpc"]["Action"]
    assert denied["Condition"] == {"ArnLike": {"lambda:SourceFunctionArn": function_arn(SCOPE, "dev-a-plain")}}


def test_role_sends_traces_when_traced() -> None:
    assert of("dev-a-plain", tracing=True).keys() == {"WriteLogs", "DecryptVariables", "SendTraces"}


def test_role_sends_to_its_dead_letters_when_it_has_some() -> None:
    found = of("dev-a-plain", dead_letter="APIProcessingDLQ")
    assert found.keys() == {"WriteLogs", "DecryptVariables", "SendDeadLetters", "UseQueueKey"}
    assert found["SendDeadLetters"]["Action"] == ["sqs:SendMessage"]
    assert found["SendDeadLetters"]["Resource"] == QUEUES["APIProcessingDLQ"]
    assert found["UseQueueKey"]["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert found["UseQueueKey"]["Resource"] == KEYS.messaging


def test_role_takes_from_exactly_its_queues_when_they_call() -> None:
    found = of("dev-a-plain", triggers={"queues": {"OrderProcessing": {}}})
    assert found.keys() == {"WriteLogs", "DecryptVariables", "TakeBatches", "UseQueueKey"}
    assert found["TakeBatches"]["Action"] == ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
    assert found["TakeBatches"]["Resource"] == [QUEUES["OrderProcessing"]]
    assert found["UseQueueKey"]["Action"] == ["kms:Decrypt"]


def test_role_reads_exactly_its_streams_when_they_call() -> None:
    found = of("dev-a-plain", triggers={"streams": {"user-table": {}}})
    assert found.keys() == {"WriteLogs", "DecryptVariables", "ReadStreams", "ListStreams", "DecryptStreams"}
    assert found["ReadStreams"]["Resource"] == [STREAM_ARN]
    assert found["ListStreams"]["Resource"] == [f"{TABLE_ARN}/stream/*"]
    assert found["DecryptStreams"]["Resource"] == KEYS.tables


def test_role_may_what_is_given_and_no_more_when_there_are_statements() -> None:
    given = allow("UseTable", ["dynamodb:GetItem"], TABLE_ARN)
    found = {statement["Sid"]: statement for statement in function_statements("a", function_args(clause()))}
    more = function_statements("a", function_args(clause(), statements=[given]))
    assert [statement for statement in more if statement["Sid"] not in found] == [given]


@pytest.fixture
def event_loop() -> Iterator[None]:
    """Outputs want one, and another test of the same worker may have taken it away."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    loop.close()


@pytest.mark.usefixtures("event_loop")
@pytest.mark.parametrize("function", [API_PROCESSING, DATA_PROCESSING, EVENT_PROCESSOR])
def test_no_statement_is_wider_than_aws_makes_it_when_everything_is_on(function: Any) -> None:
    for statement in function_statements("dev-a-x", function_args(function)):
        assert not [action for action in statement["Action"] if "*" in action]
        if statement["Resource"] == "*":
            assert set(statement["Action"]) <= UNSCOPED_ACTIONS.keys()


def test_everything_missing_is_named_at_once_when_the_wiring_is_incomplete() -> None:
    function = clause(
        vpc=True,
        dead_letter="APIProcessingDLQ",
        triggers={
            "queues": {"OrderProcessing": {}},
            "streams": {"user-table": {}},
            "objects": {"data-bucket": {"events": ["created"]}},
        },
    )
    keys = FunctionKeys(logs="l", variables="v", messaging="m")
    with pytest.raises(ValueError, match="function dev-a-x lacks") as refused:
        record_function("dev-a-x", function, queue_arns={}, streams={}, objects={}, network=None, keys=keys)
    assert str(refused.value) == (
        "function dev-a-x lacks queue_arns['OrderProcessing']; queue_arns['APIProcessingDLQ']; "
        "streams['user-table']; objects['data-bucket']; keys.tables, for its streams; network, as its clause says vpc"
    )


def test_name_is_refused_when_aws_would_not_take_it() -> None:
    with pytest.raises(ValueError, match=r"has 65 characters, 64 fit; shorten its name in the contract"):
        record_function("x" * 65, clause())


def test_name_is_refused_when_its_rule_would_be_too_long() -> None:
    function = clause(triggers={"objects": {"data-bucket": {"events": ["created"]}}})
    with pytest.raises(ValueError, match=r"the name x+-data-bucket has 66 characters"):
        record_function("x" * 54, function)


def test_statements_are_refused_when_two_have_one_sid() -> None:
    twice = allow("WriteLogs", ["logs:PutLogEvents"], "arn:aws:logs:us-east-1:111122223333:log-group:x")
    with pytest.raises(ValueError, match="function dev-a-x: statements share the Sid WriteLogs"):
        record_function("dev-a-x", clause(), statements=[twice])


def test_concurrency_is_refused_when_more_is_warm_than_may_run() -> None:
    with pytest.raises(ValueError, match="provisioned_concurrency 5 is above reserved_concurrency 2"):
        record_function("dev-a-x", clause(provisioned_concurrency=5, reserved_concurrency=2))


def test_every_child_uses_the_explicit_provider_when_given() -> None:
    def build() -> None:
        options = pulumi.ResourceOptions(providers=[Provider("explicit", region=REGION)])
        for name, function in (("dev-a-api", API_PROCESSING), ("dev-a-data", DATA_PROCESSING)):
            Function(name, args=function_args(function), opts=options)

    for node in record_component(build).graph:
        if node.package == "aws" and not node.is_provider:
            assert (node.provider or "").endswith("::explicit"), node


def test_callers_are_told_the_alias_only_when_there_is_one() -> None:
    made: dict[str, Function] = {}

    def build() -> None:
        made["warm"] = Function("dev-a-warm", args=function_args(clause(provisioned_concurrency=1)))
        made["cold"] = Function("dev-a-cold", args=function_args(clause()))

    record_component(build)
    assert (made["warm"].qualifier, made["cold"].qualifier) == ("live", None)
