"""The embedded cloud from the outside: start, find, ask, break, heal and stop it.

```python
cloud = Cloud.start(state_dir())
boto3.client("s3", **...)  # with cloud.environment("111122223333", "us-east-1") in the environment
cloud.stop()
```

One cloud per home folder. The gateway and its emulators are processes of their own that outlive the caller.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from contracts.recovery.actions import Store
from embedded.emulators import process
from embedded.emulators.links import set_lags
from embedded.gateway import journal
from embedded.gateway.faults import Fault
from embedded.gateway.journal import Call
from embedded.gateway.routes import Emulator, Profile
from embedded.home import locked
from embedded.kubernetes.cluster import clusters_of
from embedded.kubernetes.life import end as end_control_plane

_READY_WITHIN = 90.0  # seconds, generous: a busy machine imports slowly


class CloudError(RuntimeError):
    """Something the user can act on: what, where, why, and the next command."""


@dataclass(frozen=True)
class EmulatorStatus:
    """One running emulator."""

    name: str
    pid: int
    url: str
    version: str


@dataclass(frozen=True)
class ClusterStatus:
    """One embedded EKS cluster; `state` is ``asleep`` (nobody has asked it), ``preparing``, ``ready`` or ``failed``."""

    name: str
    account: str
    region: str
    endpoint: str
    state: str
    pids: list[int]


@dataclass(frozen=True)
class CloudStatus:
    """What a cloud is doing. `fallback` and `filled` count answers by ``service:Action``: convenience, not proof."""

    url: str
    pid: int
    home: str
    calls: int
    errors: int
    emulators: list[EmulatorStatus] = field(default_factory=list[EmulatorStatus])
    clusters: list[ClusterStatus] = field(default_factory=list[ClusterStatus])
    profiles: list[str] = field(default_factory=list[str])
    by_route: dict[str, int] = field(default_factory=dict[str, int])
    fallback: dict[str, int] = field(default_factory=dict[str, int])
    filled: dict[str, int] = field(default_factory=dict[str, int])
    faults: list[Fault] = field(default_factory=list[Fault])

    @property
    def pids(self) -> tuple[int, ...]:
        """Every process of the cloud, the gateway first."""
        of_clusters = (pid for cluster in self.clusters for pid in cluster.pids)
        return (self.pid, *(emulator.pid for emulator in self.emulators), *of_clusters)

    def as_json(self) -> dict[str, Any]:
        """The status as plain values."""
        return asdict(self) | {"faults": [fault.model_dump(mode="json") for fault in self.faults]}


@dataclass(frozen=True)
class Cloud:
    """A running cloud: made by `start` or found by `running`."""

    home: Path
    port: int
    pid: int
    born: float

    @classmethod
    def start(
        cls, home: Path, *, port: int | None = None, profiles: Iterable[Profile] = (), idle: float | None = None
    ) -> Cloud:
        """The healthy cloud of `home`, started when there is none; two concurrent calls get the same one.

        Without `port`: where this home listened last, else 4566, else any free one; 0 is any free one. `profiles`
        move groups of services to MiniStack (see ``embedded.gateway.routes``). The cloud stops itself after `idle`
        seconds without a call (two hours). Raises `CloudError` when it does not come up or has another port.
        """
        home = home.absolute()
        home.mkdir(parents=True, exist_ok=True)
        with locked(home / "cloud.lock"):
            found = cls.running(home)
            if found:
                if port and port != found.port:
                    raise CloudError(
                        f"The cloud of {home} already listens on port {found.port}, not {port}. "
                        "Stop it first: atoll cloud stop"
                    )
                return found
            return cls._spawn(home, port, frozenset(profiles), idle)

    @classmethod
    def running(cls, home: Path) -> Cloud | None:
        """The cloud of `home` if it is up and healthy."""
        home = home.absolute()
        try:
            record = json.loads((home / "cloud.json").read_text())
            cloud = cls(home, record["port"], record["pid"], record["born"])
        except (OSError, ValueError, KeyError):
            return None
        return cloud if process.is_process(cloud.pid, cloud.born) and cloud._healthy() else None

    @classmethod
    def _spawn(cls, home: Path, port: int | None, profiles: frozenset[Profile], idle: float | None) -> Cloud:
        log = home / "logs" / "gateway.log"
        command = [sys.executable, "-m", "embedded.gateway.daemon", str(home)]
        command += [] if port is None else ["--port", str(port)]
        command += [] if idle is None else ["--idle", str(idle)]
        for profile in sorted(profiles):
            command += ["--profile", profile.value]
        pid, born = process.launch(command, log, _import_path(os.environ))
        deadline = time.monotonic() + _READY_WITHIN
        while time.monotonic() < deadline and process.is_process(pid, born):
            cloud = cls.running(home)
            if cloud and cloud.pid == pid:
                return cloud
            time.sleep(0.05)
        process.end(pid, born)
        raise CloudError(f"The embedded cloud did not come up. The end of {log}:\n{process.tail(log)}")

    @property
    def generation(self) -> str:
        """Names the present life of the emulators' memory: another one each time they begin empty (start, reset)."""
        path = self.home / process.GENERATION
        return path.read_text() if path.is_file() else ""

    @property
    def url(self) -> str:
        """The one endpoint of every service."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self, account: str, region: str) -> dict[str, str]:
        """The standard AWS variables that make any SDK or tool work in `account` and `region` of this cloud."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": "embedded",
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def status(self) -> CloudStatus:
        """What it is doing now."""
        told = self._ask("status")
        return CloudStatus(
            url=self.url,
            pid=told["pid"],
            home=str(self.home),
            calls=told["calls"],
            errors=told["errors"],
            emulators=[EmulatorStatus(**item) for item in told["emulators"]],
            clusters=[ClusterStatus(**item) for item in told["clusters"]],
            profiles=told["profiles"],
            by_route=told["by_route"],
            fallback=told["fallback"],
            filled=told["filled"],
            faults=[Fault.model_validate(item) for item in told["faults"]],
        )

    def journal(self, **selectors: Any) -> list[Call]:
        """Recorded calls, oldest first; selectors as in `embedded.gateway.journal.read`."""
        with contextlib.suppress(CloudError):
            self._ask("flush")
        return journal.read(self.home / "journal.sqlite", **selectors)

    def fail(self, **fault: Any) -> Fault:
        """Start a fault (members of `Fault`); answers it with its id. Raises `CloudError` for nonsense."""
        return Fault.model_validate(self._ask("fail", fault))

    def lose_region(self, region: str) -> Fault:
        """Take a region away: every connection to it is closed without an answer, and nothing is replicated."""
        return self.fail(region=region, refuse=True)

    def lose_zone(self, zone: str) -> Fault:
        """Take an availability zone away: what the emulators hold in it is down. Calls are not addressed to zones."""
        return self.fail(zone=zone)

    def lag(self, *, minute: float | None = None, **seconds: float) -> dict[str, float]:
        """Set how late copies in another region are, by store (database, cache, tables, buckets); answers all.

        `minute` is how many seconds stand for a minute of metrics, so that alarms need not be waited for.
        """
        chosen = set_lags(self.home, {Store(name): value for name, value in seconds.items()}, minute)
        return {store.value: value for store, value in chosen.items()}

    def heal(self, *ids: str) -> tuple[str, ...]:
        """End the named faults, all when none is named; answers the ids that were ended."""
        return tuple(self._ask("heal", {"ids": list(ids)})["healed"])

    def reset(self) -> None:
        """Empty the emulators, the fallback memory, the journal and the map of minted keys; faults stay."""
        self._ask("reset")

    def restart_gateway(self) -> Cloud:
        """End the gateway and start it again in front of the same emulators, on the same port; state survives."""
        record = json.loads((self.home / "cloud.json").read_text())
        profiles = frozenset(Profile(name) for name in record["profiles"])
        with locked(self.home / "cloud.lock"):
            self._leave(keep_emulators=True)
            return self._spawn(self.home, self.port, profiles, record["idle"])

    def stop(self) -> None:
        """End the gateway and its emulators; what only they held is gone."""
        with locked(self.home / "cloud.lock"):
            self._leave(keep_emulators=False)
            for emulator in Emulator:  # the gateway ends them; this is for one that died before it could
                process.stop(self.home, emulator.value)
            for cluster in clusters_of(self.home):
                end_control_plane(cluster.folder(self.home))

    def _leave(self, *, keep_emulators: bool) -> None:
        now = Cloud.running(self.home) or self  # the gateway may have been restarted since this object was made
        with contextlib.suppress(CloudError):
            now._ask("stop", {"keep_emulators": keep_emulators})
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and process.is_process(now.pid, now.born):
            time.sleep(0.05)
        process.end(now.pid, now.born)

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_atoll/health", timeout=5) as answer:
                return json.load(answer).get("home") == str(self.home)
        except (OSError, ValueError):
            return False

    def _ask(self, call: str, told: dict[str, Any] | None = None) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self.url}/_atoll/{call}",
            data=json.dumps(told or {}).encode(),
            headers={"x-atoll-token": (self.home / "token").read_text()},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            raise CloudError(json.load(refused).get("error", str(refused))) from None
        except OSError as gone:
            raise CloudError(f"The cloud at {self.url} does not answer ({gone}). Start it: atoll cloud start") from gone


def _import_path(environment: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment with this package importable, without what would redirect the emulators' own calls."""
    root = str(Path(__file__).resolve().parent.parent)
    kept = {name: value for name, value in environment.items() if not name.startswith("AWS_")}
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, (root, environment.get("PYTHONPATH"))))}
