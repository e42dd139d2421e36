"""Reads CSV files of sales: a header, then one sale a line."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analyst.metrics import day_of

COLUMNS = ("sale_id", "sold_at", "sku", "count", "value")
"""Columns that a file must have, in any order; others are passed over."""


class FileError(ValueError):
    """A file is none of sales; nothing of it is counted."""


@dataclass(frozen=True)
class Sale:
    """One line."""

    sale_id: str
    day: str
    """UTC day of the sale."""
    sku: str
    count: int
    value: int
    """In the currency's smallest unit."""


def sales(lines: Iterable[str]) -> Iterator[Sale]:
    """Every sale of a file.

    Raises:
        FileError: naming the columns that are missing, or the line that cannot be read and why.
    """
    reader = csv.reader(lines, strict=True)
    try:
        header = next(reader, list[str]())
        if missing := [name for name in COLUMNS if name not in header]:
            raise FileError(f"columns are missing: {', '.join(missing)}")
        for row in reader:
            yield _sale(dict(zip(header, row, strict=True)))
    except FileError:
        raise
    except (csv.Error, ValueError) as error:
        raise FileError(f"line {reader.line_num}: {error}") from None


def _sale(row: dict[str, str]) -> Sale:
    count, value = int(row["count"]), int(row["value"])
    if count < 1 or value < 0 or not row["sale_id"] or not row["sku"]:
        raise ValueError("a sale has an id, an article, at least one piece and no negative value")
    return Sale(row["sale_id"], day_of(row["sold_at"]), row["sku"], count, value)
