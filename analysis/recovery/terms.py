"""The dated table of published times: each with its AWS page and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from analysis.recovery.spans import NO_BOUND, Basis, Term
from contracts.settings import source

TABLE = Path(__file__).with_name("terms.yaml")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Published(_Model):
    """One published time in seconds."""

    what: str = Field(min_length=1)
    best: Annotated[float, Field(ge=0)]
    typical: Annotated[float, Field(ge=0)]
    bound: Annotated[float, Field(ge=0)] | None
    """None where nobody promises that it never takes longer."""
    basis: Basis
    page: str = Field(pattern=r"^https://(aws\.amazon\.com|docs\.aws\.amazon\.com|kubernetes\.io)/\S+$")
    note: str = ""
    advice: str = ""

    @model_validator(mode="after")
    def _ascend(self) -> Published:
        if not self.best <= self.typical <= (NO_BOUND if self.bound is None else self.bound):
            raise ValueError("best, typical and bound must not descend")
        if self.basis is Basis.SETTING:
            raise ValueError("what a setting says is computed from the graph")
        return self


class TermTable(_Model):
    """All of them."""

    as_of: date
    """Day on which the figures were written down."""
    terms: Mapping[str, Published]

    def term(self, name: str) -> Term:
        """Return a term by its name.

        Raises:
            KeyError: the table has none; a test asks for all that the rules use.
        """
        found = self.terms[name]
        return Term(
            name=name,
            what=found.what,
            best=found.best,
            typical=found.typical,
            bound=NO_BOUND if found.bound is None else found.bound,
            basis=found.basis,
            source=found.page,
            as_of=self.as_of.isoformat(),
            note=found.note,
            advice=found.advice,
        )


@cache
def term_table() -> TermTable:
    """Return the table of `terms.yaml`.

    Raises:
        pydantic.ValidationError: an entry is incomplete, has an unknown key, or descends.
    """
    return TermTable.model_validate(source.table(TABLE))


@cache
def published(name: str) -> Term:
    """Return a published term."""
    return term_table().term(name)
