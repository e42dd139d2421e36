"""Container definitions of a Fargate task: pure functions from settings to the JSON that ECS takes.

What an image must bring: it listens on port 8080, answers GET on the service's health path, runs as any user,
has `wget` (BusyBox has), writes only below /tmp, and declares `VOLUME /tmp` with mode 1777 (a Fargate bind mount takes
its permissions from the image).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

SERVICE_PORT = 8080
"""The port of 004's security group matrix: ALB → ECS."""

COLLECTOR_IMAGE = "public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0"
COLLECTOR_MEMORY_MIB = 200
UNPRIVILEGED_USER = "10001:10001"
SCRATCH_VOLUME = "tmp"
STOP_TIMEOUT_SECONDS = 120
"""Longest time between SIGTERM and SIGKILL on Fargate, and the notice that spot capacity gives. A task may end
sooner."""

ContainerDefinition = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class LogTarget:
    """Where a container's standard output goes: one group for all services, a stream prefix for each."""

    group: pulumi.Input[str]
    region: str
    prefix: str


def image_reference(repository_url: pulumi.Input[str], image: str) -> pulumi.Input[str]:
    """Return `image` if it is a full reference, else the tag `image` of the repository.

    A tag has neither `/`, `:` nor `@`; a reference to another registry has at least one of them.
    """
    if any(mark in image for mark in "/:@"):
        return image
    return pulumi.Output.concat(repository_url, ":", image)


def application_container(
    *,
    name: str,
    image: pulumi.Input[str],
    health_path: str,
    environment: Mapping[str, pulumi.Input[str]],
    secrets: Mapping[str, pulumi.Input[str]],
    log: LogTarget,
    traced: bool,
) -> ContainerDefinition:
    """Return the definition of the service's own container.

    Args:
        name: Container name; load balancer and CodeDeploy refer to it.
        image: Full image reference.
        health_path: Path on port 8080 that answers 200 when the process can serve.
        environment: Plain variables. Nothing secret: they are readable in the task definition.
        secrets: Variable name → ARN of a Secrets Manager secret or SSM parameter, read by the execution role at start.
        log: Where standard output goes.
        traced: The collector runs beside it; start after it, so that it also stops before it and its last spans leave.
    """
    return {
        **_hardened(name=name, image=image, log=log),
        "essential": True,
        "portMappings": [
            {"containerPort": SERVICE_PORT, "hostPort": SERVICE_PORT, "protocol": "tcp", "name": "http"},
        ],
        "environment": _pairs("value", {**environment, **(_tracing_variables(name) if traced else {})}),
        "secrets": _pairs("valueFrom", secrets),
        "mountPoints": [{"sourceVolume": SCRATCH_VOLUME, "containerPath": "/tmp", "readOnly": False}],
        "healthCheck": {
            "command": ["CMD-SHELL", f"wget -q -O /dev/null http://127.0.0.1:{SERVICE_PORT}{health_path} || exit 1"],
            "interval": 15,
            "timeout": 5,
            "retries": 3,
            "startPeriod": 30,
        },
        "stopTimeout": STOP_TIMEOUT_SECONDS,
        **({"dependsOn": [{"containerName": COLLECTOR, "condition": "START"}]} if traced else {}),
    }


COLLECTOR = "otel-collector"


def collector_container(*, log: LogTarget) -> ContainerDefinition:
    """Return the ADOT collector sidecar: it takes spans on loopback and forwards them to X-Ray.

    It is not essential: a service goes on serving when its tracing has failed.
    """
    return {
        **_hardened(name=COLLECTOR, image=COLLECTOR_IMAGE, log=log),
        "essential": False,
        "memory": COLLECTOR_MEMORY_MIB,
        "portMappings": [],
        "mountPoints": [],
        "environment": _pairs("value", {"AOT_CONFIG_CONTENT": json.dumps(collector_configuration(), sort_keys=True)}),
        "healthCheck": {
            "command": ["CMD", "/healthcheck"],
            "interval": 15,
            "timeout": 5,
            "retries": 3,
            "startPeriod": 10,
        },
    }


def collector_configuration() -> dict[str, Any]:
    """Return the collector's configuration: OTLP and X-Ray daemon protocol in, X-Ray out (JSON is YAML).

    Every receiver is bound to loopback: containers of a task share it, nothing else reaches it.
    """
    return {
        "extensions": {"health_check": {"endpoint": "127.0.0.1:13133"}},
        "receivers": {
            "otlp": {
                "protocols": {"grpc": {"endpoint": "127.0.0.1:4317"}, "http": {"endpoint": "127.0.0.1:4318"}},
            },
            "awsxray": {"endpoint": "127.0.0.1:2000", "transport": "udp"},
        },
        "processors": {
            "memory_limiter": {"check_interval": "1s", "limit_mib": 150, "spike_limit_mib": 40},
            "resourcedetection": {"detectors": ["env", "ecs"], "timeout": "2s", "override": False},
            "batch": {"timeout": "1s", "send_batch_size": 50},
        },
        "exporters": {"awsxray": {"index_all_attributes": False}},
        "service": {
            "extensions": ["health_check"],
            "telemetry": {"logs": {"level": "warn"}},
            "pipelines": {
                "traces": {
                    "receivers": ["otlp", "awsxray"],
                    "processors": ["memory_limiter", "resourcedetection", "batch"],
                    "exporters": ["awsxray"],
                },
            },
        },
    }


def _hardened(*, name: str, image: pulumi.Input[str], log: LogTarget) -> ContainerDefinition:
    """Return what every container has: no root, no capabilities, read-only files, a reaper, logs that never block."""
    return {
        "name": name,
        "image": image,
        "user": UNPRIVILEGED_USER,
        "readonlyRootFilesystem": True,
        "linuxParameters": {"capabilities": {"add": [], "drop": ["ALL"]}, "initProcessEnabled": True},
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": log.group,
                "awslogs-region": log.region,
                "awslogs-stream-prefix": log.prefix,
                # A slow log endpoint must not stop the service; beyond the buffer, lines are lost instead.
                "mode": "non-blocking",
                "max-buffer-size": "25m",
            },
        },
    }


def _tracing_variables(service: str) -> dict[str, pulumi.Input[str]]:
    return {
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318",
        "OTEL_PROPAGATORS": "xray,tracecontext,baggage",
        "OTEL_SERVICE_NAME": service,
    }


def _pairs(field: str, values: Mapping[str, pulumi.Input[str]]) -> list[dict[str, pulumi.Input[str]]]:
    """Return ECS's list form of a mapping, sorted so that the order of a dict is never a diff."""
    return [{"name": key, field: values[key]} for key in sorted(values)]
