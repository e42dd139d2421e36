"""PostgreSQL and Redis servers for tests: the machine's own, or Debian's packages unpacked without root.

Each server listens on 127.0.0.1 alone, keeps its data in a folder that goes with it, and is ended by its own pid.
"""

from __future__ import annotations

import ctypes
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedded.home import cache_dir

NOBODY = 65534
"""User and group that PostgreSQL runs as where the tests are root, which it refuses to be."""
PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of prctl(2)."""
STARTING = 30
"""Seconds within which a server answers; it takes less than two."""
UNNEEDED = ("libllvm",)
"""Libraries of packages that nothing here calls: PostgreSQL's just-in-time compiler."""


class MissingServerError(RuntimeError):
    """Neither a program of the machine nor a Debian package could be had."""


@dataclass(frozen=True)
class Program:
    """A server's program, and where its libraries lie."""

    path: Path
    """The executable."""
    libraries: str = ""
    """Further folders of shared libraries, joined by colons; none for a program of the machine."""

    def beside(self, name: str) -> str:
        """Another executable of the same package."""
        return str(self.path.resolve().with_name(name))

    @property
    def environment(self) -> dict[str, str]:
        """Environment to start it in."""
        here = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}
        return here | ({"LD_LIBRARY_PATH": self.libraries} if self.libraries else {})


@dataclass(frozen=True)
class PostgresServer:
    """A running PostgreSQL server."""

    port: int
    """Port on 127.0.0.1."""
    user: str
    """Superuser."""
    password: str
    """Password of that user."""
    certificate: Path | None
    """What its TLS certificate is verified with; None if it speaks without TLS."""

    def url(self, *, password: bool = True, options: str = "sslmode=disable") -> str:
        """Its address as the parameter of the platform has it."""
        who = f"{self.user}:{self.password}@" if password else ""
        return f"postgresql://{who}127.0.0.1:{self.port}/postgres?{options}"


@dataclass(frozen=True)
class RedisServer:
    """A running Redis server."""

    port: int
    """Port on 127.0.0.1."""
    password: str
    """Password of its default user."""

    @property
    def url(self) -> str:
        """Its address without the password."""
        return f"redis://127.0.0.1:{self.port}/0"


@contextmanager
def postgres(*, certificate: tuple[Path, Path] | None = None) -> Generator[PostgresServer]:
    """Run PostgreSQL for as long as the context is open.

    Args:
        certificate: files of a certificate for 127.0.0.1 and of its key, to speak TLS with; without TLS if left out.

    Raises:
        MissingServerError: there is no such program and its packages cannot be had.
    """
    with _folder() as folder:
        program = _program("postgres", ("postgresql",), folder)
        server = PostgresServer(_free_port(), "atoll", secrets.token_hex(8), certificate[0] if certificate else None)
        # fsync off: the data goes with the test, and a loaded disk is what tests wait for.
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "port": server.port,
            "fsync": "off",
            "ssl": "off",
        }
        if certificate:
            for path, name in zip(certificate, ("server.crt", "server.key"), strict=True):
                (folder / name).write_bytes(path.read_bytes())
                (folder / name).chmod(0o600)
            options |= {"ssl": "on", "ssl_cert_file": folder / "server.crt", "ssl_key_file": folder / "server.key"}
        (folder / "password").write_text(server.password, encoding="utf-8")
        _hand_over(folder)
        data = folder / "data"
        initdb = [
            program.beside("initdb"),
            f"--pgdata={data}",
            f"--username={server.user}",
            f"--pwfile={folder / 'password'}",
            "--auth=scram-sha-256",
            "--no-sync",
            "--encoding=UTF8",
        ]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, env=program.environment, **_user())
        command = [str(program.path), "-D", str(data), *(f"-c{key}={value}" for key, value in options.items())]
        with _running(command, folder, program, server.port, ends_by=signal.SIGINT):
            yield server


@contextmanager
def redis() -> Generator[RedisServer]:
    """Run Redis for as long as the context is open.

    Raises:
        MissingServerError: there is no such program and its packages cannot be had.
    """
    with _folder() as folder:
        program = _program("redis-server", ("redis-server", "redis-tools"), folder)
        server = RedisServer(_free_port(), secrets.token_hex(8))
        settings = {
            "bind": "127.0.0.1",
            "port": server.port,
            "requirepass": server.password,
            "save": '""',
            "appendonly": "no",
            "dir": folder,
        }
        path = folder / "redis.conf"
        path.write_text("".join(f"{key} {value}\n" for key, value in settings.items()), encoding="utf-8")
        _hand_over(folder)
        with _running([str(program.path), str(path)], folder, program, server.port, ends_by=signal.SIGTERM):
            yield server


@contextmanager
def _folder() -> Generator[Path]:
    """A folder that the server's user can reach; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="atoll-server-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _hand_over(folder: Path) -> None:
    if os.geteuid() == 0:
        for path in (folder, *(p for p in folder.iterdir() if p.name != "root")):
            os.chown(path, NOBODY, NOBODY)


def _user() -> dict[str, Any]:
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


@contextmanager
def _running(
    command: list[str], folder: Path, program: Program, port: int, *, ends_by: signal.Signals
) -> Generator[None]:
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdout=output,
            stderr=output,
            env=program.environment,
            preexec_fn=lambda: _end_with_parent(ends_by),
            **_user(),
        )
    try:
        _wait(process, port, log)
        yield
    finally:
        process.send_signal(ends_by)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _end_with_parent(ends_by: signal.Signals) -> None:
    """Ask Linux to end this process when the tests are killed."""
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, int(ends_by))


def _wait(process: subprocess.Popen[Any], port: int, log: Path) -> None:
    until = time.monotonic() + STARTING
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                told = log.read_text(encoding="utf-8", errors="replace")[-1000:]
                raise MissingServerError(f"{process.args!r} does not answer on port {port}: {told}") from None
            time.sleep(0.05)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _program(name: str, packages: tuple[str, ...], folder: Path) -> Program:
    """The machine's own program, else the one of Debian's packages, unpacked into the folder."""
    usual = [Path("/usr/bin"), Path("/usr/sbin"), *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    if found := shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *map(str, usual)])):
        return Program(Path(found))
    root = folder / "root"
    folder.chmod(0o755)
    for archive in _archives(packages):
        subprocess.run(["dpkg-deb", "-x", str(archive), str(root)], check=True)
    binaries = sorted(path for path in root.rglob(f"bin/{name}") if path.exists())
    if not binaries:
        raise MissingServerError(f"{name} is in none of the packages {', '.join(packages)}; install {packages[0]}")
    folders = sorted({str(path.parent) for path in root.rglob("*.so*")})
    return Program(binaries[-1], ":".join(folders))


def _archives(packages: tuple[str, ...]) -> list[Path]:
    """The packages and what they need beyond this machine's, downloaded once."""
    cache = cache_dir() / "debian" / packages[0]
    done = cache / "done"
    if not done.exists():
        cache.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(["apt-get", "download", *_needed(packages)], cwd=cache, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            told = getattr(error, "stderr", None) or str(error).encode()
            raise MissingServerError(
                f"{packages[0]} is not on this machine, and its Debian packages cannot be downloaded "
                f"({told.decode(errors='replace').strip()[-300:]}). Next: apt-get install {packages[0]}"
            ) from error
        done.touch()
    return sorted(cache.glob("*.deb"))


def _needed(packages: tuple[str, ...]) -> list[str]:
    found = list(packages)
    for package in found:  # grows while it is walked
        told = subprocess.run(["apt-cache", "depends", package], capture_output=True, text=True, check=True).stdout
        for line in told.splitlines():
            match = re.fullmatch(r"\s*\|?(?:Pre)?Depends: ([a-z0-9.+-]+)", line)
            library = match is not None and match[1].startswith(("lib", f"{packages[0]}-"))
            if not match or not library or match[1].startswith(UNNEEDED) or match[1] in found:
                continue
            if not match[1].startswith("lib") or not _installed(match[1]):
                found.append(match[1])
    return found


def _installed(package: str) -> bool:
    told = subprocess.run(["dpkg-query", "-W", "-f", "${Status}", package], capture_output=True, text=True, check=False)
    return "install ok installed" in told.stdout
