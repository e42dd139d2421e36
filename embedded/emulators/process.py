"""Emulators as processes: started once, found again after a gateway restart, ended by their own id.

Every emulator writes ``<home>/emulators/<name>.json`` when it listens. It stops by itself when the gateway has not
touched ``<home>/heartbeat`` for `ORPHANED_AFTER` seconds (or the file is gone), so that nothing outlives its cloud.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

NOT_IMPLEMENTED = "x-atoll-not-implemented"  # header of an answer that says: this emulator does not know the call
ORPHANED_AFTER = 300.0  # seconds without a heartbeat
_READY_WITHIN = 60.0
# Forks, tells the child's id and ends, so that the child is adopted by init.
_LAUNCHER = """
import os, sys
child = os.fork()
if child:
    print(child)
else:
    log = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.execv(sys.argv[2], sys.argv[2:])
"""

GENERATION = "generation"
"""File in the home that names the present life of the emulators' memory."""


class EmulatorError(RuntimeError):
    """An emulator that did not come up."""


@dataclass(frozen=True)
class Running:
    """A live emulator: `born` is the start time of the process, so that a recycled pid is never mistaken for it."""

    name: str
    pid: int
    port: int
    version: str
    born: float

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def alive(self) -> bool:
        """Whether that very process still runs and listens."""
        return is_process(self.pid, self.born) and _listens(self.port)


def is_process(pid: int, born: float) -> bool:
    """Whether the process `pid` that started at `born` still runs (a zombie does not)."""
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - born) < 1.0 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def launch(command: list[str], log: Path, environment: Mapping[str, str] | None = None) -> tuple[int, float]:
    """Start a process that belongs to nobody: it outlives the caller and never becomes its zombie.

    Output is appended to `log`. Answers the process id and its start time (0 when it is gone already).
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    launched = subprocess.run(
        [sys.executable, "-S", "-c", _LAUNCHER, str(log), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env=environment,
        start_new_session=True,
        check=True,
    )
    pid = int(launched.stdout)
    try:
        return pid, psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return pid, 0.0


def found(home: Path, name: str) -> Running | None:
    """The emulator of `home` if it is up."""
    record = _record(home, name)
    with contextlib.suppress(OSError, ValueError, TypeError):
        running = Running(**json.loads(record.read_text()))
        return running if running.alive else None
    return None


def start(home: Path, name: str, gateway: str = "") -> Running:
    """The emulator of `home`, started when it is not up yet. Blocks until it listens; it is told the gateway's URL.

    Raises `EmulatorError` with the end of its log.
    """
    running = found(home, name)
    if running:
        return running
    _record(home, name).unlink(missing_ok=True)
    log = home / "logs" / f"{name}.log"
    module = {"moto": "embedded.emulators.moto_server", "ministack": "embedded.emulators.ministack"}[name]
    pid, born = launch([sys.executable, "-m", module, str(home), gateway], log)
    deadline = time.monotonic() + _READY_WITHIN
    while time.monotonic() < deadline:
        running = found(home, name)
        if running:
            return running
        if not is_process(pid, born):
            break
        time.sleep(0.05)
    end(pid, born)
    raise EmulatorError(f"{name} did not come up within {_READY_WITHIN:.0f} s. The end of {log}:\n{tail(log)}")


def stop(home: Path, name: str) -> None:
    """End the emulator of `home`, if it runs."""
    running = found(home, name)
    if running:
        end(running.pid, running.born)
    _record(home, name).unlink(missing_ok=True)


def end(pid: int, born: float, patience: float = 5.0) -> None:
    """End one process: asked first, killed after `patience` seconds. A pid that was recycled is left alone."""
    if not is_process(pid, born):
        return
    process = psutil.Process(pid)
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(patience)
        except psutil.TimeoutExpired:
            process.kill()
            with contextlib.suppress(psutil.TimeoutExpired):
                process.wait(patience)


def announce(home: Path, name: str, port: int, version: str) -> None:
    """Called by the emulator itself once it listens."""
    record = _record(home, name)
    record.parent.mkdir(parents=True, exist_ok=True)
    running = Running(name, os.getpid(), port, version, psutil.Process().create_time())
    draft = record.with_suffix(".tmp")
    draft.write_text(json.dumps(asdict(running)))
    draft.replace(record)


def leave_with(home: Path) -> None:
    """Called by the emulator itself: a watch thread ends this process when the heartbeat of `home` stops."""
    threading.Thread(target=_watch, args=(home / "heartbeat",), daemon=True, name="heartbeat").start()


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log file."""
    if not log.exists():
        return "(no log was written)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def _watch(heartbeat: Path) -> None:
    started = time.time()
    while True:
        time.sleep(5)
        try:
            last = heartbeat.stat().st_mtime
        except OSError:
            last = started if heartbeat.parent.exists() else 0.0
        if time.time() - max(last, started if last else 0.0) > ORPHANED_AFTER:
            os._exit(0)


def _record(home: Path, name: str) -> Path:
    return home / "emulators" / f"{name}.json"


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0
