from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.cluster.containers import (
    COLLECTOR,
    LogTarget,
    application_container,
    collector_configuration,
    collector_container,
    image_reference,
)

LOG = LogTarget(group="/aws/ecs/app-service-test", region="us-east-1", prefix="user")


def application(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": "user",
        "image": "repository:1.4.0",
        "health_path": "/health",
        "environment": {"B": "2", "A": "1"},
        "secrets": {"DATABASE": "arn:secret"},
        "log": LOG,
        "traced": False,
    }
    return application_container(**(values | changes))


@pytest.mark.parametrize("container", [application(), collector_container(log=LOG)], ids=["service", "collector"])
def test_container_has_no_privileges_when_it_runs(container: dict[str, Any]) -> None:
    assert container["user"] == "10001:10001"
    assert container["readonlyRootFilesystem"] is True
    assert container["linuxParameters"] == {"capabilities": {"add": [], "drop": ["ALL"]}, "initProcessEnabled": True}


@pytest.mark.parametrize("container", [application(), collector_container(log=LOG)], ids=["service", "collector"])
def test_logs_never_block_when_a_container_writes(container: dict[str, Any]) -> None:
    assert container["logConfiguration"] == {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": "/aws/ecs/app-service-test",
            "awslogs-region": "us-east-1",
            "awslogs-stream-prefix": "user",
            "mode": "non-blocking",
            "max-buffer-size": "25m",
        },
    }


def test_service_listens_on_8080_and_is_checked_there_when_it_runs() -> None:
    container = application(health_path="/ready")

    assert container["essential"] is True
    assert container["portMappings"] == [{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp", "name": "http"}]
    assert container["healthCheck"]["command"] == [
        "CMD-SHELL",
        "wget -q -O /dev/null http://127.0.0.1:8080/ready || exit 1",
    ]
    assert container["mountPoints"] == [{"sourceVolume": "tmp", "containerPath": "/tmp", "readOnly": False}]


def test_variables_are_sorted_and_secrets_are_references_when_given() -> None:
    container = application()

    assert container["environment"] == [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]
    assert container["secrets"] == [{"name": "DATABASE", "valueFrom": "arn:secret"}]


@given(st.dictionaries(st.from_regex(r"[A-Z_]{1,8}", fullmatch=True), st.text(max_size=8), max_size=8), st.randoms())
def test_definition_is_the_same_when_variables_come_in_another_order(values: dict[str, str], random: Any) -> None:
    shuffled = list(values.items())
    random.shuffle(shuffled)

    assert application(environment=values) == application(environment=dict(shuffled))


def test_service_sends_spans_to_its_collector_when_traced() -> None:
    plain, traced = application(), application(traced=True)

    added = {pair["name"]: pair["value"] for pair in traced["environment"] if pair not in plain["environment"]}
    assert added == {
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318",
        "OTEL_PROPAGATORS": "xray,tracecontext,baggage",
        "OTEL_SERVICE_NAME": "user",
    }
    assert traced["dependsOn"] == [{"containerName": COLLECTOR, "condition": "START"}]
    assert "dependsOn" not in plain


def test_collector_forwards_to_xray_and_is_not_essential_when_it_runs() -> None:
    container = collector_container(log=LOG)

    [variable] = container["environment"]
    assert variable["name"] == "AOT_CONFIG_CONTENT"
    pipeline = json.loads(variable["value"])["service"]["pipelines"]["traces"]
    assert (pipeline["receivers"], pipeline["exporters"]) == (["otlp", "awsxray"], ["awsxray"])
    assert container["essential"] is False
    assert container["image"].startswith("public.ecr.aws/aws-observability/aws-otel-collector:v")


def test_every_component_of_a_pipeline_is_configured_when_the_collector_starts() -> None:
    configuration = collector_configuration()

    for pipeline in configuration["service"]["pipelines"].values():
        for kind in ("receivers", "processors", "exporters"):
            assert set(pipeline[kind]) <= set(configuration[kind])
    assert set(configuration["service"]["extensions"]) == set(configuration["extensions"])


def test_collector_hears_loopback_only_when_it_listens() -> None:
    receivers = collector_configuration()["receivers"]

    endpoints = [
        *(protocol["endpoint"] for protocol in receivers["otlp"]["protocols"].values()),
        receivers["awsxray"]["endpoint"],
    ]
    assert endpoints == ["127.0.0.1:4317", "127.0.0.1:4318", "127.0.0.1:2000"]


@pytest.mark.parametrize(
    "image", ["public.ecr.aws/nginx/nginx:1.29", "busybox:1.37", "app@sha256:0123456789abcdef", "ghcr.io/atoll/user"]
)
def test_image_is_taken_as_it_is_when_it_is_a_reference(image: str) -> None:
    assert image_reference("repository", image) == image
