"""Directional comparison of two JSON Schemas (2020-12, and the dialect of OpenAPI 3.1).

What is written by one version is read by the other. Requests are written against the old version and read by the new
one (`Side.NEW` reads); responses and events are written by the new version and read by those who know the old one
(`Side.OLD` reads).

    compare({"type": "string", "maxLength": 9}, {"type": "string", "maxLength": 5}, reader=Side.NEW)
    → [Change(path="", what="maxLength went from 9 to 5", severity=BREAKING, bump=MAJOR)]

With `closed` writers are taken to write only the fields that they declare, which lets an optional field be added
without a major version; without it every instance that the schemas allow is considered, which is the letter of the
standard.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.compatibility.documents import DocumentSet
from contracts.compatibility.json_schema.comparison import Side
from contracts.compatibility.json_schema.inclusion import Inclusion
from contracts.compatibility.json_schema.notes import notes
from contracts.compatibility.json_schema.schema import At, Sameness, canonical, check
from contracts.compatibility.json_schema.writer import written
from contracts.compatibility.verdict import Bump, Change, compatible

__all__ = ["At", "Side", "check_schema", "compare", "compare_at"]

Source = str | Mapping[str, Any] | bool


def compare(
    old: Source,
    new: Source,
    *,
    reader: Side,
    closed: bool = False,
    old_documents: Mapping[str, str | Mapping[str, Any]] | None = None,
    new_documents: Mapping[str, str | Mapping[str, Any]] | None = None,
    name: str = "schema",
) -> list[Change]:
    """All changes between two schemas, worst first; empty if nothing changed.

    `…_documents` are the other documents that a `$ref` may name, by path relative to the schema.

    Raises:
        DocumentError: not readable, not JSON Schema 2020-12, too large, or a `$ref` that leads out of the documents.
    """
    before = DocumentSet.load(old, f"{name} (old)", old_documents)
    after = DocumentSet.load(new, f"{name} (new)", new_documents)
    roots = [At(documents.documents[documents.root], documents, documents.root) for documents in (before, after)]
    return compare_at(roots[0], roots[1], reader=reader, closed=closed)


def check_schema(
    source: Source, *, documents: Mapping[str, str | Mapping[str, Any]] | None = None, name: str = "schema"
) -> None:
    """Look at all of a schema, and at what it refers to.

    Raises:
        DocumentError: as `compare`.
    """
    found = DocumentSet.load(source, name, documents)
    check(At(found.documents[found.root], found, found.root), found.root)


def compare_at(old: At, new: At, *, reader: Side, closed: bool = False) -> list[Change]:
    """Like `compare`, for schemas inside loaded documents.

    Raises:
        DocumentError: as `compare`.
    """
    check(old, old.document)
    if new is not old:
        check(new, new.document)
    if Sameness().same(old, new) and _equal(old, new):
        return []
    writer, read = (old, new) if reader is Side.NEW else (new, old)
    refusing = Inclusion(reader).included(written((writer,), closed=closed), read)
    noted = notes(old, new, reader)
    other = Side.OLD if reader is Side.NEW else Side.NEW
    widened = [
        compatible(change.path, change.what)
        for change in Inclusion(other).included(written((read,), closed=False), writer)
        if change.severity == "breaking"
    ]
    return _settled([*refusing, *noted, *widened]) or [compatible("", "is written in another way", Bump.PATCH)]


def _equal(old: At, new: At) -> bool:
    """Whether the documents are equal, annotations included."""
    if old.documents.documents[old.document] is new.documents.documents[new.document]:
        return True
    return canonical(old.schema) == canonical(new.schema) and not notes(old, new, Side.OLD)


def _settled(changes: list[Change]) -> list[Change]:
    """One place, one story: what refuses hides the compatible half of the same change; worst first."""
    refused = {change.path for change in changes if change.refuses}
    order = {"breaking": 0, "unknown": 1, "compatible": 2}
    kept: dict[tuple[str, str], Change] = {}
    for change in sorted(changes, key=lambda change: order[change.severity]):
        if change.refuses or change.bump is Bump.PATCH or change.path not in refused:
            kept.setdefault((change.path, change.what), change)
    gone = {path for path, what in kept if what.startswith("was removed") or what == "was added"}
    return [c for c in kept.values() if c.path not in gone or c.refuses or c.what == "was added"]
