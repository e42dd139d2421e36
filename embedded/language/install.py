"""Put an executable `pulumi-language-python` into a folder for PATH."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

NAME = "pulumi-language-python"


_MODULE = "embedded.language"


def is_ours(launcher: Path) -> bool:
    """Whether `launcher` was written by `install` (the official host is a binary)."""
    return _MODULE.encode() in launcher.read_bytes()[:500]


def install(folder: Path) -> Path:
    """Write the launcher of the language host into `folder` and return its path; the interpreter is this one."""
    folder.mkdir(parents=True, exist_ok=True)
    launcher = folder / NAME
    text = f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -P -m {_MODULE} "$@"\n'
    if not launcher.is_file() or launcher.read_text() != text:
        fresh = folder / f".{NAME}.{os.getpid()}"
        fresh.write_text(text)
        fresh.chmod(0o755)
        fresh.rename(launcher)
    return launcher
