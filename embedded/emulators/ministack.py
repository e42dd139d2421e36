"""MiniStack in a process of its own: ``python -m embedded.emulators.ministack HOME``.

MiniStack binds every interface unless told otherwise and keeps its state where it likes; both are set here before it
is imported. With ``PERSIST_STATE`` it saves when it is ended and loads when it starts.
"""

from __future__ import annotations

import importlib.metadata
import os
import socket
import sys
import threading
import time
from pathlib import Path

from embedded.emulators import process


def settings(home: Path, port: int) -> dict[str, str]:
    """The environment MiniStack reads: loopback only, state and scratch files below `home`."""
    state = home / "emulators" / "ministack"
    return {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state / "s3"),
        "TMPDIR": str(state / "tmp"),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
    }


def main(home: Path) -> None:
    """Serve on a free loopback port until told to stop or left alone."""
    port = process.free_port()
    chosen = settings(home, port)
    Path(chosen["TMPDIR"]).mkdir(parents=True, exist_ok=True)
    os.environ.update(chosen)
    sys.argv = ["ministack"]
    threading.Thread(target=_announce_when_listening, args=(home, port), daemon=True).start()
    process.leave_with(home)
    # only now: it reads its settings when it is imported
    from ministack.app import main as serve  # pyright: ignore[reportMissingTypeStubs]

    serve()


def _announce_when_listening(home: Path, port: int) -> None:
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                process.announce(home, "ministack", port, importlib.metadata.version("ministack"))
                return
        time.sleep(0.05)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
