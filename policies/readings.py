"""One property of a resource and what may be asked of it; every question answers with a verdict."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from graph.values import MISSING, FrozenList, FrozenMap, Presence, Secret, Unknown, Value
from policies.verdicts import PASS, Fail, Undecided, Verdict

LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Reading:
    """A property as the graph knows it: a value, nothing, or something that cannot be read."""

    path: str
    """Where it stands, in Pulumi's notation."""
    value: Value | Presence
    """Value, ``Unknown``, ``Secret`` or ``MISSING``."""
    wired: bool = False
    """Whether an unknown value is an output of another resource, so that there will be one."""

    @property
    def known(self) -> bool:
        """Whether the value can be read; ``MISSING`` can."""
        return not isinstance(self.value, Unknown | Secret)

    @property
    def missing(self) -> bool:
        """Whether nobody set it; null counts as not set, as it does for a provider."""
        return self.value is MISSING or self.value is None

    def text(self) -> str:
        """The value for a message; what is secret is never shown."""
        return shown(self.value)

    def undecided(self) -> Undecided:
        """That it cannot be read, and why."""
        return Undecided(f"{self.path} (secret)" if isinstance(self.value, Secret) else self.path)

    # -- questions -----------------------------------------------------------------------------------------------

    def must(self, accepts: Callable[[Value | Presence], bool], wanted: str | Callable[[], str]) -> Verdict:
        """The value satisfies a predicate; `wanted` says it in words, such as `at least 7`, or makes them."""
        if not self.known:
            return self.undecided()
        if isinstance(self.value, FrozenList | FrozenMap) and any(
            isinstance(v, Unknown | Secret) for v in _inside(self.value)
        ):
            return self.undecided()  # a part that cannot be read might decide it; `must_contain` looks closer
        if accepts(self.value):
            return PASS
        words = wanted if isinstance(wanted, str) else wanted()
        return Fail(f"{self.path} is {self.text()}, it must be {words}")

    def must_be(self, expected: Value) -> Verdict:
        """Equals a value; numbers and booleans written as text count as what they say."""
        return self.must(lambda value: plain(value) == plain(expected), lambda: shown(expected))

    def must_not_be(self, refused: Value) -> Verdict:
        """Differs from a value."""
        return self.must(lambda value: plain(value) != plain(refused), lambda: f"anything but {shown(refused)}")

    def must_be_one_of(self, allowed: Iterable[Value]) -> Verdict:
        """Equals one of some values."""
        values = tuple(allowed)
        return self.must(
            lambda v: plain(v) in {plain(a) for a in values}, lambda: f"one of {', '.join(map(shown, values))}"
        )

    def must_be_at_least(self, minimum: float, unit: str = "") -> Verdict:
        """A number not below a bound. What is no number fails."""
        return self.must(lambda v: (n := _number(v)) is not None and n >= minimum, f"at least {minimum:g}{unit}")

    def must_be_at_most(self, maximum: float, unit: str = "") -> Verdict:
        """A number not above a bound. What is no number fails."""
        return self.must(lambda v: (n := _number(v)) is not None and n <= maximum, f"at most {maximum:g}{unit}")

    def must_contain(self, *wanted: Value) -> Verdict:
        """A list that holds every one of some values. Unknown items decide nothing against it."""
        if not self.known:
            return self.undecided()
        items = tuple(self.value) if isinstance(self.value, FrozenList) else ()
        have = {plain(item) for item in items if not isinstance(item, Unknown | Secret | FrozenList | FrozenMap)}
        lacking = [item for item in wanted if plain(item) not in have]
        if not lacking:
            return PASS
        if any(isinstance(item, Unknown | Secret) for item in items):
            return self.undecided()
        return Fail(f"{self.path} is {self.text()}, it must contain {', '.join(map(shown, lacking))}")

    def must_be_set(self) -> Verdict:
        """Something is there. What cannot be read, as a secret may be empty, passes only as another's output."""
        if self.missing or self.value == "" or self.value == FrozenList() or self.value == FrozenMap():
            return Fail(f"{self.path} is not set")
        if self.known:
            return PASS
        unknown = self.value.unknown if isinstance(self.value, Secret) else self.value
        wired = self.wired or (isinstance(unknown, Unknown) and bool(unknown.references))
        return PASS if wired else self.undecided()

    def must_not_be_set(self) -> Verdict:
        """Nothing is there."""
        if self.missing or self.value == FrozenList() or self.value == FrozenMap():
            return PASS
        return self.undecided() if not self.known else Fail(f"{self.path} is {self.text()}, it must not be set")


def plain(value: Value | Presence) -> object:
    """A value for comparison: `"true"`, `"7"` as what they say, since providers accept both spellings."""
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, int | float):
        return ("number", float(value))
    if isinstance(value, str):
        if value in {"true", "false"}:
            return ("bool", value == "true")
        try:
            return ("number", float(value)) if value.strip() == value and value[:1].isdigit() else value
        except ValueError:
            return value
    return value


def shown(value: Value | Presence) -> str:
    """A value in a message: JSON, cut where it is long; secrets are hidden."""
    if value is MISSING or value is None:
        return "not set"
    text = json.dumps(_printable(value), ensure_ascii=False) if not isinstance(value, str) else json.dumps(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def _printable(value: Value | Presence) -> object:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case FrozenMap():
            return {key: _printable(item) for key, item in value.items()}
        case FrozenList():
            return [_printable(item) for item in value]
        case _:
            return str(value)


def _inside(value: Value) -> Iterable[Value]:
    if isinstance(value, FrozenMap):
        for item in value.values():
            yield from _inside(item)
    elif isinstance(value, FrozenList):
        for item in value:
            yield from _inside(item)
    else:
        yield value


def _number(value: Value | Presence) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return None
