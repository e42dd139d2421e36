"""How soon the stand-in for the aws plug-in answers the engine, and what a region costs it in memory."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import psutil
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from embedded.aws_plugin.install import install
from embedded.aws_plugin.wire import encode
from embedded.home import cache_dir
from tests.bench.figures import Figure
from tests.bench.processes import BenchmarkError, end_tree

REGIONS = ("us-east-1", "us-west-2", "eu-west-1")
_URN = "urn:pulumi:bench::bench::aws:sqs/queue:Queue::queue"
_MEBI = 1 << 20


def measure(rounds: int) -> list[Figure]:
    """Start it some times, then let it start a provider for each of several regions."""
    starts, memory = list[float](), list[float]()
    with tempfile.TemporaryDirectory(prefix="atoll-bench-") as folder:
        executable = install(Path(folder), cache_dir()).executable
        for _ in range(rounds):
            with _running(executable) as (process, _port, seconds):
                starts.append(seconds)
                memory.append(_mib(process.pid))
        with _running(executable) as (process, port, _seconds):
            firsts, providers = _regions(process.pid, port)
    return [
        Figure(name="plug-in: start to port", unit="s", values=tuple(starts)),
        Figure(name="plug-in: memory at start", unit="MiB", values=tuple(memory)),
        Figure(name="plug-in: first check in a region", unit="s", values=firsts, note="starts a provider process"),
        Figure(name="plug-in: memory a region", unit="MiB", values=providers, note="of its provider process"),
    ]


@contextmanager
def _running(executable: Path) -> Iterator[tuple[subprocess.Popen[bytes], int, float]]:
    """A plug-in process, the port it printed, and the seconds until then."""
    env = {
        **os.environ,
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",  # nothing listens: nothing is called
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
    }
    begun = time.perf_counter()
    process = subprocess.Popen([executable, "127.0.0.1:1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
    try:
        line = process.stdout.readline() if process.stdout else b""
        seconds = time.perf_counter() - begun
        if not line.strip().isdigit():
            raise BenchmarkError(f"the plug-in did not start (it said {line!r})")
        yield process, int(line), seconds
    finally:
        end_tree(process.pid)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()


def _regions(pid: int, port: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Seconds of the first check in each region, and the memory of each provider process."""
    seconds = list[float]()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        settings = encode({"region": REGIONS[0], "skipRequestingAccountId": "true"})
        stub.Configure(provider_pb2.ConfigureRequest(args=settings, acceptSecrets=True))
        for region in REGIONS:
            begun = time.perf_counter()
            stub.Check(
                provider_pb2.CheckRequest(urn=_URN, news=encode({"region": region}), randomSeed=b"s"), timeout=120
            )
            seconds.append(time.perf_counter() - begun)
    children = psutil.Process(pid).children(recursive=True)
    memory = tuple(_mib(child.pid) for child in children)
    if len(memory) != len(REGIONS):
        raise BenchmarkError(f"{len(REGIONS)} regions have {len(memory)} provider processes")
    return tuple(seconds), memory


def _mib(pid: int) -> float:
    return psutil.Process(pid).memory_info().rss / _MEBI
