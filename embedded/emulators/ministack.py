"""MiniStack in a process of its own: ``python -m embedded.emulators.ministack HOME GATEWAY_URL``.

MiniStack binds every interface unless told otherwise and keeps files where it likes; both are set here before it is
imported. Its state is in memory only, as moto's is: an emulator that remembered what the other forgot would tell of
queues whose keys and roles are gone. Its handlers reach the other services through the gateway.
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


def settings(home: Path, port: int, gateway: str) -> dict[str, str]:
    """The environment MiniStack reads: loopback only, scratch files below `home`, handlers call `gateway`."""
    scratch = home / "emulators" / "ministack"
    return {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "PERSIST_STATE": "0",
        "S3_PERSIST": "0",
        "STATE_DIR": str(scratch),
        "S3_DATA_DIR": str(scratch / "s3"),
        "TMPDIR": str(scratch / "tmp"),
        "ATOLL_CONTAINERS": str(home / "containers.json"),
        "ATOLL_HANDLER_WORLD": str(scratch / "handlers"),
        "AWS_ENDPOINT_URL": gateway,
        "AWS_EC2_METADATA_DISABLED": "true",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
    }


def main(home: Path, gateway: str) -> None:
    """Serve on a free loopback port until told to stop or left alone."""
    port = process.free_port()
    chosen = settings(home, port, gateway)
    Path(chosen["TMPDIR"]).mkdir(parents=True, exist_ok=True)
    os.environ.update(chosen)
    sys.argv = ["ministack"]
    threading.Thread(target=_announce_when_listening, args=(home, port), daemon=True).start()
    process.leave_with(home)
    # only now: it reads its settings when it is imported
    from ministack.app import main as serve  # pyright: ignore[reportMissingTypeStubs]

    from embedded.emulators import ministack_shims

    ministack_shims.repair()
    serve()


def _announce_when_listening(home: Path, port: int) -> None:
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                process.announce(home, "ministack", port, importlib.metadata.version("ministack"))
                return
        time.sleep(0.05)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
