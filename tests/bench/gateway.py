"""What the gateway costs: the same small calls straight to moto and through the gateway."""

from __future__ import annotations

import http.client
import json
import time
from urllib.parse import urlsplit

import psutil

from embedded.session import Session
from tests.bench.figures import Figure, ratios
from tests.bench.processes import BenchmarkError, tree_mib

CALLS = 500
ACCOUNT, REGION, NAME = "222222222222", "us-east-1", "/atoll/bench"


class Ssm:
    """A client that costs next to nothing, so that the servers are what is measured."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)

    def call(self, action: str, **members: object) -> None:
        """One call of the JSON protocol; the emulators read account and region from the scope and check no signature.

        Raises:
            BenchmarkError: the answer is an error.
        """
        scope = f"{ACCOUNT}/20260101/{REGION}/ssm/aws4_request"
        headers = {
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature={'0' * 64}",
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"AmazonSSM.{action}",
        }
        self._connection.request("POST", "/", json.dumps(members), headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise BenchmarkError(f"ssm {action} answered {answer.status}: {body[:500]!r}")

    def rate(self) -> float:
        """Calls a second, one after the other."""
        begun = time.perf_counter()
        for _ in range(CALLS):
            self.call("GetParameter", Name=NAME)
        return CALLS / (time.perf_counter() - begun)

    def close(self) -> None:
        self._connection.close()


def measure(session: Session, rounds: int) -> list[Figure]:
    """Rates in turns, then the memory of the processes."""
    moto = next(emulator for emulator in session.cloud.status().emulators if emulator.name == "moto")
    straight, through = Ssm(moto.url), Ssm(session.cloud.url)
    try:
        for client in (straight, through):  # moto by itself reads accounts in another way
            client.call("PutParameter", Name=NAME, Value="x", Type="String", Overwrite=True)
            client.rate()  # not counted: a fresh emulator imports on its first calls
        pairs = list[tuple[float, float]]()
        work = list[tuple[float, float]]()
        for _ in range(rounds):
            direct_rate = straight.rate()
            before = [_cpu_seconds(pid) for pid in (session.cloud.pid, moto.pid)]
            pairs.append((direct_rate, through.rate()))
            after = [_cpu_seconds(pid) for pid in (session.cloud.pid, moto.pid)]
            ours, theirs = ((end - begin) / CALLS * 1000 for begin, end in zip(before, after, strict=True))
            work.append((ours, theirs))
    finally:
        straight.close()
        through.close()
    direct, routed = ([pair[side] for pair in pairs] for side in (0, 1))
    calls = f"{CALLS} calls of ssm GetParameter, one after the other"
    return [
        Figure(name="moto, directly", unit="calls/s", values=tuple(direct), note=calls),
        Figure(name="moto, through the gateway", unit="calls/s", values=tuple(routed), note=calls),
        ratios("gateway: time a call / directly", direct, routed),
        Figure(name="gateway: CPU a call", unit="ms", values=tuple(ours for ours, _ in work)),
        Figure(name="moto: CPU a call", unit="ms", values=tuple(theirs for _, theirs in work)),
        Figure(name="gateway: memory", unit="MiB", values=(_own_mib(session.cloud.pid),)),
        Figure(name="moto: memory", unit="MiB", values=(tree_mib(moto.pid),)),
    ]


def _own_mib(pid: int) -> float:
    """Of the process alone: the emulators may be its children."""
    return psutil.Process(pid).memory_info().rss / (1 << 20)


def _cpu_seconds(pid: int) -> float:
    """What a process has computed so far, which a busy machine does not change much."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system
