"""What is wrong with a file, said in one go: where, what was found, what is allowed, and how to fix it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from contracts.plain_secrets import looks_secret, names_a_secret

LONGEST_SHOWN = 80
"""Characters of a value that a message repeats."""

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing that has to be changed."""

    file: str | None
    """Name of the file; None where the engine handed the configuration over."""
    line: int | None
    """Line in that file, from 1."""
    path: str
    """YAML path, such as `atoll:network.availability_zones[1]`."""
    value: str
    """What was found, hidden where it may be a secret."""
    allowed: str
    """What would be accepted."""
    fix: str
    """The next thing to do."""

    @property
    def where(self) -> str:
        """`Pulumi.dev.yaml:23  atoll:network.nat`, as far as file and line are known."""
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        return f"{place}  {self.path}" if place else self.path

    def __str__(self) -> str:
        """Four lines for a terminal."""
        return f"{self.where}\n    found    {self.value}\n    allowed  {self.allowed}\n    fix      {self.fix}"


class RefusedError(ValueError):
    """What was read is refused; `problems` holds every reason found, in file order."""

    def __init__(self, subject: str, problems: Iterable[Problem]) -> None:
        """Keep every problem, sorted by file, line and path.

        Args:
            subject: what was read, for the headline: a stack name or a file.
            problems: at least one.
        """
        self.subject = subject
        self.problems: tuple[Problem, ...] = tuple(
            sorted(set(problems), key=lambda p: (p.file or "", p.line or 0, p.path, p.allowed))
        )
        super().__init__(subject)

    def __str__(self) -> str:
        """The headline, then every problem."""
        count = len(self.problems)
        headline = f"{self.subject} is refused, {count} problem{'' if count == 1 else 's'}:"
        return "\n\n".join([headline, *map(str, self.problems)])


class SettingsError(RefusedError):
    """A stack's settings are refused."""


def yaml_path(path: Sequence[str | int]) -> str:
    """The path as messages write it: `("atoll:network", "zones", 1)` → `atoll:network.zones[1]`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            shown = part if part.isprintable() and part.isascii() else json.dumps(part)
            text += f".{shown}" if text else shown
    return text


def shown(value: object, path: Sequence[str | int] = ()) -> str:
    """The value as a message may repeat it: escaped to ASCII, shortened, and hidden where it may be a secret."""
    names = [part for part in path if isinstance(part, str)]
    if isinstance(value, dict):
        keys = ", ".join(str(key) for key in cast("dict[object, object]", value))
        return f"a mapping with the keys {keys}" if keys else "an empty mapping"
    if isinstance(value, list | tuple):
        return f"a list of {len(cast('list[object]', value))}"
    if isinstance(value, str) and (looks_secret(value) or (names and names_a_secret(names[-1]))):
        return "(hidden: it may be a secret)"
    text = json.dumps(value, default=str)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}… ({len(text)} characters)"
