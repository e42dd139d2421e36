"""One stack at work, as a command of its own: its talk goes to a file, and is shown when it fails."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from console.exits import Exit

LAST_LINES: Final = 15


class CommandWork:
    """A child process that deploys or destroys one stack, and ends with an exit status of `atoll`.

    It leads a process group of its own, so that Ctrl-C reaches it once, from here, and not from the terminal too: the
    engine takes a second one as an order to stop at once.
    """

    def __init__(self, command: Sequence[str], log: Path, cwd: Path, env: Mapping[str, str] | None = None) -> None:
        """Start it; `log` is written anew, and the environment is this process's own if left out."""
        self.log = log
        with log.open("wb") as file:
            self._process = subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def poll(self) -> Exit | None:
        """How it ended; a command that a signal ended has failed."""
        status = self._process.poll()
        if status is None:
            return None
        return next((one for one in Exit if one.value == status), Exit.FAILED)

    def interrupt(self) -> None:
        """Send its group one SIGINT."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGINT)

    def last_lines(self) -> Sequence[str]:
        """What it says of errors, or the end of its talk; and where all of it is."""
        lines = [line for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
        # The engine tells each error at last in lines of its own, among the progress once more.
        errors = [line for line in lines if line.lstrip().startswith("error:")]
        return [*(errors or lines)[-LAST_LINES:], f"all of it: {self.log}"]


@contextlib.contextmanager
def counted_interruptions() -> Generator[Callable[[], int]]:
    """Count SIGINT and SIGTERM instead of being ended by them; a process ended in the middle leaves its children."""
    heard = 0

    def hear(*_: Any) -> None:
        nonlocal heard
        heard += 1

    before = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: heard
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
