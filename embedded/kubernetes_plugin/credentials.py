"""Credentials for the API's requests; those of a command are kept until they expire or are refused."""

from __future__ import annotations

import base64
import datetime
import json
import os
import subprocess
import threading
from pathlib import Path
from typing import Any

from embedded.aws_plugin.errors import PluginError
from embedded.kubernetes_plugin.kubeconfig import Connection, ExecCommand

_SECONDS = 120.0
_EARLY = datetime.timedelta(seconds=30)


class Credentials:
    """Answers the Authorization header. Thread safe."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._token: str | None = None
        self._until: datetime.datetime | None = None

    def header(self) -> dict[str, str]:
        """The header, empty when a certificate says who we are. Raises `PluginError` if the command fails."""
        connection = self._connection
        if connection.command:
            return {"Authorization": f"Bearer {self._from_command(connection.command)}"}
        token = connection.token
        if connection.token_file:
            token = Path(connection.token_file).read_text(encoding="utf-8").strip()
        if token:
            return {"Authorization": f"Bearer {token}"}
        if connection.username:
            pair = f"{connection.username}:{connection.password or ''}".encode()
            return {"Authorization": "Basic " + base64.b64encode(pair).decode()}
        return {}

    def refused(self) -> bool:
        """The API did not take them; whether new ones can be had."""
        with self._lock:
            had = self._token is not None
            self._token = None
        return had

    def _from_command(self, command: ExecCommand) -> str:
        with self._lock:
            now = datetime.datetime.now(datetime.UTC)
            if self._token and (self._until is None or now < self._until - _EARLY):
                return self._token
            status = _run(command)
            if not status.get("token"):
                raise PluginError(f"kubeconfig: `{command.command}` gave no token (client certificates are not taken)")
            expiry = status.get("expirationTimestamp")
            self._until = datetime.datetime.fromisoformat(expiry.replace("Z", "+00:00")) if expiry else None
            self._token = str(status["token"])
            return self._token


def _run(command: ExecCommand) -> dict[str, Any]:
    line = [command.command, *command.arguments]
    shown = f"`{command.command} {' '.join(command.arguments)}`"
    info = {"apiVersion": command.api_version, "kind": "ExecCredential", "spec": {"interactive": False}}
    environment = {**os.environ, **dict(command.environment), "KUBERNETES_EXEC_INFO": json.dumps(info)}
    try:
        run = subprocess.run(
            line,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        hint = command.install_hint or "install it, or use `atoll cloud env` in the embedded cloud, which has one"
        raise PluginError(f"kubeconfig: the command {command.command} for credentials is not on PATH: {hint}") from None
    except subprocess.TimeoutExpired:
        raise PluginError(f"kubeconfig: {shown} gave no credentials within {_SECONDS:.0f} s") from None
    if run.returncode:
        said = (run.stderr.strip().splitlines() or ["it says nothing"])[-1]
        raise PluginError(f"kubeconfig: {shown} failed: {said}")
    try:
        return json.loads(run.stdout)["status"]
    except (ValueError, KeyError, TypeError):
        raise PluginError(f"kubeconfig: {shown} did not print an ExecCredential") from None
