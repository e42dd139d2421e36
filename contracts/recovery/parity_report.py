"""What `atoll parity --json` prints: differences between two regions, and whether either can carry everyone."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DeclaredReport(_Model):
    """Why a difference is meant."""

    reason: str
    owner: str
    expires: date | None
    """Last day on which it holds; null where it is meant for good."""


class DifferenceReport(_Model):
    """One difference."""

    kind: Literal["missing", "value", "unknown", "clash"]
    """`missing`: one side alone has it; `value`: both, otherwise; `unknown`: not known before deployment; `clash`: both
    have a name that AWS gives out once."""
    path: str
    """Component path and name of the resource."""
    property: str
    """Property path; empty where the resource is meant."""
    left: str
    """What the stack that leads has; empty for nothing."""
    right: str
    declared: DeclaredReport | None
    """Null where nobody has declared it: a finding."""


class CapacityReport(_Model):
    """One kind of capacity, when one region is lost."""

    survivor: str
    lost: str
    what: str
    runs: float | None
    """What always runs in the survivor; null for a quota, or where it is not known."""
    most: float | None
    """What may run there."""
    needed: float | None
    """What all traffic needs."""
    verdict: Literal["at once", "after scaling", "not", "unknown"]
    limit: str
    """What sets `most`: a resource, or a quota with its source."""
    carries: str
    """How far it goes."""


class ParityReport(_Model):
    """Parity of two region stacks, and the capacity of each as the only one left."""

    report: Literal["atoll.parity/v1"] = "atoll.parity/v1"
    """Name and version of this form."""
    left: str
    """Stack that leads."""
    right: str
    shares: dict[str, float]
    """Stack → part of the traffic, 0 to 1."""
    compared: int
    """Resources that both have."""
    derived: int
    """Resources of one alone that serve both."""
    differences: tuple[DifferenceReport, ...]
    stale: tuple[str, ...]
    """Declarations that are about nothing, or have expired."""
    capacity: tuple[CapacityReport, ...]
