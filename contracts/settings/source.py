"""Reads a YAML file into plain values, and remembers their lines, what is encrypted and what is said twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from contracts.settings import quick
from contracts.settings.errors import Path, Problem, yaml_path


@dataclass(frozen=True)
class FileKind:
    """What a file is meant to be: for the messages, and for what is particular to it."""

    what: str
    """Noun with its article, such as `a stack file`."""
    begin: str
    """How such a file begins, for one that holds no mapping: `config:`."""
    siblings: str
    """Pattern of the files of its kind, for one that is not there."""
    wrapper: str | None = None
    """Top key that paths leave out: Pulumi's `config`."""
    seals: bool = False
    """Whether `secure: …` stands for an encrypted value."""
    largest: int = 1_000_000
    """Bytes."""
    most_values: int = 20_000
    """Values in a file; a file of aliases of aliases reaches it at once."""


STACK_FILE = FileKind("a stack file", "config:", "Pulumi.*.yaml", wrapper="config", seals=True)
"""Pulumi's file of one stack; it has a few thousand bytes."""


@dataclass
class Source:
    """A file as it was read."""

    file: str
    """Name of the file."""
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    """The whole document."""
    sealed: set[Path] = field(default_factory=set[Path])
    """Paths of encrypted values; in `values` their ciphertext stands in for them."""
    text: str = ""
    """The file, character by character."""
    problems: list[Problem] = field(default_factory=list[Problem])
    """What is wrong with the file as YAML."""

    wrapper: str | None = None
    """Top key that paths leave out."""

    @cached_property
    def lines(self) -> dict[Path, int]:
        """Path → line, from 1. Of a plain file they are looked for when the first one is asked."""
        return quick.lines(self.text, wrapper=self.wrapper, sealing=None)[0] if self.text else {}

    def line(self, path: Path) -> int | None:
        """The line of a path, or of the nearest thing around it."""
        return next((self.lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self.lines), None)

    def refuse(self, path: Path, found: str, allowed: str, fix: str, line: int | None = None) -> None:
        """Note a problem."""
        self.problems.append(
            Problem(self.file, line or self.line(path), yaml_path(path) or "(the file)", found, allowed, fix)
        )


def read(path: FilePath, kind: FileKind = STACK_FILE, *, shown_as: str | None = None) -> Source:
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


def _text(path: FilePath, source: Source, kind: FileKind) -> str | None:
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
