"""The dated table of AWS's quotas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.settings import source

TABLE = Path(__file__).with_name("quotas.yaml")


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^L-[0-9A-F]{8}$")
    service: str
    what: str
    unit: str
    value: float = Field(gt=0)
    counts: Literal["each", "each-zone", "tasks", "tasks-vcpu"]
    types: tuple[str, ...] = Field(min_length=1)
    page: str = Field(pattern=r"^https://docs\.aws\.amazon\.com/\S+$")
    note: str = ""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: date
    quotas: tuple[_Entry, ...]


@dataclass(frozen=True, kw_only=True)
class Quota:
    """One quota of an account in a region."""

    code: str
    service: str
    what: str
    unit: str
    value: float
    counts: Literal["each", "each-zone", "tasks", "tasks-vcpu"]
    types: tuple[str, ...]
    page: str
    as_of: date

    def __str__(self) -> str:
        return f"quota {self.code} of {self.service}: {self.value:g} {self.unit} ({self.page}, {self.as_of})"


@cache
def quotas() -> tuple[Quota, ...]:
    """Return the table of `quotas.yaml`.

    Raises:
        pydantic.ValidationError: an entry is incomplete or has an unknown key.
    """
    table = _Table.model_validate(source.table(TABLE))
    return tuple(Quota(as_of=table.as_of, **one.model_dump(exclude={"note"})) for one in table.quotas)
