"""Semantic versions and npm-style ranges of them. Source: https://semver.org, and the documentation of npm's ranges.

A range is alternatives joined by `||`; an alternative is comparators joined by spaces, all of which must hold:
`^1.2.0`, `~1.2`, `>=1.0.0 <3.0.0`, `1.x`, `*`, `1.2.0 - 2.0.0`, `=1.2.3`. A pre-release is accepted only where a
comparator of the same alternative names a pre-release of the same major.minor.patch, as npm has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache, total_ordering

_NUMBER = r"(?:0|[1-9][0-9]{0,8})"
_IDENTIFIERS = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
VERSION_PATTERN = rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_IDENTIFIERS})?(?:\+{_IDENTIFIERS})?"
_VERSION = re.compile(rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})(?:-({_IDENTIFIERS}))?(?:\+{_IDENTIFIERS})?")
_PART = rf"(?:{_NUMBER}|[xX*])"
_PARTIAL = re.compile(rf"({_PART})(?:\.({_PART})(?:\.({_PART})(?:-({_IDENTIFIERS}))?(?:\+{_IDENTIFIERS})?)?)?")
_COMPARATOR = re.compile(r"(\^|~|>=|<=|>|<|=)?\s*([^\s<>=^~|]+)")
LONGEST_RANGE = 128
"""Characters of a range."""

Key = tuple[int, int, int, bool, tuple[tuple[bool, int, str], ...]]


@total_ordering
@dataclass(frozen=True)
class Version:
    """One version; build metadata is read and forgotten, since it has no part in precedence."""

    major: int
    minor: int
    patch: int
    prerelease: tuple[str, ...] = ()
    """Identifiers after the hyphen: `1.0.0-rc.1` → `("rc", "1")`."""

    @classmethod
    @lru_cache(maxsize=1024)  # the same few are compared again and again
    def parse(cls, text: str) -> Version:
        """Read `1.2.3` or `1.2.3-rc.1`.

        Raises:
            ValueError: it is no semantic version.
        """
        match = _VERSION.fullmatch(text)
        identifiers = tuple(match[4].split(".")) if match and match[4] else ()
        if match is None or any(part.isdigit() and part != str(int(part)) for part in identifiers):
            raise ValueError(f"{text!r} is no semantic version")
        return cls(int(match[1]), int(match[2]), int(match[3]), identifiers)

    @property
    def release(self) -> tuple[int, int, int]:
        """Major, minor and patch."""
        return self.major, self.minor, self.patch

    @property
    def _key(self) -> Key:
        """Precedence: a release after its pre-releases, numbers before words and by value."""
        parts = tuple((not p.isdigit(), int(p) if p.isdigit() else 0, p) for p in self.prerelease)
        return (*self.release, not self.prerelease, parts)

    def __lt__(self, other: Version) -> bool:
        return self._key < other._key

    def __str__(self) -> str:
        tail = f"-{'.'.join(self.prerelease)}" if self.prerelease else ""
        return f"{self.major}.{self.minor}.{self.patch}{tail}"


FIRST_PRERELEASE = ("0",)
"""Comes before every other pre-release of the same version: as an upper bound it keeps those out too."""


@dataclass(frozen=True)
class _Bounds:
    """Versions from `low` (included) up to `high` (excluded unless `closed`)."""

    low: Version
    high: Version | None
    named: tuple[Version, ...] = ()
    """Pre-releases that the text names."""
    above: bool = False
    """Whether `low` itself is left out."""
    closed: bool = False

    def holds(self, version: Version) -> bool:
        if version < self.low or (self.above and version == self.low):
            return False
        return self.high is None or version < self.high or (self.closed and version == self.high)


@dataclass(frozen=True)
class Range:
    """Which versions a consumer accepts."""

    text: str
    alternatives: tuple[tuple[_Bounds, ...], ...]

    @classmethod
    def parse(cls, text: str) -> Range:
        """Read an npm-style range.

        Raises:
            ValueError: it is none; the message says which part.
        """
        return _parse(text)

    def __contains__(self, version: Version) -> bool:
        return any(_holds(bounds, version) for bounds in self.alternatives)

    def best(self, versions: Iterable[Version]) -> Version | None:
        """The highest version that is accepted; None if none is."""
        return max((version for version in versions if version in self), default=None)

    def __str__(self) -> str:
        return self.text


def _holds(bounds: tuple[_Bounds, ...], version: Version) -> bool:
    if not all(bound.holds(version) for bound in bounds):
        return False
    return not version.prerelease or any(named.release == version.release for bound in bounds for named in bound.named)


@cache
def _parse(text: str) -> Range:
    if len(text) > LONGEST_RANGE:
        raise ValueError(f"it has {len(text)} characters")
    return Range(text, tuple(_alternative(part.strip()) for part in text.split("||")))


def _alternative(text: str) -> tuple[_Bounds, ...]:
    if not text:
        raise ValueError("an alternative is empty; write * for any version")
    first, hyphen, last = text.partition(" - ")
    if hyphen:
        return (_comparator(">=", first.strip()), _comparator("<=", last.strip()))
    found: list[_Bounds] = []
    position = 0
    while position < len(text):
        match = _COMPARATOR.match(text, position)
        if match is None:
            raise ValueError(f"{text[position:]!r} is no comparator")
        found.append(_comparator(match[1] or "=", match[2]))
        position = match.end()
        while position < len(text) and text[position] == " ":
            position += 1
    return tuple(found)


def _comparator(operator: str, text: str) -> _Bounds:
    match = _PARTIAL.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no version, nor the beginning of one")
    numbers = [int(part) for part in match.groups()[:3] if part is not None and part not in "xX*"]
    given = [part for part in match.groups()[:3] if part is not None]
    if any(part not in "xX*" for part in given[len(numbers) :]):
        raise ValueError(f"{text!r} has a number behind a wildcard")
    tail = tuple(match[4].split(".")) if match[4] and len(numbers) == 3 else ()
    if match[4] and not tail:
        raise ValueError(f"{text!r} has a pre-release behind a wildcard")
    low = _version(numbers, tail)
    named = (low,) if tail else ()
    after = _after(numbers, len(numbers) - 1)  # the first version that the text does not begin
    exact = len(numbers) == 3
    match operator:
        case "^":
            # The leftmost number that is not zero stays: 0.2.3 admits 0.2.x, 0.0.3 itself only, 0 and 0.x any 0.
            kept = next((index for index, number in enumerate(numbers) if number), len(numbers) - 1)
            return _Bounds(low, _after(numbers, kept), named)
        case "~":
            return _Bounds(low, _after(numbers, min(1, len(numbers) - 1)), named)
        case ">=":
            return _Bounds(low, None, named)
        case ">":
            if exact:
                return _Bounds(low, None, named, above=True)
            # Behind every 1.x comes 2.0.0; nothing comes behind *.
            return _Bounds(after, None) if after else _Bounds(low, low)
        case "<":
            return _Bounds(_LOWEST, low if tail else Version(*low.release, FIRST_PRERELEASE), named)
        case "<=":
            return _Bounds(_LOWEST, low, named, closed=True) if exact else _Bounds(_LOWEST, after)
        case _:
            return _Bounds(low, low, named, closed=True) if exact else _Bounds(low, after)


def _version(numbers: list[int], prerelease: tuple[str, ...]) -> Version:
    """The version whose missing numbers are zero."""
    major, minor, patch = [*numbers, 0, 0, 0][:3]
    return Version(major, minor, patch, prerelease)


def _after(numbers: list[int], index: int) -> Version | None:
    """The lowest version above all that keep the numbers up to `index`; None for `*`."""
    if index < 0:
        return None
    raised = [*numbers[:index], numbers[index] + 1]
    return _version(raised, FIRST_PRERELEASE)


_LOWEST = Version(0, 0, 0, FIRST_PRERELEASE)
