"""What a resource graph cannot know: how much an environment is used in a month, assumption by assumption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum, unique
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from contracts.settings import source

TABLE = Path(__file__).with_name("usage.yaml")


@unique
class Profile(StrEnum):
    """How much an environment is used."""

    SMALL = "small"
    MIRROR = "mirror"
    PRODUCTION = "production"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Row(_Model):
    unit: str = Field(min_length=1)
    small: Decimal = Field(ge=0)
    mirror: Decimal = Field(ge=0)
    production: Decimal = Field(ge=0)
    why: str = Field(min_length=1)


class _Table(_Model):
    as_of: date
    assumptions: Mapping[str, _Row]
    contracts: Mapping[str, Mapping[str, _Row]]


@dataclass(frozen=True, kw_only=True)
class Assumption:
    """One quantity of a month that is assumed, not known."""

    name: str
    quantity: Decimal
    unit: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a month of use is assumed to be, for one profile and, where it differs, one contract."""

    profile: Profile
    assumptions: Mapping[str, Assumption]

    def get(self, name: str) -> Assumption | None:
        """Return an assumption, or None where there is none."""
        return self.assumptions.get(name)

    def of_log_group(self, name: str) -> Assumption | None:
        """Return what a log group takes in; the longest beginning of its name wins, None where none fits."""
        fitting = [key for key in self.assumptions if key.startswith("log-gb:") and name.startswith(key[7:])]
        return self.assumptions[max(fitting, key=len)] if fitting else None


def profile_of(environment: str) -> Profile:
    """Return how an environment is used: staging and prod by their names, all others as dev."""
    return {"staging": Profile.MIRROR, "prod": Profile.PRODUCTION}.get(environment, Profile.SMALL)


def usage_of(profile: Profile, contract: str | None = None) -> Usage:
    """Return the assumptions of a profile; those of a contract such as `order/order` replace the general ones."""
    table = _table()
    rows = {**table.assumptions, **(table.contracts.get(contract, {}) if contract else {})}
    return Usage(
        profile=profile,
        assumptions={
            name: Assumption(name=name, quantity=getattr(row, profile.value), unit=row.unit, why=row.why)
            for name, row in rows.items()
        },
    )


@cache
def _table() -> _Table:
    return _Table.model_validate(source.table(TABLE))
