"""Masks of single values (DB-6): deterministic for one key, so that equal values stay equal and joins hold.

Values come and go as PostgreSQL writes them as text; None is NULL and stays NULL.
"""

from __future__ import annotations

import hmac
import re
import uuid
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
INTEGER_BITS = {"smallint": 15, "integer": 31, "bigint": 63}
"""Type → bits of its positive values."""
NEUTRAL = {
    "boolean": "false",
    "date": "1970-01-01",
    "json": "{}",
    "jsonb": "{}",
    "uuid": "00000000-0000-0000-0000-000000000000",
}
"""Type → what stands in a column that must not be NULL when its value is erased."""
NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision"})
TEXTS = frozenset({"text", "character varying", "character"})
DOMAIN = "masked.example"
"""Of masked addresses: nobody can receive mail there (RFC 2606)."""
FIRST, LAST = ("Alex", "Kim", "Robin", "Sam", "Toni", "Noa", "Luca", "Jo"), ("Ash", "Berg", "Field", "Lake", "Moor")


class MaskError(ValueError):
    """A mask that does not go with a column; the message names no value."""


class Masks:
    """All masks under one key."""

    def __init__(self, key: bytes) -> None:
        """Args: key: 32 bytes that nobody keeps."""
        self._key = key
        self._known: dict[str, Callable[[str, str, bool], str | None]] = {
            "keep": lambda value, kind, nullable: value,
            "pseudonym": self._pseudonym,
            "email": self._email,
            "phone": self._phone,
            "name": self._name,
            "month": _month,
            "round": _rounded,
            "erase": erased,
        }

    @property
    def names(self) -> frozenset[str]:
        """Masks that there are."""
        return frozenset(self._known)

    def apply(self, mask: str, value: str | None, kind: str, *, nullable: bool) -> str | None:
        """Mask one value.

        Args:
            mask: one of `names`.
            value: as text.
            kind: type of the column, as `format_type` without its length.
            nullable: whether NULL may stand in the column.

        Raises:
            MaskError: there is no such mask, or it cannot mask this type.
        """
        if mask not in self._known:
            raise MaskError(f"there is no mask {mask}; there are {', '.join(sorted(self._known))}")
        return None if value is None else self._known[mask](value, kind, nullable)

    def _digest(self, purpose: str, value: str) -> bytes:
        return hmac.digest(self._key, f"{purpose}\0{value}".encode(), "sha256")

    def _pseudonym(self, value: str, kind: str, _nullable: bool) -> str:
        """An identifier for an identifier; one that is a UUID gets the same UUID in a uuid and in a text column."""
        if kind == "uuid" or (kind in TEXTS and UUID.fullmatch(value.lower())):
            return str(uuid.UUID(bytes=self._digest("uuid", value.lower())[:16], version=4))
        if kind in INTEGER_BITS:
            return str(self._permuted(int(value), INTEGER_BITS[kind]))
        if kind in TEXTS:
            return self._digest("text", value).hex()[:24]
        raise MaskError(f"no pseudonym for columns of type {kind}; call what it holds something else")

    def _permuted(self, number: int, bits: int) -> int:
        """Another number of as many bits, each exactly once: four Feistel rounds, repeated until it fits."""
        half = (bits + 1) // 2
        mask = (1 << half) - 1
        sign, number = (-1, -number) if number < 0 else (1, number)
        while True:
            left, right = number >> half, number & mask
            for turn in range(4):
                mixed = int.from_bytes(self._digest(f"round {turn} of {bits}", str(right))[:8], "big") & mask
                left, right = right, left ^ mixed
            number = (left << half) | right
            if number < (1 << bits):
                return sign * number

    def _email(self, value: str, kind: str, _nullable: bool) -> str:
        """`<pseudonym>@masked.example`; addresses that differ in case alone stay one address."""
        _texts(kind, "an e-mail address")
        return f"{self._digest('email', value.strip().lower()).hex()[:16]}@{DOMAIN}"

    def _phone(self, value: str, kind: str, _nullable: bool) -> str:
        """Other digits in the same places, but for a country code."""
        _texts(kind, "a telephone number")
        digits = iter(str(int.from_bytes(self._digest("phone", re.sub(r"\D", "", value)), "big")))
        code = re.match(r"\+\d{1,2}", value)
        kept = code.end() if code else 0
        return value[:kept] + "".join(next(digits) if each.isdigit() else each for each in value[kept:])

    def _name(self, value: str, kind: str, _nullable: bool) -> str:
        """A name that is nobody's, with a number that keeps two people two."""
        _texts(kind, "a name")
        drawn = self._digest("name", value.strip().lower())
        number = int.from_bytes(drawn[2:6], "big")
        return f"{FIRST[drawn[0] % len(FIRST)]} {LAST[drawn[1] % len(LAST)]} {number}"


def erased(_value: str, kind: str, nullable: bool) -> str | None:
    """NULL, or what says nothing in a column without NULL."""
    if nullable:
        return None
    if kind.startswith("timestamp"):
        return "1970-01-01 00:00:00+00"
    if kind.endswith("[]"):
        return "{}"
    if kind in NUMBERS:
        return "0"
    if kind in TEXTS:
        return ""
    if kind not in NEUTRAL:
        raise MaskError(f"nothing neutral for columns of type {kind} without NULL; let the column be NULL")
    return NEUTRAL[kind]


def _month(value: str, kind: str, _nullable: bool) -> str:
    """The first day of the month."""
    if kind != "date" and not kind.startswith("timestamp"):
        raise MaskError(f"no month in columns of type {kind}; call what it holds something else")
    if "infinity" in value:
        return value
    return value[:8] + "01" + (" 00:00:00" if kind != "date" else "") + ("+00" if "with time zone" in kind else "")


def _rounded(value: str, kind: str, _nullable: bool) -> str:
    """Two digits of it, and zeros; never to zero, which says something else."""
    if kind not in NUMBERS:
        raise MaskError(f"nothing to round in columns of type {kind}; call what it holds something else")
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "0"
    if not number.is_finite() or number == 0:
        return "0"
    place = Decimal(1).scaleb(number.adjusted() - 1)
    rounded = (
        number.quantize(place) if number.adjusted() >= 1 else number.quantize(Decimal(1).scaleb(number.adjusted()))
    )
    return format(rounded, "f")


def _texts(kind: str, what: str) -> None:
    if kind not in TEXTS:
        raise MaskError(f"{what} stands in a column of text, not of type {kind}")
