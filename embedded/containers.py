"""Containers of the embedded cloud: local processes, found by the requests of a load balancer's listener.

Nothing here runs images. A container's program is run from its sources, with the variables of its task definition,
and an API's private integration reaches it as it would through the load balancer:

```python
with Container.running(cloud, "order-api", ["server.py"], cwd=..., variables=task.variables) as container:
    container.serve(listener_arn, host="order-api.dev.internal")
```
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from embedded.cloud import Cloud
from embedded.emulators import process
from embedded.home import locked

FILE = "containers.json"
"""In the home: `<listener ARN>[ <host>]` → address."""
_STARTING = 30.0  # seconds


class ContainerError(RuntimeError):
    """A container that did not come up; the message has the end of its log."""


@dataclass(frozen=True)
class Container:
    """A running process that stands for a container."""

    home: Path
    port: int

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    @contextmanager
    def running(
        cls, cloud: Cloud, name: str, program: Sequence[str], *, cwd: Path, account: str, variables: Mapping[str, str]
    ) -> Generator[Container]:
        """Run a Python program until the context ends.

        Args:
            cloud: whose gateway its AWS calls go to.
            name: for the log.
            program: arguments of Python; it listens on 127.0.0.1 at the `PORT` it is told.
            cwd: folder it runs in.
            account: whose credentials it has.
            variables: the environment of its task definition.

        Raises:
            ContainerError: it does not listen within half a minute.
        """
        port = process.free_port()
        log = cloud.home / "logs" / f"container-{name}.log"
        region = variables.get("AWS_REGION", "us-east-1")
        inherited = {variable: os.environ[variable] for variable in ("PATH", "TMPDIR") if variable in os.environ}
        environment = {**inherited, **variables, **cloud.environment(account, region), "PORT": str(port)}
        with log.open("ab") as output:
            child = subprocess.Popen([sys.executable, *program], cwd=cwd, env=environment, stdout=output, stderr=output)
        try:
            _await(child, port, log)
            yield cls(cloud.home, port)
        finally:
            child.terminate()
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def serve(self, listener: str, host: str | None = None) -> None:
        """Answer what a listener gets, all of it or what is for one host name."""
        path = self.home / FILE
        with locked(self.home / "containers.lock"):
            known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
            draft = path.with_suffix(".tmp")
            draft.write_text(json.dumps(known | {f"{listener} {host}" if host else listener: self.url}))
            draft.replace(path)


def _await(child: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _STARTING
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if child.poll() is not None or time.monotonic() > deadline:
            raise ContainerError(f"the container did not come up. The end of {log}:\n{process.tail(log)}")
        time.sleep(0.05)
