"""Give a handler the world it has in AWS: its own code, the SDK, its variables, and no way out but the gateway."""

from __future__ import annotations

import importlib.util
import os
import shlex
import stat
import sys
from pathlib import Path

from embedded.emulators.ministack_shims import part

REASON = (
    "MiniStack runs Python handlers with the interpreter, the libraries and the network of its own process: a bundle "
    "that lacks a library would pass here and fail in AWS, and a handler could call whatever the machine can reach."
)
lambda_runtime = part("core.lambda_runtime")
PROVIDED = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six")
"""What the Python runtimes of Lambda bring along."""
_DROPPED = ("PYTHONPATH", "VIRTUAL_ENV", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
GUARD = """
import sys as _guarded_sys

def _loopback_only(event, arguments):
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and not str(address[0]).startswith(("127.", "::1", "localhost")):
            raise PermissionError("a handler of the embedded cloud reaches loopback only, not %s" % address[0])

_guarded_sys.addaudithook(_loopback_only)
"""


def provide(folder: Path) -> Path:
    """A folder with links to the libraries of the Lambda runtime, made when missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PROVIDED:
        found = importlib.util.find_spec(name)
        if found is None or found.origin is None:
            raise ModuleNotFoundError(f"the Python runtime of Lambda has {name}; this environment does not")
        source = Path(found.origin)
        source = source.parent if source.name == "__init__.py" else source
        link = folder / source.name
        if not link.is_symlink():
            link.symlink_to(source)
    return folder


def interpreter(file: Path, libraries: Path) -> Path:
    """A command that runs Python with the standard library and `libraries` alone: no site packages, no project."""
    dropped = " ".join(f"-u {name}" for name in _DROPPED)
    command = f"exec env {dropped} PYTHONPATH={shlex.quote(str(libraries))} {shlex.quote(sys.executable)} -S -P"
    file.write_text(f'#!/bin/sh\n{command} "$@"\n')
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file


def apply() -> None:
    """Replace the interpreter, and put the guard in front of the worker's script."""
    folder = Path(os.environ["ATOLL_HANDLER_WORLD"])
    python = str(interpreter(folder / "python", provide(folder / "libraries")))
    detect = lambda_runtime._detect_runtime_binary

    def chosen(runtime: str) -> tuple[str, str]:
        binary, script = detect(runtime)
        return (python, GUARD + script) if runtime.startswith("python") else (binary, script)

    lambda_runtime._detect_runtime_binary = chosen
