"""IAM policy documents in one form, whatever spelling the program chose.

Text and nested values are read alike, one statement and a list of them, one value and a list, any case of an action.
A document that is put together from outputs of other resources is read with a placeholder in place of each output.
"""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Any, cast

from graph.values import FrozenList, FrozenMap, Presence, Reference, Secret, Unknown, Value

OPEN = re.compile(r"\$\{urn:pulumi:[^}]*\}")
"""A placeholder: the output of another resource, known only after deployment."""
ANYONE = "*"
ELEMENTS = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)
"""Elements of a statement. IAM User Guide, "Grammar of the IAM JSON policy language"."""


class Unreadable(Enum):
    """Why there are no statements."""

    UNKNOWN = "not known before deployment"
    MALFORMED = "no policy document"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a statement."""

    operator: str
    """Lower case, such as `stringequals`."""
    key: str
    """Lower case, such as `aws:sourceaccount`."""
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; actions are lower case, single values are lists."""

    sid: str
    allow: bool
    principals: tuple[tuple[str, str], ...] = ()
    """Kind (`AWS`, `Service`, `Federated`, `CanonicalUser`, or `*`) and value."""
    not_principals: tuple[tuple[str, str], ...] = ()
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = field(default=())

    def allows(self, action: str) -> bool:
        """Whether an allowing statement covers an action such as `s3:GetObject`, wildcards and NotAction included."""
        return self.allow and self.covers(action)

    def covers(self, action: str) -> bool:
        """Whether the statement, allowing or denying, speaks of an action."""
        wanted = action.lower()
        if self.not_actions:
            return not any(matches(pattern, wanted) for pattern in self.not_actions)
        return any(matches(pattern, wanted) for pattern in self.actions)

    @property
    def every_resource(self) -> bool:
        """Whether it speaks of all resources; NotResource counts, for it names all but a few."""
        return (
            bool(self.not_resources)
            or any(set(resource) <= {"*", ":"} for resource in self.resources)
            or any(resource == "arn:*" or re.fullmatch(r"arn:[^:]*(:\*)+", resource) for resource in self.resources)
        )

    @property
    def anyone(self) -> bool:
        """Whether it speaks of every principal; NotPrincipal of an allowing statement counts."""
        if self.allow and self.not_principals:
            return True
        return any(value.strip() == ANYONE for kind, value in self.principals if kind in {"*", "AWS"})

    def condition_on(self, *keys: str) -> bool:
        """Whether a condition limits one of some keys to values without a wildcard for all."""
        wanted = {key.lower() for key in keys}
        return any(
            condition.key in wanted
            and not condition.operator.endswith("ifexists")
            # ForAllValues holds where the key is not there at all, as for a caller without credentials.
            and not condition.operator.startswith("forallvalues:")
            and not condition.operator.removeprefix("foranyvalue:").startswith(("stringnot", "arnnot", "null"))
            and all(set(value) - {"*", ":", "?"} for value in condition.values)
            and bool(condition.values)
            for condition in self.conditions
        )


def read_document(value: Value | Presence) -> tuple[Statement, ...] | Unreadable:
    """The statements of a policy document, whatever form it has."""
    if isinstance(value, Unknown):
        if not any(isinstance(part, str) for part in value.parts):
            return Unreadable.UNKNOWN
        value = "".join(placeholder(part) if isinstance(part, Reference) else part for part in value.parts)
    elif isinstance(value, Secret):
        return Unreadable.UNKNOWN
    elif isinstance(value, FrozenMap):
        value = json.dumps(_thawed(value))
    parsed = _parsed(value) if isinstance(value, str) else None
    return parsed if parsed is not None else Unreadable.MALFORMED


def is_open(text: str) -> bool:
    """Whether a text of a document contains what is known only after deployment."""
    return OPEN.search(text) is not None


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern with `*` and `?` covers a text, without regard to case, as IAM compares actions."""
    return _matcher(pattern.lower())(text.lower())


@lru_cache(maxsize=4096)
def _matcher(pattern: str) -> Any:
    if "*" not in pattern and "?" not in pattern:
        return pattern.__eq__
    return re.compile(fnmatch.translate(pattern.replace("[", "[[]"))).match


def placeholder(reference: Reference) -> str:
    """How an output of another resource stands in a text."""
    return "${" + f"{reference.urn}#{reference.output}".replace('"', "") + "}"


def _thawed(value: Value) -> Any:
    match value:
        case FrozenMap():
            return {key: _thawed(item) for key, item in value.items()}
        case FrozenList():
            return [_thawed(item) for item in value]
        case Unknown():
            return "".join(placeholder(p) if isinstance(p, Reference) else p for p in value.parts) or placeholder(
                Reference("urn:pulumi:unknown", "value")
            )
        case _:
            return value


@lru_cache(maxsize=2048)
def _parsed(text: str) -> tuple[Statement, ...] | None:
    try:
        document = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None
    statements = _list(cast("dict[str, Any]", document).get("Statement")) if isinstance(document, dict) else []
    if not statements or not all(isinstance(s, dict) and _is_statement(cast("dict[str, Any]", s)) for s in statements):
        return None
    return tuple(_statement(cast("Mapping[str, Any]", s)) for s in statements)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose keys are there once: of two, AWS and a reader here might take different ones."""
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key is there twice")
    return dict(pairs)


def _is_statement(raw: dict[str, Any]) -> bool:
    """Whether everything in a statement is understood; what is not might be an Action in another spelling."""
    return raw.keys() <= ELEMENTS and raw.get("Effect") in {"Allow", "Deny"}


def _statement(raw: Mapping[str, Any]) -> Statement:
    return Statement(
        sid=str(raw.get("Sid", "")),
        allow=raw.get("Effect") == "Allow",
        principals=tuple(_principals(raw.get("Principal"))),
        not_principals=tuple(_principals(raw.get("NotPrincipal"))),
        actions=tuple(action.lower() for action in _texts(raw.get("Action"))),
        not_actions=tuple(action.lower() for action in _texts(raw.get("NotAction"))),
        resources=tuple(_texts(raw.get("Resource"))),
        not_resources=tuple(_texts(raw.get("NotResource"))),
        conditions=tuple(_conditions(raw.get("Condition"))),
    )


def _principals(raw: Any) -> Iterator[tuple[str, str]]:
    if isinstance(raw, str):
        yield "*", raw
    elif isinstance(raw, dict):
        for kind, values in cast("dict[str, Any]", raw).items():
            for value in _texts(values):
                yield kind, value


def _conditions(raw: Any) -> Iterator[Condition]:
    if not isinstance(raw, dict):
        return
    for operator, keys in cast("dict[str, Any]", raw).items():
        if isinstance(keys, dict):
            for key, values in cast("dict[str, Any]", keys).items():
                yield Condition(operator.lower(), key.lower(), tuple(_texts(values)))


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _texts(value: Any) -> list[str]:
    return [item if isinstance(item, str) else json.dumps(item) for item in _list(value)]
