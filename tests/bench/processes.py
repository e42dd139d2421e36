"""Run a program and say how long it took and how much memory its process tree held."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_MEBI = 1 << 20
_SAMPLE_SECONDS = 0.1


class BenchmarkError(RuntimeError):
    """Something could not be measured; the message says what, and what the program said."""


@dataclass(frozen=True, slots=True)
class Run:
    """One finished run: wall-clock seconds, the largest memory seen (MiB), what it printed, and its work in seconds."""

    seconds: float
    peak_mib: float
    output: str
    cpu_seconds: float = 0.0
    """Of all processors, user and system: what others do on the machine hardly shows in it."""


def keeping_bytecode() -> dict[str, str]:
    """This environment for a Python program that may keep its bytecode, as on a user's machine."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def tree_mib(pid: int) -> float:
    """Resident memory of a process and everything below it in MiB; 0 when it is gone."""
    total = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                total += one.memory_info().rss
    return total / _MEBI


def end_tree(pid: int) -> None:
    """Kill a process and everything below it, by their ids."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for one in (*process.children(recursive=True), process):
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    limit: float = 1200,
    codes: frozenset[int] = frozenset({0}),
) -> Run:
    """Run to the end; `codes` are those that are no failure.

    Raises:
        BenchmarkError: it failed, or took longer than `limit` seconds and was killed with all its children.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun, worked = time.perf_counter(), _work_of_children()
        process = subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        peak = _Peak(process.pid)
        try:
            code = process.wait(limit)
            seconds = time.perf_counter() - begun
            cpu = _work_of_children() - worked
        except subprocess.TimeoutExpired:
            raise BenchmarkError(f"{_shown(command)} took more than {limit:.0f} s and was ended") from None
        finally:
            if process.poll() is None:  # Ctrl-C included
                end_tree(process.pid)
                process.wait()
            peak.stop()
        out.seek(0)
        err.seek(0)
        output = out.read().decode(errors="replace")
        if code not in codes:
            said = (err.read().decode(errors="replace") + output).strip()
            raise BenchmarkError(f"{_shown(command)} ended with {code}:\n{said[-3000:]}")
    return Run(seconds, peak.mib, output, cpu)


def _work_of_children() -> float:
    """CPU seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _shown(command: Sequence[str]) -> str:
    return " ".join([Path(command[0]).name, *command[1:4]])


class _Peak:
    """Looks at a process tree every now and then."""

    def __init__(self, pid: int) -> None:
        self.mib = 0.0
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.wait(_SAMPLE_SECONDS):
            self.mib = max(self.mib, tree_mib(self._pid))

    def stop(self) -> None:
        self._over.set()
        self._thread.join()
