"""The plug-in process: it answers on loopback, leaves with the engine, and takes Terraform with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import grpc
import psutil
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from embedded.aws_plugin.install import install
from embedded.aws_plugin.mapping.store import MapStore
from embedded.aws_plugin.state import outputs
from embedded.aws_plugin.terraform import State
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


@contextmanager
def plug_ins(folder: Path) -> Generator[Callable[[], Running]]:
    """Starts configured plug-in processes that never call anything, and ends them."""
    executable = install(folder / "home", cache_dir()).executable
    started: list[subprocess.Popen[bytes]] = []

    def starter() -> Running:
        env = {**os.environ, "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ACCESS_KEY_ID": "test"}
        env["AWS_SECRET_ACCESS_KEY"] = "test"
        process = subprocess.Popen(
            [executable, "127.0.0.1:1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, cwd=folder
        )
        started.append(process)
        assert process.stdout is not None
        port = int(process.stdout.readline())
        stub = provider_pb2_grpc.ResourceProviderStub(grpc.insecure_channel(f"127.0.0.1:{port}"))
        configuration = {"region": "us-east-1", "skipRequestingAccountId": "true"}
        stub.Configure(provider_pb2.ConfigureRequest(args=encode({**configuration}), acceptSecrets=True))
        return Running(process, stub)

    try:
        yield starter
    finally:
        for process in started:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Running]]:
    """Starts processes of this test's own: to be ended, or to be looked at before anybody asked them."""
    with plug_ins(tmp_path) as starter:
        yield starter


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One process for every test that only asks: each would start a Terraform of its own."""
    with plug_ins(tmp_path_factory.mktemp("plug-in")) as starter:
        yield starter()


def gone(processes: list[psutil.Process]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in processes):
            return True
        time.sleep(0.05)
    return False


def test_process_tells_its_version_before_any_terraform_runs(start: Callable[[], Running]) -> None:
    running = start()
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


def test_failures_name_the_property_as_the_program_does(running: Running) -> None:
    failures = running.check(QUEUE, visibilityTimeoutSeconds=999999).failures
    assert [failure.property for failure in failures] == ["visibilityTimeoutSeconds"]
    subnet = running.check("urn:pulumi:s::p::aws:ec2/subnet:Subnet::s", cidrBlock="10.0.0.0/24").failures
    assert [(failure.property, failure.reason) for failure in subnet] == [("vpcId", "Missing required argument vpcId")]
    odd = running.check(QUEUE, delaySeconds="many").failures
    assert [(failure.property, failure.reason) for failure in odd] == [
        ("delaySeconds", "expected a number, got a string")
    ]


def test_type_of_a_later_provider_is_refused_by_name(running: Running) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        running.check("urn:pulumi:s::p::aws:lambda/resourcePolicy:ResourcePolicy::x")
    said = str(caught.value)
    assert "aws:lambda/resourcePolicy:ResourcePolicy does not exist in terraform-provider-aws" in said
    assert "Traceback" not in said


def test_planned_resource_has_unknowns_and_secrets(running: Running) -> None:
    inputs = decode(running.check(QUEUE, tags={"owner": Secret("hunter2")}).inputs)
    made = running.stub.Create(provider_pb2.CreateRequest(urn=QUEUE, properties=encode(inputs), preview=True))
    planned = decode(made.properties)
    assert repr(planned["arn"]) == "<unknown>"
    assert planned["tags"] == {"owner": Secret("hunter2")}
    assert planned["tagsAll"] == {"owner": Secret("hunter2")}


STREAM = "urn:pulumi:s::p::aws:cloudwatch/logStream:LogStream::stream"
GROUP = "urn:pulumi:s::p::aws:iam/group:Group::group"
STREAM_STATE = {"id": "s", "name": "s", "log_group_name": "g", "arn": "arn:aws:logs:us-east-1:1:x"}
GROUP_STATE = {"id": "g", "name": "g", "path": "/", "arn": "arn:aws:iam::1:group/g", "unique_id": "AG"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> MapStore:
    return MapStore(install(tmp_path_factory.mktemp("home"), cache_dir()).bundle.map, "")


def recorded_outputs(store: MapStore, token: str, state: dict[str, Any], inputs: dict[str, Any]) -> dict[str, Any]:
    """What an earlier deployment would have left in Pulumi's state."""
    return outputs(store.resource(token), State(state), inputs, "us-east-1")


def diff(running: Running, urn: str, olds: dict[str, Any], news: dict[str, Any], ignore: tuple[str, ...] = ()) -> Any:
    request = provider_pb2.DiffRequest(urn=urn, olds=encode(olds), news=encode(news), ignoreChanges=ignore)
    return running.stub.Diff(request)


def test_diff_is_empty_or_an_update_or_a_replacement_as_the_provider_plans(running: Running, store: MapStore) -> None:
    group = recorded_outputs(store, "aws:iam/group:Group", GROUP_STATE, {})
    nothing = diff(running, GROUP, group, {"name": "g"})
    assert (nothing.changes, list(nothing.diffs)) == (provider_pb2.DiffResponse.DIFF_NONE, [])

    update = diff(running, GROUP, group, {"name": "g", "path": "/team/"})
    assert (list(update.diffs), list(update.replaces)) == (["path"], [])
    assert update.detailedDiff["path"].kind == provider_pb2.PropertyDiff.UPDATE
    ignored = diff(running, GROUP, group, {"name": "g", "path": "/team/"}, ("path",))
    assert ignored.changes == provider_pb2.DiffResponse.DIFF_NONE

    stream = recorded_outputs(store, "aws:cloudwatch/logStream:LogStream", STREAM_STATE, {"name": "s"})
    replacement = diff(running, STREAM, stream, {"name": "s", "logGroupName": "other", "__defaults": []})
    assert list(replacement.replaces) == ["logGroupName"]
    assert replacement.detailedDiff["logGroupName"].kind == provider_pb2.PropertyDiff.UPDATE_REPLACE
    assert replacement.deleteBeforeReplace, "both would have the name that the program gave"
    kept = diff(running, STREAM, stream, {"name": "s", "logGroupName": "other", "__defaults": ["name"]})
    assert not kept.deleteBeforeReplace


def test_another_region_replaces(running: Running, store: MapStore) -> None:
    inputs = {"name": "s", "logGroupName": "g"}
    stream = recorded_outputs(store, "aws:cloudwatch/logStream:LogStream", STREAM_STATE, inputs)
    moved = diff(running, STREAM, stream, {**inputs, "region": "eu-west-1"})
    assert list(moved.replaces) == ["region"]


def test_update_of_what_another_plug_in_made_says_how_to_go_on(running: Running) -> None:
    request = provider_pb2.UpdateRequest(urn=GROUP, id="g", olds=encode({"name": "g"}), news=encode({"name": "g"}))
    with pytest.raises(grpc.RpcError, match="pulumi refresh --target"):
        running.stub.Update(request)


def test_unreachable_cloud_is_an_error_that_names_the_resource_and_no_secret(running: Running) -> None:
    inputs = {"name": "g", "path": "/", "nothing": Secret("hunter2")}
    with pytest.raises(grpc.RpcError) as caught:
        running.stub.Create(provider_pb2.CreateRequest(urn=GROUP, properties=encode(inputs)))
    said = str(caught.value)
    assert "aws:iam/group:Group 'group'" in said
    assert "CreateGroup" in said
    assert "hunter2" not in said
    assert "Traceback" not in said


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
    code = (
        "import sys; from embedded.aws_plugin.light import skip_grpc_extras, skip_pulumi_sdk\n"
        "skip_grpc_extras(); skip_pulumi_sdk()\n"
        "import embedded.aws_plugin.server\n"
        "heavy = {'pulumi_aws', 'pulumi.resource', 'pkg_resources', 'grpc.aio._call'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
