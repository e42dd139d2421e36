"""The gateway as a process: ``python -m embedded.gateway.daemon HOME [--port N] [--profile P]... [--idle SECONDS]``.

Files in HOME: ``cloud.json`` (address and process of the gateway, written when it is ready), ``token`` (readable by
the owner alone), ``heartbeat`` (touched while it lives), ``journal.sqlite``, ``fallback.sqlite``, ``faults.json``,
``accounts.json``, ``emulators/`` and ``logs/``.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import errno
import json
import logging
import os
import secrets
import signal
import socket
import time
from pathlib import Path

import psutil
from aiohttp import web

from embedded.emulators import process
from embedded.gateway.catalog import ServiceIndex
from embedded.gateway.control import Control
from embedded.gateway.routes import Emulator, Profile
from embedded.gateway.server import Gateway

USUAL_PORT = 4566
IDLE_AFTER = 2 * 3600.0
_FLUSH_EVERY = 0.25
_BEAT_EVERY = 10.0
_LOG = logging.getLogger("atoll.gateway")


def token_of(home: Path) -> str:
    """The secret of a home, made on first use and readable by its owner alone."""
    path = home / "token"
    with contextlib.suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(32))
    return path.read_text()


def listening_socket(port: int | None, remembered: int | None) -> socket.socket:
    """A loopback socket on `port`; without one: where this home listened last, else the usual port, else any."""
    if port is not None:
        return _bound(port)
    for wish in (remembered, USUAL_PORT):
        if wish:
            with contextlib.suppress(OSError):
                return _bound(wish)
    return _bound(0)


def _bound(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(512)  # listening at once, so that two gateways never share the port
    except OSError as taken:
        listener.close()
        if taken.errno == errno.EADDRINUSE:
            raise OSError(
                taken.errno, f"port {port} is in use by another program; choose another: atoll cloud start --port N"
            ) from taken
        raise
    return listener


async def serve(home: Path, port: int | None, profiles: frozenset[Profile], idle: float) -> None:
    """Serve until told to stop, idle for `idle` seconds, or until the home no longer names this process."""
    record = home / "cloud.json"
    remembered = json.loads(record.read_text()).get("port") if record.exists() else None
    listener = listening_socket(port, remembered)
    (home / "heartbeat").touch()
    index = await asyncio.to_thread(ServiceIndex.build)
    gateway = Gateway(home, index, profiles, f"http://127.0.0.1:{listener.getsockname()[1]}")
    left = asyncio.Event()
    keep = False

    def leave(keep_emulators: bool) -> None:
        nonlocal keep
        keep = keep_emulators
        asyncio.get_running_loop().call_later(0.05, left.set)  # after the answer has gone out

    gateway.control = Control(gateway, token_of(home), leave)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, left.set)
    runner = web.ServerRunner(web.Server(gateway.handle, access_log=None), shutdown_timeout=5.0)
    try:
        await gateway.url_of(Emulator.MOTO)
        if profiles - {Profile.BREADTH} or process.found(home, Emulator.MINISTACK.value):
            await gateway.url_of(Emulator.MINISTACK)
        await gateway.clusters.open()
        await runner.setup()
        await web.SockSite(runner, listener).start()
        _announce(record, listener.getsockname()[1], profiles, idle)
        _LOG.info("listening on %s", listener.getsockname())
        await _live(gateway, record, left, idle)
    finally:
        await runner.cleanup()
        await gateway.clusters.close(keep=keep)
        await gateway.close()
        if not keep:
            for emulator in Emulator:
                await asyncio.to_thread(process.stop, home, emulator.value)
        _LOG.info("left, emulators %s", "kept" if keep else "stopped")


def _announce(record: Path, port: int, profiles: frozenset[Profile], idle: float) -> None:
    draft = record.with_suffix(".tmp")
    mine = {"pid": os.getpid(), "born": psutil.Process().create_time(), "port": port}
    draft.write_text(json.dumps(mine | {"profiles": sorted(profiles), "idle": idle}))
    draft.replace(record)


async def _live(gateway: Gateway, record: Path, left: asyncio.Event, idle: float) -> None:
    beaten = time.monotonic()
    while not left.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(left.wait(), _FLUSH_EVERY)
        await asyncio.to_thread(gateway.journal.flush)
        if time.monotonic() - beaten < _BEAT_EVERY:
            continue
        beaten = time.monotonic()
        if not record.exists() or json.loads(record.read_text())["pid"] != os.getpid():
            _LOG.info("the home is gone or belongs to another gateway")
            return
        (gateway.home / "heartbeat").touch()
        if beaten - gateway.last_call > idle:
            _LOG.info("idle for %.0f s", idle)
            return


def main() -> None:
    """Parse the command line and serve."""
    parser = argparse.ArgumentParser(prog="embedded.gateway.daemon")
    parser.add_argument("home", type=Path)
    parser.add_argument("--port", type=int)
    parser.add_argument("--profile", type=Profile, action="append", default=[])
    parser.add_argument("--idle", type=float, default=IDLE_AFTER)
    told = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    asyncio.run(serve(told.home, told.port, frozenset(told.profile), told.idle))


if __name__ == "__main__":
    main()
