"""A YAML file as it was read: its values and their lines, what is encrypted, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
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
