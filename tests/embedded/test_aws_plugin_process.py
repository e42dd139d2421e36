"""The plug-in process: it answers on loopback, leaves with the engine, and takes Terraform with it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import psutil
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from embedded.aws_plugin.install import install
from embedded.aws_plugin.values import Secret
from embedded.aws_plugin.wire import decode, encode
from embedded.home import cache_dir

pytestmark = pytest.mark.embedded

QUEUE = "urn:pulumi:s::p::aws:sqs/queue:Queue::queue"
PATIENCE = 60.0  # seconds; only a broken process takes as long


@dataclass
class Running:
    process: subprocess.Popen[bytes]
    stub: Any

    def check(self, urn: str, **inputs: Any) -> Any:
        return self.stub.Check(provider_pb2.CheckRequest(urn=urn, news=encode(inputs), randomSeed=b"s"))

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Running]]:
    """Starts configured plug-in processes that never call anything."""
    executable = install(tmp_path / "home", cache_dir()).executable
    started: list[subprocess.Popen[bytes]] = []

    def starter() -> Running:
        env = {**os.environ, "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ACCESS_KEY_ID": "test"}
        env["AWS_SECRET_ACCESS_KEY"] = "test"
        process = subprocess.Popen(
            [executable, "127.0.0.1:1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, cwd=tmp_path
        )
        started.append(process)
        assert process.stdout is not None
        port = int(process.stdout.readline())
        stub = provider_pb2_grpc.ResourceProviderStub(grpc.insecure_channel(f"127.0.0.1:{port}"))
        configuration = {"region": "us-east-1", "skipRequestingAccountId": "true"}
        stub.Configure(provider_pb2.ConfigureRequest(args=encode({**configuration}), acceptSecrets=True))
        return Running(process, stub)

    yield starter
    for process in started:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()


def gone(processes: list[psutil.Process]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in processes):
            return True
        time.sleep(0.05)
    return False


def test_process_tells_its_version_before_any_terraform_runs(start: Callable[[], Running]) -> None:
    running = start()
    from importlib.metadata import version

    assert running.stub.GetPluginInfo(empty_pb2.Empty()).version == version("pulumi-aws")
    assert running.children() == []


def test_checked_inputs_keep_their_secrets_and_get_a_name(start: Callable[[], Running]) -> None:
    running = start()
    checked = running.check(QUEUE, kmsMasterKeyId=Secret("alias/k"), fifoQueue=True)
    assert not checked.failures
    inputs = decode(checked.inputs)
    assert inputs["kmsMasterKeyId"] == Secret("alias/k")
    assert str(inputs["name"]).startswith("queue-")
    assert str(inputs["name"]).endswith(".fifo")
    assert len(running.children()) == 1


def test_failures_name_the_property_as_the_program_does(start: Callable[[], Running]) -> None:
    running = start()
    failures = running.check(QUEUE, visibilityTimeoutSeconds=999999).failures
    assert [failure.property for failure in failures] == ["visibilityTimeoutSeconds"]
    subnet = running.check("urn:pulumi:s::p::aws:ec2/subnet:Subnet::s", cidrBlock="10.0.0.0/24").failures
    assert [(failure.property, failure.reason) for failure in subnet] == [("vpcId", "Missing required argument vpcId")]
    odd = running.check(QUEUE, delaySeconds="many").failures
    assert [(failure.property, failure.reason) for failure in odd] == [
        ("delaySeconds", "expected a number, got a string")
    ]


def test_type_of_a_later_provider_is_refused_by_name(start: Callable[[], Running]) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        start().check("urn:pulumi:s::p::aws:lambda/resourcePolicy:ResourcePolicy::x")
    said = str(caught.value)
    assert "aws:lambda/resourcePolicy:ResourcePolicy does not exist in terraform-provider-aws" in said
    assert "Traceback" not in said


def test_planned_resource_has_unknowns_and_secrets(start: Callable[[], Running]) -> None:
    running = start()
    inputs = decode(running.check(QUEUE, tags={"owner": Secret("hunter2")}).inputs)
    made = running.stub.Create(provider_pb2.CreateRequest(urn=QUEUE, properties=encode(inputs), preview=True))
    outputs = decode(made.properties)
    assert repr(outputs["arn"]) == "<unknown>"
    assert outputs["tags"] == {"owner": Secret("hunter2")}
    assert outputs["tagsAll"] == {"owner": Secret("hunter2")}


@pytest.mark.parametrize("how", ["interrupt", "end of input", "kill"])
def test_terraform_ends_when_the_plug_in_does(start: Callable[[], Running], how: str) -> None:
    running = start()
    running.check(QUEUE)
    children = running.children()
    assert children
    if how == "interrupt":
        running.process.send_signal(signal.SIGINT)
    elif how == "kill":
        running.process.kill()
    else:
        assert running.process.stdin is not None
        running.process.stdin.close()
    running.process.wait(PATIENCE)
    assert gone(children)


def test_cancel_is_answered_when_nothing_runs(start: Callable[[], Running]) -> None:
    assert start().stub.Cancel(empty_pb2.Empty()) == empty_pb2.Empty()


def test_plug_in_starts_without_the_sdk() -> None:
    import sys

    code = (
        "import sys; from embedded.aws_plugin.light import skip_grpc_extras, skip_pulumi_sdk\n"
        "skip_grpc_extras(); skip_pulumi_sdk()\n"
        "import embedded.aws_plugin.server\n"
        "heavy = {'pulumi_aws', 'pulumi.resource', 'pkg_resources', 'grpc.aio._call'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
