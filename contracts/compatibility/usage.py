"""What one consumer uses of an interface: everything else may change without it noticing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from contracts.compatibility.verdict import Bump, Change, Severity


@dataclass(frozen=True)
class Uses:
    """One edge: which operations a consumer calls, and which fields of the answers it reads.

    `operations`: `GET /orders/{id}` or an operationId → JSON pointers of the response fields that are read (`*` for any
    element), or None if all are. An operation that is not named is not used.
    """

    consumer: str
    operations: Mapping[str, frozenset[str] | None] = field(default_factory=dict[str, frozenset[str] | None])


def touches(pointer: str, reads: frozenset[str]) -> bool:
    """Whether a change at a pointer meets a field that is read: the field itself, what is around it, or within it."""
    steps = pointer.split("/")
    for read in reads:
        other = read.split("/")
        if all(a == b or "*" in (a, b) for a, b in zip(steps, other, strict=False)):
            return True
    return False


def restrict(changes: Iterable[Change], reads: frozenset[str] | None) -> list[Change]:
    """The changes as one reader meets them: outside of what it reads nothing breaks."""
    if reads is None:
        return list(changes)
    return [
        change
        if not change.refuses or touches(change.path, reads)
        else replace(change, severity=Severity.COMPATIBLE, bump=Bump.MINOR, what=f"{change.what} (not read)")
        for change in changes
    ]
