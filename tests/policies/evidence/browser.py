"""Chromium without a window, asked over a pipe by its DevTools protocol: no socket, and nothing to install."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

COMMAND = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""The browser of this machine; None where there is none."""
READS, WRITES = 3, 4
"""File descriptors that `--remote-debugging-pipe` reads from and writes to."""


class Browser:
    """One page. Errors of its scripts are kept in `errors`."""

    def __init__(self, profile: Path) -> None:
        assert COMMAND is not None
        theirs, self._to = os.pipe()
        self._from, back = os.pipe()
        flags = f"--headless=new --no-sandbox --disable-gpu --remote-debugging-pipe --user-data-dir={profile}".split()
        # The shell moves both ends to where the browser looks for them.
        script = f'exec "$@" {READS}<&{theirs} {WRITES}>&{back}'
        self._process = subprocess.Popen(
            ["bash", "-c", script, "bash", COMMAND, *flags, "about:blank"],
            pass_fds=(theirs, back),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs)
        os.close(back)
        self.errors: list[str] = []
        self._loaded = False
        self._received = b""
        self._calls = 0
        self._session: dict[str, str] = {}
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = {"sessionId": self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]}
        for domain in ("Page", "Runtime", "Log"):
            self._call(f"{domain}.enable")

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._session = {}
        with suppress(OSError, EOFError):  # it may be gone before it has answered
            self._call("Browser.close")
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._to)
        os.close(self._from)

    def open(self, file: Path, scheme: str) -> None:
        """Load a page as for somebody whose system is `light` or `dark`."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._call("Emulation.setEmulatedMedia", features=features)
        self._loaded = False
        self._call("Page.navigate", url=file.as_uri())
        while not self._loaded:
            self._take()

    def js(self, expression: str) -> Any:
        """The value of an expression in the page, awaited."""
        done = self._call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._calls += 1
        asked = {"id": self._calls, "method": method, "params": parameters, **self._session}
        os.write(self._to, json.dumps(asked).encode() + b"\0")
        while (message := self._take()).get("id") != self._calls:
            pass
        assert "error" not in message, message
        return message["result"]

    def _take(self) -> dict[str, Any]:
        while b"\0" not in self._received:
            more = os.read(self._from, 1 << 20)
            if not more:
                raise EOFError("the browser has ended")
            self._received += more
        text, _, self._received = self._received.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        self._loaded = self._loaded or message.get("method") == "Page.loadEventFired"
        if message.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded"):
            self.errors.append(json.dumps(message["params"]))
        return message
