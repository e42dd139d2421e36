"""moto in a process of its own: ``python -m embedded.emulators.moto_server HOME``.

What moto does not implement is answered with 501 and `process.NOT_IMPLEMENTED`, which the gateway takes as the word
for its fallback; what breaks inside moto is an ``InternalFailure`` that names the exception, not an HTML page.
State is in memory only: moto cannot save it.
"""

from __future__ import annotations

import os

os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")  # moto reads it when it is imported

import importlib.metadata
import json
import logging
import signal
import sys
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Any

from moto.core.config import default_user_config  # pyright: ignore[reportMissingTypeStubs]
from moto.moto_server.werkzeug_app import (  # pyright: ignore[reportMissingTypeStubs]
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from embedded.emulators import process, replication, shims

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class KeepAliveHandler(MotoRequestHandler):
    """moto's handler, on HTTP/1.1: the gateway keeps its connections, which halves the cost of a small call."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the gateway's journal records every call."""


class Dispatcher(DomainDispatcherApplication):
    """Chooses the backend as moto does, and says plainly when there is none."""

    def get_application(self, environ: dict[str, Any]) -> Any:
        """The backend's application. Raises `NotImplementedError` for a service that moto lacks."""
        try:
            return super().get_application(environ)
        except AttributeError as missing:  # moto looks up the backend named None
            if "'NoneType' object has no attribute 'replace'" not in str(missing):
                raise
            raise NotImplementedError("moto has no such service") from missing


def plain_failures(application: Application) -> Application:
    """Wrap the dispatcher so that both kinds of failure reach the gateway as what they are."""

    def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        try:
            return application(environ, start_response)
        except NotImplementedError as missing:
            start_response("501 Not Implemented", [(process.NOT_IMPLEMENTED, "1"), ("Content-Length", "0")])
            logging.info("not implemented: %s", missing)
            return []
        except Exception as broken:
            logging.error("moto failed\n%s", traceback.format_exc())
            text = f"moto failed inside: {type(broken).__name__}: {broken}"
            body = json.dumps({"__type": "InternalFailure", "message": text}).encode()
            headers = [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-ErrorType", "InternalFailure")]
            start_response("500 Internal Server Error", [*headers, ("Content-Length", str(len(body)))])
            return [body]

    return answer


def build_application() -> Application:
    """moto with every shim applied.

    Functions are called without containers: a call that runs code answers what it was given. Code really runs on the
    other emulator (profile `execution`).
    """
    shims.repair()
    default_user_config["lambda"] = {"use_docker": False}
    return replication.settled(shims.wrap(plain_failures(Dispatcher(create_backend_app))))


def _leave(_number: int, _frame: FrameType | None) -> None:
    os._exit(0)  # at once: there is nothing to save, and request threads may hang


def main(home: Path) -> None:
    """Serve on a free loopback port until told to stop or left alone."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, _leave)
    replication.attach(home)
    server = make_server("127.0.0.1", 0, build_application(), threaded=True, request_handler=KeepAliveHandler)
    # moto calls itself for some features (for example a state machine that starts a function)
    os.environ["MOTO_PORT"] = str(server.port)
    process.announce(home, "moto", server.port, importlib.metadata.version("moto"))
    process.leave_with(home)
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
