"""What settings must be to one another.

Each rule names the sections it reads and runs as soon as those are valid by themselves, so that one mistake elsewhere
does not hide it. What an environment must reach is in `environments`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """A setting that does not fit the others."""

    path: Path
    """From the section: `("network", "availability_zones", 1)`."""
    value: object
    """What was found."""
    allowed: str
    """What would fit."""
    fix: str
    """What to do."""


Rule = Callable[..., Iterator[Finding]]
RULES: list[tuple[tuple[str, ...], Rule]] = []
"""Every rule with the sections it reads. Beside the sections there are `today` and `stack`."""
OPTIONAL = "?"
"""Ends the name of a section that a rule wants even when the stack has none: it is called with None then."""


def rule(*sections: str) -> Callable[[Rule], Rule]:
    """Register a rule that is called with these sections, in this order, where the stack has them all.

    Args:
        sections: names; `name?` for a section without which the rule has something to say, too.
    """

    def register(function: Rule) -> Rule:
        RULES.append((sections, function))
        return function

    return register


def findings(sections: Mapping[str, Any]) -> list[Finding]:
    """Run every rule whose sections are present.

    Args:
        sections: valid sections by name, None for those that are left out, `today` (a date), and `stack` (its name)
            where known.
    """
    found = [
        finding
        for needs, check in RULES
        if all(_present(name, sections) for name in needs)
        for finding in check(*(sections[name.removesuffix(OPTIONAL)] for name in needs))
    ]
    for name, section in sections.items():
        if isinstance(section, BaseModel):
            found += repeats((name,), section)
    return found


def _present(name: str, sections: Mapping[str, Any]) -> bool:
    """Whether a section is there, or left out where its rule wants to know that."""
    if name.endswith(OPTIONAL):
        return name.removesuffix(OPTIONAL) in sections
    return sections.get(name) is not None


def repeats(path: Path, value: object) -> Iterator[Finding]:
    """A list that names the same thing twice; every list in the settings is a set with an order."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from repeats((*path, name), getattr(value, name))
    elif isinstance(value, tuple):
        items: list[object] = list(value)  # pyright: ignore[reportUnknownArgumentType]  # a tuple of whatever the field holds
        for index, item in enumerate(items):
            if item in items[:index]:
                yield Finding((*path, index), item, "each entry once", "remove the second one")


def follow(settings: BaseModel, today: date) -> None:
    """Refuse settings whose sections do not fit one another; for models that are made in code, not read from a file.

    Raises:
        ValueError: a line for every finding.
    """
    sections = {name: getattr(settings, name) for name in type(settings).model_fields}
    if found := findings({"today": today, **sections}):
        lines = (f"{'.'.join(map(str, f.path))}: {f.value} is refused; allowed: {f.allowed}; {f.fix}" for f in found)
        raise ValueError("\n".join(lines))
