"""Ctrl-C while the engine works: it ends in its own time, and this command with it."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import threading
from collections.abc import Callable, Generator
from typing import Any

from console.talk import say

_ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextlib.contextmanager
def passed_on(engine: subprocess.Popen[str]) -> Generator[Callable[[], bool]]:
    """Hand each Ctrl-C, SIGTERM and hang-up on to the engine as a SIGINT, and go on waiting for it.

    The engine finishes what it has begun after the first, and writes down what there is; a second one ends it at once.
    A command that ended by itself would leave it at work behind the prompt, with the stack locked. The engine has to
    lead a session of its own, or the terminal would send it a second one.

    Yields:
        Whether there was one: an engine that was stopped may still say that all went well.
    """
    heard = 0

    def hear(*_: Any) -> None:
        nonlocal heard
        heard += 1
        if heard == 1:
            say("Stopping when what is under way is done; once more stops at once, and leaves work for a recovery.")
        with contextlib.suppress(ProcessLookupError):
            engine.send_signal(signal.SIGINT)

    if threading.current_thread() is not threading.main_thread():  # signals are heard in the main thread alone
        yield lambda: False
        return
    before = {number: signal.signal(number, hear) for number in _ENDING}
    try:
        yield lambda: heard > 0
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
