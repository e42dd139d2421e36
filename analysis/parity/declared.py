"""Differences that are meant: `parity.yaml` of the project, each with its reason, its owner and, perhaps, an end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

FILE = "parity.yaml"
ENTRY_FIELDS = "path, property, reason, owner, expires"


class DeclarationError(ValueError):
    """The file cannot be read; the message says where and why."""


class Declaration(BaseModel):
    """One difference, or one kind of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str = Field(min_length=1)
    """Component path and name as `atoll parity` prints it; `*` stands for anything."""
    property: str = "*"
    """Property path; `*` for any, empty for a resource that one side alone has."""
    reason: str = Field(min_length=10)
    """Why the regions are to differ."""
    owner: str = Field(min_length=3)
    """Who answers for it."""
    expires: date | None
    """Last day on which it holds; null where it is meant for good."""

    @field_validator("path")
    @classmethod
    def _says_something(cls, path: str) -> str:
        if not path.strip("*? "):
            raise ValueError("it would cover everything")
        return path

    def covers(self, path: str, property_: str) -> bool:
        """Whether a difference is the one that is meant."""
        return fnmatchcase(path, self.path) and fnmatchcase(property_, self.property)

    def __str__(self) -> str:
        return f"{self.path} {self.property}".strip()


@dataclass(frozen=True)
class Declared:
    """What holds, and what has ended."""

    valid: tuple[Declaration, ...]
    expired: tuple[str, ...]


def declarations(file: Path, today: date) -> Declared:
    """Read the declarations of a project; none without a file.

    Raises:
        DeclarationError: the file is no list of declarations; every problem is in the message.
    """
    if not file.is_file():
        return Declared((), ())
    try:
        content: Any = YAML(typ="safe").load(file.read_text(encoding="utf-8")) or []  # pyright: ignore[reportUnknownMemberType]
    except YAMLError as error:
        raise DeclarationError(f"{file.name} is no YAML: {error}") from None
    if not isinstance(content, list):
        raise DeclarationError(f"{file.name}: expected a list of entries with {ENTRY_FIELDS}")
    problems: list[str] = []
    read = list(_read(content, problems, file.name))  # pyright: ignore[reportUnknownArgumentType]
    if problems:
        raise DeclarationError("\n".join(problems))
    ended = [item for item in read if item.expires is not None and item.expires < today]
    return Declared(
        tuple(item for item in read if item not in ended),
        tuple(f"{item}: the declaration has expired on {item.expires}" for item in ended),
    )


def _read(content: list[Any], problems: list[str], name: str) -> Iterator[Declaration]:
    for number, entry in enumerate(content, 1):
        try:
            yield Declaration.model_validate(entry)
        except ValidationError as error:
            for one in error.errors():
                place = ".".join(map(str, one["loc"])) or "entry"
                problems.append(f"{name}, entry {number}, {place}: {one['msg']}; an entry has {ENTRY_FIELDS}")
