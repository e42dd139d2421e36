"""Copies the tables of one database into another, every column by its rule, table by table (DB-6).

Rows go masked into tables of their own in the schema `atoll_copy` of the target; each finished table is noted there, so
that a run that was interrupted goes on with the next one. When all are there, one transaction replaces the real tables'
rows: whoever reads sees the old copy or the new one. Values are never written anywhere unmasked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from .catalog import CatalogError, Column, Run, Table, ordered, quoted, tables
from .masks import Masks

BATCH = 1000
"""Rows that are read and written at once."""
STAGE = "atoll_copy"
"""Schema of the target in which a copy grows."""

Rules = Mapping[str, Mapping[str, str]]
"""Table → column → mask."""


class Connection(Protocol):
    """A connection of pg8000's native interface, which begins no transaction by itself."""

    def run(self, sql: str, **values: Any) -> list[list[Any]]:
        """Run one statement."""
        ...


@dataclass(frozen=True)
class CopiedTable:
    """What happened to one table."""

    table: str
    rows: int
    masks: dict[str, str]
    """Column → mask."""
    resumed: bool
    """Whether an earlier, interrupted run had copied it."""


def copy(source: Connection, target: Connection, rules: Rules, key: bytes, *, flow: str) -> list[CopiedTable]:
    """Replace the target's rows by masked ones of the source.

    Args:
        source: read in one snapshot, and never written.
        target: has the same tables, as the service's migrations make them.
        rules: for every table and column of the source.
        key: of the masks; a run with another key does not go on with what an earlier one has copied.
        flow: name of the flow.

    Raises:
        CatalogError: before anything is written: a table or column without a rule, one that is missing on either
            side, a mask that a type does not take; a line for each.
    """
    masks = Masks(key)
    source.run("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        there, here = tables(source.run), tables(target.run)
        check(there, here, rules, masks)
        run_id = hashlib.sha256(b"\0".join((flow.encode(), key, repr(sorted_rules(rules)).encode()))).hexdigest()[:32]
        _prepare(target, run_id)
        done: dict[str, int] = dict(tuple(row) for row in target.run(f"SELECT name, rows FROM {STAGE}.progress"))
        order = ordered(here)
        copied = [
            CopiedTable(name, done[name], dict(rules[name]), resumed=True)
            if name in done
            else _copy_table(source, target, there[name], here[name], rules[name], masks)
            for name in order
        ]
    finally:
        source.run("ROLLBACK")
    _replace(target, {name: here[name] for name in order})
    return copied


def check(there: Mapping[str, Table], here: Mapping[str, Table], rules: Rules, masks: Masks) -> None:
    """Refuse what is not ruled to the last column: unknown is never copied.

    Raises:
        CatalogError: with a line for each reason.
    """
    problems = [f"table {name} has no rule" for name in sorted(there.keys() - rules.keys())]
    problems += [f"table {name} has rules and is not in the source" for name in sorted(rules.keys() - there.keys())]
    problems += [f"table {name} is not in the target" for name in sorted(there.keys() - here.keys())]
    problems += [f"table {name} is in the target alone" for name in sorted(here.keys() - there.keys())]
    for name in sorted(there.keys() & rules.keys() & here.keys()):
        mine = {column.name: column for column in here[name].columns}
        for column in there[name].columns:
            if column.name not in rules[name]:
                problems.append(f"column {name}.{column.name} has no rule")
            elif column.name not in mine:
                problems.append(f"column {name}.{column.name} is not in the target")
            else:
                problems += _misfit(name, column, mine[column.name], rules[name][column.name], masks)
        known = {column.name for column in there[name].columns}
        missing = sorted(rules[name].keys() - known)
        problems += [f"column {name}.{column} has a rule and is not in the source" for column in missing]
        problems += _torn(name, there[name], rules)
    if problems:
        raise CatalogError("\n".join(problems))


def _misfit(table: str, column: Column, mine: Column, mask: str, masks: Masks) -> Iterator[str]:
    """A mask that the column's type does not take, tried on a value of the type."""
    if column.kind != mine.kind:
        yield f"column {table}.{column.name} is {column.kind} in the source and {mine.kind} in the target"
    samples = {"uuid": "00000000-0000-4000-8000-000000000000", "date": "2000-01-01"}
    sample = "2000-01-01 00:00:00+00" if column.kind.startswith("timestamp") else samples.get(column.kind, "1")
    try:
        masks.apply(mask, sample, column.kind, nullable=mine.nullable)
    except ValueError as error:
        yield f"column {table}.{column.name}: {error}"
    if mask in {"erase", "round", "month"} and column.unique:
        yield f"column {table}.{column.name} is unique, which {mask} would break; it holds an identifier"


def _torn(table: str, found: Table, rules: Rules) -> Iterator[str]:
    """A reference whose two ends are masked differently would lead nowhere."""
    for column, (other, theirs) in found.references.items():
        mine, its = rules[table].get(column), rules.get(other, {}).get(theirs)
        if mine is not None and its is not None and mine != its:
            yield f"column {table}.{column} is masked by {mine}, and {other}.{theirs}, which it refers to, by {its}"


def _prepare(target: Connection, run_id: str) -> None:
    """The schema of this run; what another run left goes."""
    target.run(f"CREATE SCHEMA IF NOT EXISTS {STAGE}")
    target.run(f"CREATE TABLE IF NOT EXISTS {STAGE}.run (id text PRIMARY KEY)")
    if target.run(f"SELECT id FROM {STAGE}.run") != [[run_id]]:
        target.run("BEGIN")
        target.run(f"DROP SCHEMA {STAGE} CASCADE")
        target.run(f"CREATE SCHEMA {STAGE}")
        target.run(f"CREATE TABLE {STAGE}.run (id text PRIMARY KEY)")
        target.run(f"INSERT INTO {STAGE}.run VALUES (:id)", id=run_id)
        target.run(f"CREATE TABLE {STAGE}.progress (name text PRIMARY KEY, rows bigint NOT NULL)")
        target.run("COMMIT")


def _copy_table(
    source: Connection, target: Connection, there: Table, here: Table, rules: Mapping[str, str], masks: Masks
) -> CopiedTable:
    place = f"{STAGE}.{quoted(f'rows of {here.name}'[:63])}"
    mine = {column.name: column for column in here.columns}
    columns = [mine[column.name] for column in there.columns]
    target.run("BEGIN")
    try:
        target.run(f"DROP TABLE IF EXISTS {place}")
        target.run(f"CREATE TABLE {place} (LIKE public.{quoted(here.name)})")
        rows = 0
        for batch in _read(source, there):
            masked = [
                [
                    masks.apply(rules[column.name], value, column.kind, nullable=column.nullable)
                    for column, value in zip(columns, row, strict=True)
                ]
                for row in batch
            ]
            write(target, place, columns, masked)
            rows += len(batch)
        target.run(f"INSERT INTO {STAGE}.progress VALUES (:name, :rows)", name=here.name, rows=rows)
    except BaseException:
        target.run("ROLLBACK")
        raise
    target.run("COMMIT")
    return CopiedTable(here.name, rows, dict(rules), resumed=False)


def _read(source: Connection, table: Table) -> Iterator[list[list[str | None]]]:
    selected = ", ".join(f"{quoted(column.name)}::text" for column in table.columns)
    source.run(f"DECLARE rows_of NO SCROLL CURSOR FOR SELECT {selected} FROM public.{quoted(table.name)}")
    try:
        while batch := source.run(f"FETCH {BATCH} FROM rows_of"):
            yield batch
    finally:
        source.run("CLOSE rows_of")


def write(target: Connection, place: str, columns: list[Column], rows: list[list[str | None]]) -> None:
    """Insert rows of texts, cast to the columns' types; identity columns keep the numbers they are given."""
    if not rows:
        return
    names = ", ".join(quoted(column.name) for column in columns)
    casts = ", ".join(f"given.c{number}::{column.declared}" for number, column in enumerate(columns))
    arrays = ", ".join(f"CAST(:v{number} AS text[])" for number in range(len(columns)))
    aliases = ", ".join(f"c{number}" for number in range(len(columns)))
    values = {f"v{number}": [row[number] for row in rows] for number in range(len(columns))}
    given = f"SELECT {casts} FROM unnest({arrays}) AS given({aliases})"
    target.run(f"INSERT INTO {place} ({names}) OVERRIDING SYSTEM VALUE {given}", **values)


def _replace(target: Connection, found: dict[str, Table]) -> None:
    """All tables at once; references are checked by the tables themselves."""
    target.run("BEGIN")
    try:
        target.run(f"TRUNCATE {', '.join(f'public.{quoted(name)}' for name in found)}")
        for name, table in found.items():
            names = ", ".join(quoted(column.name) for column in table.columns)
            place = f"{STAGE}.{quoted(f'rows of {name}'[:63])}"
            target.run(
                f"INSERT INTO public.{quoted(name)} ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM {place}"
            )
        target.run(f"DROP SCHEMA {STAGE} CASCADE")
    except BaseException:
        target.run("ROLLBACK")
        target.run(f"DROP SCHEMA IF EXISTS {STAGE} CASCADE")  # rows of two moments do not go together: begin anew
        raise
    target.run("COMMIT")


def sorted_rules(rules: Rules) -> list[tuple[str, list[tuple[str, str]]]]:
    """Rules in an order of their own."""
    return [(table, sorted(columns.items())) for table, columns in sorted(rules.items())]


__all__ = ["CatalogError", "Connection", "CopiedTable", "Rules", "Run", "check", "copy", "write"]
