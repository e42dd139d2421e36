"""Reads a YAML file into plain values: fast where it is plain, and as a whole where it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from contracts.settings import quick
from contracts.settings.yaml_file import STACK_FILE, FileKind, Source


def read(path: Path, kind: FileKind = STACK_FILE, *, shown_as: str | None = None) -> Source:
    """Read a file. Nothing is raised: what is wrong is in `problems`.

    Args:
        path: the file.
        kind: what it is meant to be.
        shown_as: what messages call it; its name if left out.
    """
    source = Source(shown_as or path.name, wrapper=kind.wrapper)
    text = _text(path, source, kind)
    if text is None:
        return source
    source.text = text
    sealing = quick.SECURE if kind.seals else None
    plain = quick.values(text, sealing=sealing, most_values=kind.most_values)
    if plain is None:
        source.lines = {}
        from contracts.settings import whole  # its parser takes long to import, and few files need it

        whole.read(text, source, kind)
    else:
        source.values = plain
        if sealing is not None:
            source.lines, source.sealed = quick.lines(text, wrapper=kind.wrapper, sealing=sealing)
    return source


TABLE = FileKind("a table", "a mapping", "*.yaml")
"""Figures that the program brings along."""


def table(path: Path) -> dict[str, Any]:
    """The values of a table that the program brings along; dates are text.

    Raises:
        ValueError: what is wrong with the file as YAML.
    """
    found = read(path, TABLE)
    if found.problems:
        raise ValueError("\n".join(map(str, found.problems)))
    return found.values


def _text(path: Path, source: Source, kind: FileKind) -> str | None:
    try:
        if (size := path.stat().st_size) > kind.largest:
            source.refuse(
                (), f"{size} bytes", f"at most {kind.largest} bytes", f"this is no {kind.what.split(' ', 1)[1]}"
            )
            return None
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        source.refuse((), f"byte {error.start} is not UTF-8", "UTF-8 text", "save the file as UTF-8")
    except OSError as error:
        noun = kind.what.split(" ", 1)[1]
        near = ", ".join(sorted(found.name for found in path.parent.glob(kind.siblings))) or "none"
        source.refuse((), error.strerror or "it cannot be read", f"a readable {noun}", f"{noun}s here: {near}")
    return None
