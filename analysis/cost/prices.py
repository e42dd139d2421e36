"""The dated price table: list prices by a key, each with the AWS page it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

TABLE = Path(__file__).with_name("prices.yaml")


class Price(BaseModel):
    """One list price."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str = Field(min_length=1)
    sku: str = Field(min_length=1)
    """What is priced, in the words of the pricing page."""
    unit: str = Field(min_length=1)
    usd: Decimal = Field(gt=0)
    as_of: date
    """A day on which the price was in force."""
    page: str = Field(pattern=r"^https://aws\.amazon\.com/[a-z0-9/-]+/pricing/([a-z-]+/)?$")


class PriceTable(BaseModel):
    """All prices of one region."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    currency: str
    region: str
    prices: Mapping[str, Price]

    def get(self, key: str) -> Price | None:
        """Return a price, or None where the table has none: the caller says so, it never counts as zero."""
        return self.prices.get(key)


@cache
def price_table() -> PriceTable:
    """Return the table of `prices.yaml`.

    Raises:
        pydantic.ValidationError: an entry is incomplete or has an unknown key.
    """
    return PriceTable.model_validate(YAML(typ="safe", pure=True).load(TABLE))  # pyright: ignore[reportUnknownMemberType]
