"""What a copy for another environment makes of the columns of a service's tables (DB-6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from contracts.services.base import Classification
from contracts.services.columns import Column, Holds
from contracts.services.contract import ServiceContract

_CONFIDENTIAL = {
    Holds.IDENTIFIER: "pseudonym",
    Holds.EMAIL: "email",
    Holds.PHONE: "phone",
    Holds.NAME: "name",
    Holds.DATE: "month",
    Holds.NUMBER: "round",
    Holds.TEXT: "erase",
    Holds.SECRET: "erase",
}
_RESTRICTED = {
    Holds.IDENTIFIER: "pseudonym",
    Holds.EMAIL: "email",
    Holds.PHONE: "erase",
    Holds.NAME: "erase",
    Holds.DATE: "erase",
    Holds.NUMBER: "erase",
    Holds.TEXT: "erase",
    Holds.SECRET: "erase",
}


class MaskingError(ValueError):
    """Columns that no mask is known for; the message has a line for each."""


def mask_of(column: Column) -> str | None:
    """The mask of a column; None where there is none, so that it must not be copied.

    What is public or internal is kept, unless it opens something. Confidential values become others of their form,
    restricted ones go altogether, but for what joins rows or must stay unique.
    """
    if column.classification in (Classification.PUBLIC, Classification.INTERNAL):
        return "erase" if column.holds is Holds.SECRET else "keep"
    known = _CONFIDENTIAL if column.classification is Classification.CONFIDENTIAL else _RESTRICTED
    return known.get(column.holds)


Rules = dict[str, dict[str, dict[str, str]]]
"""Database → table → column → mask."""


def masking_rules(contracts: Iterable[ServiceContract]) -> Rules:
    """Rules for every database of these services.

    Raises:
        MaskingError: a database whose tables the contract does not tell, or a column without a mask.
    """
    rules: Rules = {}
    problems: list[str] = []
    for contract in contracts:
        for key, store in contract.stores.postgresql.items():
            where = f"{contract.id}: stores.postgresql.{key}"
            if not store.tables:
                problems.append(f"{where} tells no tables; say of each column how it is classified and what it holds")
            rules[store.database] = {
                table: _columns(f"{where}.tables.{table}", columns, problems) for table, columns in store.tables.items()
            }
    if problems:
        raise MaskingError("\n".join(problems))
    return rules


def _columns(where: str, columns: Mapping[str, Column], problems: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, column in columns.items():
        mask = mask_of(column)
        if mask is None:
            problems.append(
                f"{where}.{name}: a {column.holds} that is {column.classification} has no mask; say what it holds"
            )
        else:
            found[name] = mask
    return found
