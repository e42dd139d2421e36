"""The engine that started us: where its users read what we have to say."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

LOG_FILE = "ATOLL_PLUGIN_LOG"


class Engine:
    """Says each thing once. Thread safe; never fails a deployment."""

    def __init__(self) -> None:
        """Silent until `attach`."""
        self._stub: engine_pb2_grpc.EngineStub | None = None
        self._said: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def attach(self, address: str) -> None:
        """Speak to the engine at this address from now on."""
        if address:
            self._stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def say(self, message: str, urn: str = "") -> None:
        """A line for the user, at a resource if one is named."""
        with self._lock:
            if (urn, message) in self._said:
                return
            self._said.add((urn, message))
        self.debug(message)
        if self._stub is None:
            return
        request = engine_pb2.LogRequest(severity=engine_pb2.INFO, message=message, urn=urn)
        try:
            cast("Any", self._stub).Log(request, timeout=5)  # partially typed
        except grpc.RpcError as error:  # the engine may be gone already; its log is no reason to fail
            self.debug(f"the engine did not take a line: {error}")

    def teller(self, urn: str) -> Callable[[str], None]:
        """`say`, at one resource."""
        return lambda message: self.say(message, urn)

    @staticmethod
    def debug(message: str) -> None:
        """Write to the file that ``ATOLL_PLUGIN_LOG`` names, if it names one."""
        path = os.environ.get(LOG_FILE)
        if path:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(f"{time.strftime('%H:%M:%S')} {os.getpid()} kubernetes: {message}\n")
