"""Tell the user what the plug-in cannot do: in the engine's log, and in a file for programs to read.

`ATOLL_PLUGIN_REPORT`: a file that gets one JSON object a line, {"kind", "urn", "type", "property", "message"}.
`ATOLL_PLUGIN_LOG`: a file for the plug-in's own log and, with `TF_LOG`, Terraform's; may hold values: for debugging.
"""

from __future__ import annotations

import json
import os
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, cast

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

REPORT_FILE = "ATOLL_PLUGIN_REPORT"
LOG_FILE = "ATOLL_PLUGIN_LOG"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the user should know about one resource."""

    kind: str  # "input-not-supported" or "provider-warning"
    urn: str
    type: str
    property: str
    message: str


class Reporter:
    """Says each finding once in the life of the plug-in process. Thread safe; never fails a deployment."""

    def __init__(self) -> None:
        """Without an engine until `attach`."""
        self._lock = threading.Lock()
        self._said: set[Finding] = set()
        self._engine: engine_pb2_grpc.EngineStub | None = None
        self._log: IO[str] | None = None
        path = os.environ.get(LOG_FILE)
        if path:
            self._log = Path(path).open("a", buffering=1, encoding="utf-8")  # noqa: SIM115 - open as long as we live

    @property
    def log_file(self) -> IO[str] | None:
        """Where the Terraform provider may write its own log, if anywhere."""
        return self._log if os.environ.get("TF_LOG") else None

    def attach(self, engine_address: str) -> None:
        """Send findings to the engine at this address from now on."""
        if engine_address:
            self._engine = engine_pb2_grpc.EngineStub(grpc.insecure_channel(engine_address))

    def warn(self, finding: Finding) -> None:
        """Show a warning at the resource and write it to the report file, once."""
        with self._lock:
            if finding in self._said:
                return
            self._said.add(finding)
            self._write(finding)
        self.debug(f"warning: {finding.urn}: {finding.message}")
        if self._engine is None:
            return
        request = engine_pb2.LogRequest(
            severity=engine_pb2.WARNING, message=finding.message, urn=finding.urn if "::" in finding.urn else ""
        )
        try:
            cast("Any", self._engine).Log(request, timeout=5)  # partially typed
        except grpc.RpcError as error:  # the engine may be gone already; its log is no reason to fail
            self.debug(f"the engine did not take a warning: {error}")

    def debug(self, message: str) -> None:
        """Write a line to the debugging log, if there is one."""
        if self._log:
            self._log.write(f"{time.strftime('%H:%M:%S')} {os.getpid()} {message}\n")

    @staticmethod
    def _write(finding: Finding) -> None:
        path = os.environ.get(REPORT_FILE)
        if path:
            with Path(path).open(
                "a", encoding="utf-8"
            ) as file:  # one short write: whole lines, even from two processes
                file.write(json.dumps(asdict(finding)) + "\n")
