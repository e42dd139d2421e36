"""What a kind of value is, and the makers of the usual ones: one of a set, a range, a name, a shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from contracts import names

REFUSED = "atoll_refused"
"""Error type of a value that its kind refuses; the context carries `allowed` and `fix`."""


@dataclass(frozen=True)
class Kind:
    """A rule about one value, used as `Annotated[str, Kind(...)]`."""

    allowed: str
    """What is accepted, in words."""
    problem: Callable[[Any], str | None]
    """Why a value is refused; None when it is fine."""
    schema: Mapping[str, object] = field(default_factory=dict[str, object], hash=False)
    """The same rule for JSON Schema, as far as it can say it."""
    fix: str = "change the value"
    """What to do about it, when the reason alone does not say."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check after the type."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Add the rule to the type's schema."""
        return {**handler(core), **self.schema}

    def _check(self, value: Any) -> Any:
        reason = self.problem(value)
        if reason is None:
            return value
        # A reason that asks "did you mean …?" is all the advice that is needed.
        fix = reason if reason.endswith("?") else f"{reason}; {self.fix}" if reason else self.fix
        raise PydanticCustomError(REFUSED, "{fix}", {"allowed": self.allowed, "fix": fix})


def near(value: object, known: Sequence[object]) -> str:
    """`did you mean …?` where something known is near."""
    found = get_close_matches(str(value).lower(), [str(item) for item in known], n=1, cutoff=0.6)
    return f"did you mean {found[0]}?" if found else ""


def one_of(known: Sequence[str] | Sequence[int], what: str, *, listed: bool = True) -> Kind:
    """One of a known set; `listed` says whether the message can hold them all."""

    def problem(value: object) -> str | None:
        if value in known:
            return None
        if isinstance(value, int):
            closest = min((item for item in known if isinstance(item, int)), key=lambda item: abs(item - value))
            return f"the nearest is {closest}"
        return near(value, known) or f"it is not {what}"

    allowed = f"{what}: {', '.join(map(str, known))}" if listed else what
    return Kind(
        allowed,
        problem,
        {"enum": list(known)},
        "use one of these" if listed else "look it up on the page AWS has for it",
    )


def between(low: int, high: int, unit: str) -> Kind:
    """A whole number from `low` to `high`."""

    def problem(value: int) -> str | None:
        return None if low <= value <= high else f"it is {'below' if value < low else 'above'} the limit"

    return Kind(f"{low} to {high} {unit}", problem, {"minimum": low, "maximum": high}, f"choose {low} to {high}")


def named(kind: names.NameKind) -> Kind:
    """A name of a kind from `contracts.names`."""
    limits = {"pattern": f"^({kind.pattern})$", "minLength": kind.shortest, "maxLength": kind.longest}
    return Kind(
        f"{kind.allowed}; {kind.shortest} to {kind.longest} characters",
        kind.problem,
        limits,
        f"rename it ({kind.source})",
    )


def matching(pattern: str, allowed: str, problem: Callable[[str], str | None], fix: str = "rewrite it") -> Kind:
    """Text with a shape."""
    return Kind(allowed, problem, {"pattern": f"^({pattern})$"}, fix)


def shaped(pattern: str, allowed: str, fix: str) -> Kind:
    """Text of which nothing more can be said than that it does not have its shape."""

    def problem(text: str) -> str | None:
        return None if re.fullmatch(pattern, text) else "it does not have this form"

    return matching(pattern, allowed, problem, fix)
