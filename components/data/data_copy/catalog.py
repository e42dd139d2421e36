"""What PostgreSQL says of the tables of a schema (DB-6)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Run = Callable[..., list[list[Any]]]
SCHEMA = "public"
_LENGTH = re.compile(r"\(\d+(,\d+)?\)")
_ALTERNATIVE = re.compile(r"'((?:[^']|'')*)'")
_LISTED = re.compile(r"^CHECK \(+(?:\w+|\"[^\"]+\") = ANY \(+ARRAY\[(.*)\]")


class CatalogError(ValueError):
    """Tables that cannot be copied as they are; a line for each reason."""


@dataclass(frozen=True)
class Column:
    """One column."""

    name: str
    kind: str
    """Type without its length, such as `character varying`."""
    declared: str
    """Type with its length, for casts."""
    nullable: bool
    default: bool
    """Whether it has a default, or draws its own numbers."""
    unique: bool
    """Whether a key or unique index holds it alone."""


@dataclass(frozen=True)
class Table:
    """One table."""

    name: str
    columns: tuple[Column, ...]
    references: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """Column → (table, column) that it refers to; foreign keys of several columns give one entry each."""
    alternatives: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Column → the values that a CHECK lists."""


def quoted(name: str) -> str:
    """A name as SQL takes any name."""
    return '"' + name.replace('"', '""') + '"'


def tables(run: Run) -> dict[str, Table]:
    """Every ordinary table of `public`, by name. Generated columns are left out: nobody writes them."""
    columns: dict[str, list[Column]] = {}
    for table, name, declared, nullable, default, unique in run(_COLUMNS, schema=SCHEMA):
        kind = _LENGTH.sub("", declared)
        columns.setdefault(table, []).append(Column(name, kind, declared, nullable, default, unique))
    references: dict[str, dict[str, tuple[str, str]]] = {}
    for table, column, other, theirs in run(_REFERENCES, schema=SCHEMA):
        references.setdefault(table, {})[column] = (other, theirs)
    alternatives: dict[str, dict[str, tuple[str, ...]]] = {}
    for table, column, definition in run(_CHECKS, schema=SCHEMA):
        if listed := _LISTED.match(definition):
            values = tuple(each.replace("''", "'") for each in _ALTERNATIVE.findall(listed[1]))
            alternatives.setdefault(table, {})[column] = values
    return {
        name: Table(name, tuple(found), references.get(name, {}), alternatives.get(name, {}))
        for name, found in columns.items()
    }


def ordered(found: dict[str, Table]) -> list[str]:
    """Tables, each after those that it refers to.

    Raises:
        CatalogError: tables refer to one another in a circle.
    """
    waiting, order = dict(sorted(found.items())), list[str]()
    while waiting:
        ready = [
            name
            for name, table in waiting.items()
            if not {other for other, _ in table.references.values()} & (waiting.keys() - {name})
        ]
        if not ready:
            raise CatalogError(f"{', '.join(waiting)} refer to one another in a circle; copy them by hand")
        order += ready
        for name in ready:
            del waiting[name]
    return order


_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
       a.atthasdef OR a.attidentity <> '',
       EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indnkeyatts = 1
               AND (i.indkey[0] = a.attnum
                    OR (i.indkey[0] = 0 AND pg_get_indexdef(i.indexrelid) LIKE '%(' || a.attname || ')%')))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
WHERE n.nspname = :schema AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
ORDER BY c.relname, a.attnum
"""
_REFERENCES = """
SELECT c.relname, a.attname, o.relname, b.attname
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_class o ON o.oid = k.confrelid
     CROSS JOIN LATERAL unnest(k.conkey, k.confkey) AS pair(mine, theirs)
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = pair.mine
     JOIN pg_attribute b ON b.attrelid = o.oid AND b.attnum = pair.theirs
WHERE n.nspname = :schema AND k.contype = 'f' AND k.conparentid = 0
"""
_CHECKS = """
SELECT c.relname, a.attname, pg_get_constraintdef(k.oid)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
WHERE n.nspname = :schema AND k.contype = 'c' AND array_length(k.conkey, 1) = 1
"""
