"""Invents rows from the schema alone (DB-6): the same ones each time, with references that lead somewhere."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping

from .catalog import Column, Table, ordered, quoted, tables
from .copying import BATCH, Connection, CopiedTable, Rules, write
from .masks import FIRST, INTEGER_BITS, LAST, NUMBERS, MaskError, erased

MOST_NUMBER = 10_000
DAYS = 28


def invent(target: Connection, rules: Rules, rows: int, *, flow: str) -> list[CopiedTable]:
    """Replace the rows of every table by invented ones, in one transaction.

    Args:
        target: has the tables, as the service's migrations make them.
        rules: table → column → mask; what a mask is for says what to invent.
        rows: of each table, unless a unique column can hold fewer values.
        flow: name of the flow; rows are drawn from it.

    Raises:
        CatalogError: tables refer to one another in a circle.
        MaskError: nothing can be invented for a column's type; it needs a default.
    """
    target.run("BEGIN")
    try:
        found = tables(target.run)
        order = ordered(found)
        if order:
            target.run(f"TRUNCATE {', '.join(f'public.{quoted(name)}' for name in order)}")
        made: dict[tuple[str, str], list[str]] = {}
        report: list[CopiedTable] = []
        for name in order:
            table = found[name]
            columns, drawn = table_rows(table, rules.get(name, {}), rows, made, random.Random(f"{flow}/{name}"))
            for start in range(0, len(drawn), BATCH):
                write(target, f"public.{quoted(name)}", columns, drawn[start : start + BATCH])
            _remember(target, table, found, made)
            report.append(CopiedTable(name, len(drawn), {c.name: "invented" for c in columns}, resumed=False))
    except BaseException:
        target.run("ROLLBACK")
        raise
    target.run("COMMIT")
    return report


def table_rows(
    table: Table,
    masks: Mapping[str, str],
    rows: int,
    made: Mapping[tuple[str, str], list[str]],
    draw: random.Random,
) -> tuple[list[Column], list[list[str | None]]]:
    """Columns without a default, and rows of them; references are taken from what was made before.

    A table whose references are all its key has as many rows as there are for them to refer to, at most.
    """
    columns = [column for column in table.columns if not column.default or column.unique]
    keys = [column.name for column in columns if column.name in table.references and column.unique]
    most = min([rows, *(len(made.get(table.references[key], [])) for key in keys)])
    result: list[list[str | None]] = []
    for number in range(most):
        row: list[str | None] = []
        for column in columns:
            reference = table.references.get(column.name)
            if reference is not None and reference[0] != table.name:
                parents = made.get(reference, [])
                row.append(parents[number % len(parents)] if parents else None)
            elif reference is not None:
                row.append(None)  # the first of its own kind
            elif column.name in table.alternatives:
                row.append(draw.choice(table.alternatives[column.name]))
            else:
                row.append(value(column, masks.get(column.name, "keep"), number, draw))
        result.append(row)
    return columns, result


def value(column: Column, mask: str, number: int, draw: random.Random) -> str | None:
    """One invented value; a unique column gets another one for each row."""
    kind = column.kind
    if mask == "email":
        return f"user{number}@invented.example"
    if mask == "phone":
        return f"+1202555{number:04d}"
    if mask == "name":
        return f"{draw.choice(FIRST)} {draw.choice(LAST)} {number}"
    if kind == "uuid":
        return str(uuid.UUID(int=draw.getrandbits(128), version=4))
    if kind in NUMBERS:
        most = min(MOST_NUMBER, (1 << INTEGER_BITS.get(kind, 31)) - 1)
        return str(number + 1 if column.unique else draw.randint(1, most))
    if kind == "boolean":
        return draw.choice(("true", "false"))
    if kind == "date":
        return f"2025-{draw.randint(1, 12):02d}-{draw.randint(1, DAYS):02d}"
    if kind.startswith("timestamp"):
        return f"2025-{draw.randint(1, 12):02d}-{draw.randint(1, DAYS):02d} {draw.randint(0, 23):02d}:00:00+00"
    if kind in {"json", "jsonb"}:
        return "{}"
    if kind in {"text", "character varying", "character"}:
        text = f"{column.name} {number}"
        return _fitted(text, number, column)
    if column.unique:
        raise MaskError(f"nothing to invent for unique columns of type {kind} ({column.name}); give it a default")
    return erased("", kind, column.nullable)


def _fitted(text: str, number: int, column: Column) -> str:
    """The text, or its number alone, within the column's length."""
    length = int(column.declared.rpartition("(")[2].rstrip(")")) if column.declared.endswith(")") else len(text)
    return text if len(text) <= length else str(number)[-length:]


def _remember(
    target: Connection, table: Table, found: Mapping[str, Table], made: dict[tuple[str, str], list[str]]
) -> None:
    """Values that other tables refer to."""
    wanted = {theirs for each in found.values() for other, theirs in each.references.values() if other == table.name}
    for column in sorted(wanted):
        place = f"public.{quoted(table.name)}"
        rows = target.run(f"SELECT {quoted(column)}::text FROM {place} ORDER BY {quoted(column)}")
        made[table.name, column] = [row[0] for row in rows]
