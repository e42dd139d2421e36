"""What a check for drift finds: what is deployed is not what was deployed, or not what the program says."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Literal

from contracts.change.deltas import Origin, Part, PropertyDelta


@unique
class DriftKind(StrEnum):
    """How a resource stands."""

    CHANGED = "changed"
    """Somebody changed it outside the program."""
    GONE = "gone"
    """Somebody deleted it outside the program."""
    BEHIND = "behind"
    """The program says something else since, and nobody has deployed it."""


class Drift(Part):
    """One resource that is not as it should be."""

    kind: DriftKind
    """How it stands."""
    urn: str
    """Which it is."""
    type: str
    """Its type."""
    id: str | None
    """By which AWS knows it."""
    sentence: str
    """What is the matter, for a person."""
    properties: tuple[PropertyDelta, ...] = ()
    """`before` is what was deployed, `after` what is there now; for `behind` what the program says."""
    origins: tuple[Origin, ...] = ()
    """Where it is declared."""


class DriftReport(Part):
    """A stack, looked at."""

    schema_version: Literal[1] = 1
    """Version of this form."""
    stack: str
    """Its name."""
    looked_at: int
    """Resources that were asked about."""
    drifted: tuple[Drift, ...]
    """Those that are not as they should be, by URN."""
