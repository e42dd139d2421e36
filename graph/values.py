"""Property values of a resource graph: plain data, plus what is unknown, secret, a file or another resource.

Names inside property values are the wire's camelCase, exactly as a provider or a policy receives them.
All values are immutable, so a graph can be shared between questions without copies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeAlias, cast


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """An output property of another resource.

    ``output`` is a wire property path of the target (``arn``, ``endpoints[0].address``), ``id`` for its
    identifier, ``urn`` for the URN itself.
    """

    urn: str
    output: str

    def __str__(self) -> str:
        return f"{self.urn}#{self.output}"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that exists only after deployment. It compares equal to nothing known: never read it as a pass.

    ``parts`` says what is known about how it is made, in order: text and references. One reference alone is a
    plain pass-through of another resource's output; empty means that only the dependency is known
    (the value went through ``apply``).
    """

    parts: tuple[str | Reference, ...] = ()

    @property
    def ref(self) -> Reference | None:
        """The reference this value passes through unchanged, if it does."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Reference):
            return self.parts[0]
        return None

    @property
    def references(self) -> tuple[Reference, ...]:
        """Every output this value is known to contain, in order of appearance."""
        return tuple(part for part in self.parts if isinstance(part, Reference))

    def __bool__(self) -> bool:
        raise TypeError("an unknown value is neither true nor false: compare with `is_unknown(value)` first")

    def __str__(self) -> str:
        return "".join(f"${{{part}}}" if isinstance(part, Reference) else part for part in self.parts) or "<unknown>"

    def __repr__(self) -> str:
        return f"Unknown({str(self)!r})" if self.parts else "Unknown()"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret was here. The graph keeps the mark and throws the value away, so there is nothing to leak.

    ``unknown`` is set when the value was not known either; its references are wiring, not content.
    Two secrets are equal when their marks are: a graph cannot tell whether a secret has changed.
    """

    unknown: Unknown | None = None

    def __post_init__(self) -> None:
        if self.unknown is not None and any(isinstance(part, str) for part in self.unknown.parts):
            object.__setattr__(self, "unknown", UNKNOWN)  # text around a reference is content

    def __bool__(self) -> bool:
        raise TypeError("a secret's value is not in the graph: compare with `is_secret(value)` first")

    def __str__(self) -> str:
        return "<secret>"

    def __repr__(self) -> str:
        return f"Secret({self.unknown!r})" if self.unknown is not None else "Secret()"


SECRET: Final = Secret()


@dataclass(frozen=True, slots=True)
class Asset:
    """A file, text or archive that a resource uploads, known by its content alone.

    ``hash`` is the engine's SHA-256 (hex) of the content, or None where the content could not be read here.
    """

    kind: str  # "asset" or "archive"
    hash: str | None


@dataclass(frozen=True, slots=True)
class ResourceReference:
    """A whole resource passed as a value."""

    urn: str


class Presence(Enum):
    """The third answer of a property look-up: nobody set it."""

    MISSING = "missing"

    def __repr__(self) -> str:
        return self.name


MISSING: Final = Presence.MISSING


class FrozenMap(Mapping[str, "Value"]):
    """An immutable mapping with string keys in sorted order; equal to any mapping with the same items."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> None:
        pairs = dict(items)
        self._items: dict[str, Value] = {key: freeze(pairs[key]) for key in sorted(pairs)}

    def __getitem__(self, key: str) -> Value:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(tuple(self._items.items()))

    def __repr__(self) -> str:
        return repr(self._items)

    def __reduce__(self) -> tuple[type[FrozenMap], tuple[dict[str, Value]]]:
        return (FrozenMap, (self._items,))


class FrozenList(tuple["Value", ...]):
    """An immutable list; equal to a list or tuple with the same items, so that tests read naturally."""

    __slots__ = ()

    def __new__(cls, items: Iterable[Any] = ()) -> FrozenList:
        """Freeze the items."""
        return super().__new__(cls, (freeze(item) for item in items))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, list):
            return super().__eq__(tuple(cast("list[object]", other)))
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return super().__hash__()

    def __repr__(self) -> str:
        return repr(list(self))


Value: TypeAlias = (
    bool | int | float | str | Unknown | Secret | Asset | ResourceReference | FrozenList | FrozenMap | None
)


def freeze(value: object) -> Value:
    """Make a value immutable.

    Raises ``TypeError`` naming the type alone: the value may be a secret on its way to being marked.
    """
    match value:
        case None | bool() | int() | str() | Unknown() | Secret() | Asset() | ResourceReference():
            return value
        case float():
            return int(value) if value.is_integer() else value
        case FrozenMap() | FrozenList():
            return value
        case Mapping():
            return FrozenMap(cast("Mapping[str, Any]", value))
        case list() | tuple():
            return FrozenList(cast("Iterable[Any]", value))
        case _:
            raise TypeError(f"a graph cannot hold a {type(value).__name__}")


def is_unknown(value: Value | Presence) -> bool:
    """Whether the value itself cannot be read before deployment (secret or not)."""
    return isinstance(value, Unknown) or (isinstance(value, Secret) and value.unknown is not None)


def is_secret(value: Value | Presence) -> bool:
    """Whether the value was marked secret."""
    return isinstance(value, Secret)


def walk(value: Value, path: str = "") -> Iterator[tuple[str, Value]]:
    """Every value inside a value with its path below ``path``, depth first, containers before their members."""
    yield path, value
    if isinstance(value, FrozenMap):
        for key, item in value.items():
            yield from walk(item, join_path(path, key))
    elif isinstance(value, FrozenList):
        for index, item in enumerate(value):
            yield from walk(item, f"{path}[{index}]")


def contains_unknown(value: Value) -> bool:
    """Whether any part of the value cannot be read before deployment."""
    return any(is_unknown(item) for _, item in walk(value))


def join_path(path: str, key: str) -> str:
    """Append a mapping key to a property path, quoted where a dot or bracket would be misread."""
    if not key or any(character in key for character in '.[]"'):
        escaped = key.replace("\\", "\\\\").replace('"', '\\"')
        return f'{path}["{escaped}"]'
    return f"{path}.{key}" if path else key
