"""What an unfinished run has done, so that the same command goes on where it stopped.

A stack counts as done while the program and its settings are what they were. The journal goes when everything is done:
the command then means all of it again, which changes nothing where nothing changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from console.estate import stack_file

PROGRAM: Final = ("components", "contracts", "stacks", "services", "__main__.py", "Pulumi.yaml")
_KINDS: Final = frozenset({".py", ".yaml", ".yml", ".json", ".sql", ".graphql", ".sh"})


@dataclass
class Journal:
    """Stacks that are done, each with the fingerprint of what it was made from."""

    file: Path
    done: dict[str, str] = field(default_factory=dict[str, str])

    @staticmethod
    def open(folder: Path, name: str) -> Journal:
        """The journal of a command; one that cannot be read is a new one."""
        file = folder / f"{name}.json"
        try:
            told: Any = json.loads(file.read_text(encoding="utf-8"))
            done = {str(stack): str(mark) for stack, mark in told["done"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            done = {}
        return Journal(file, done)

    def earlier(self, marks: Mapping[str, str]) -> tuple[str, ...]:
        """Stacks that are done with the program and settings as they are now."""
        return tuple(stack for stack, mark in marks.items() if self.done.get(stack) == mark)

    def note(self, stack: str, mark: str) -> None:
        """Keep that a stack is done; written at once, so that a killed command has said it."""
        self.done[stack] = mark
        self.file.parent.mkdir(parents=True, exist_ok=True)
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps({"done": self.done}, indent=2) + "\n", encoding="utf-8")
        new.replace(self.file)

    def close(self) -> None:
        """Forget everything: all is done."""
        self.file.unlink(missing_ok=True)


def fingerprints(project: Path, stacks: Iterable[str]) -> dict[str, str]:
    """Stack → digest of the program and of its settings."""
    program = hashlib.sha256()
    for file in _files(project):
        program.update(file.relative_to(project).as_posix().encode() + b"\0" + file.read_bytes())
    found: dict[str, str] = {}
    for stack in stacks:
        digest = program.copy()
        digest.update(stack_file(project, stack).read_bytes())
        found[stack] = digest.hexdigest()
    return found


def _files(project: Path) -> list[Path]:
    found: list[Path] = []
    for name in PROGRAM:
        place = project / name
        if place.is_dir():
            found += [file for file in place.rglob("*") if file.suffix in _KINDS and file.is_file()]
        elif place.is_file():
            found.append(place)
    return sorted(found)
