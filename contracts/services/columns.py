"""What the columns of a service's tables hold (DB-6)."""

from __future__ import annotations

from enum import StrEnum, unique

from contracts.services.base import Classification, Clause


@unique
class Holds(StrEnum):
    """What a column holds, as far as masking must know."""

    VALUE = "value"
    """Something of the business that is of no person: a status, a currency, a count."""
    IDENTIFIER = "identifier"
    """What tells rows apart and joins them."""
    EMAIL = "email"
    """An e-mail address."""
    PHONE = "phone"
    """A telephone number."""
    NAME = "name"
    """A person's name."""
    DATE = "date"
    """A day or a moment in a person's life."""
    NUMBER = "number"
    """A number about a person: an amount, a measure."""
    TEXT = "text"
    """Words that somebody wrote, an address, a document: anything may stand there."""
    SECRET = "secret"
    """What opens something: tokens, hashes of passwords."""


class Column(Clause):
    """One column."""

    classification: Classification
    """public, internal, confidential or restricted."""
    holds: Holds = Holds.VALUE
    """What it holds: `value`, `identifier`, `email`, `phone`, `name`, `date`, `number`, `text` or `secret`; `value` if
    left out, which is only for what is public or internal."""
