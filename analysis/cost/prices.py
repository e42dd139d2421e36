"""The dated price table: list prices by key and region, each with the AWS page it stands on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum, unique
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.settings import source

TABLE = Path(__file__).with_name("prices.yaml")


@unique
class Basis(StrEnum):
    """What a figure rests on."""

    RECALLED = "recalled"
    """Written down from knowledge of the page; not compared with it."""
    READ = "read"
    """Read from the page on the day that is given."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Entry(_Model):
    """One list price as the table has it."""

    sku: str = Field(min_length=1)
    """What is priced, in the words of the pricing page."""
    unit: str = Field(min_length=1)
    usd: Annotated[Decimal, Field(gt=0)]
    """In every region of the table, but where another field says otherwise."""
    us_west_2: Decimal | None = Field(default=None, gt=0, alias="us-west-2")


class Page(_Model):
    """The prices of one page."""

    service: str = Field(min_length=1)
    page: str = Field(pattern=r"^https://aws\.amazon\.com/[a-z0-9/-]+/([a-z-]+-)?pricing/([a-z-]+/)?$")
    as_of: date
    """A day on which the prices were in force."""
    basis: Basis
    prices: Mapping[str, Entry] = Field(min_length=1)


@dataclass(frozen=True, kw_only=True)
class Price:
    """One list price in one region."""

    key: str
    service: str
    sku: str
    unit: str
    usd: Decimal
    as_of: date
    basis: Basis
    page: str


class PriceTable(_Model):
    """All prices that are known."""

    currency: str
    regions: tuple[str, ...] = Field(min_length=1)
    pages: tuple[Page, ...]

    @model_validator(mode="after")
    def _keys_are_unique(self) -> PriceTable:
        keys = [key for page in self.pages for key in page.prices]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"priced twice: {', '.join(twice)}")
        return self

    @cached_property
    def _index(self) -> Mapping[str, tuple[Page, Entry]]:
        return {key: (page, entry) for page in self.pages for key, entry in page.prices.items()}

    def get(self, key: str, region: str) -> Price | None:
        """Return a price, or None where the table has none there: the caller says so, it never counts as zero."""
        found = self._index.get(key) if region in self.regions else None
        return _price(key, *found, region) if found else None

    def all(self, region: str) -> Iterator[Price]:
        """Yield every price of a region; none where the table does not know the region."""
        if region in self.regions:
            for key, (page, entry) in self._index.items():
                yield _price(key, page, entry, region)


def _price(key: str, page: Page, entry: Entry, region: str) -> Price:
    usd = entry.us_west_2 if region == "us-west-2" and entry.us_west_2 is not None else entry.usd
    return Price(
        key=key,
        service=page.service,
        sku=entry.sku,
        unit=entry.unit,
        usd=usd,
        as_of=page.as_of,
        basis=page.basis,
        page=page.page,
    )


@cache
def price_table() -> PriceTable:
    """Return the table of `prices.yaml`.

    Raises:
        pydantic.ValidationError: an entry is incomplete, has an unknown key, or is there twice.
    """
    return PriceTable.model_validate(source.table(TABLE))
