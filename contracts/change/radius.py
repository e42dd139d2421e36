"""What a failure or a change of one resource touches: the form of `atoll blast-radius --json`."""

from __future__ import annotations

from datetime import date
from enum import StrEnum, unique

from contracts.change.deltas import Part


@unique
class Fate(StrEnum):
    """What becomes of a resource when the one in question is replaced."""

    REPLACED = "replaced"
    """A new one is made, and the old one deleted."""
    UPDATED = "updated"
    """It is changed in place."""
    UNKNOWN = "unknown"
    """AWS says only at deployment whether it is replaced. Never the same as updated."""


class Hit(Part):
    """One resource that hangs on the one in question."""

    urn: str
    type: str
    stack: str
    distance: int
    """Steps between both; 1 is a direct dependent."""
    through: str
    """URN of the dependency that it takes its value from."""
    holds: str | None = None
    """Data in it; None if it can be made again from the program."""


class Survivor(Part):
    """A copy of what the resource holds, somewhere else."""

    where: str
    """Region."""
    how: str
    """What copies it."""
    urns: tuple[str, ...]
    """The resources that do."""


class Touch(Part):
    """What a replacement of the resource in question does to another."""

    urn: str
    fate: Fate
    inputs: tuple[str, ...]
    """Property paths whose values change, sorted."""
    step: int
    """When it is its turn: a resource comes after those that it waits for."""
    loses: str | None = None
    """Data that goes with it; None unless it may be replaced and holds any."""
    refused_by: str | None = None
    """The property by which AWS refuses to delete it."""
    last_copy: bool = False
    """Whether AWS takes a last snapshot when it is deleted."""


class Support(Part):
    """Until when AWS supports the version that a resource runs."""

    urn: str
    engine: str
    version: str
    ends: date | None
    """Last day of standard support; None if AWS has announced none, or the version is not in the table."""
    page: str
    """Where the date comes from."""


class Quota(Part):
    """A quota of AWS that counts resources of this type, and how full it is."""

    name: str
    used: int
    limit: int
    page: str
    """Where the figure comes from."""


class BlastRadius(Part):
    """All of it."""

    urn: str
    type: str
    stack: str
    region: str
    fails: tuple[Hit, ...]
    """What cannot be made, changed or reached without it; nearest first."""
    readers: tuple[str, ...]
    """Stacks that read it, or something that hangs on it."""
    survives: tuple[Survivor, ...]
    """Copies of its data elsewhere; empty where a loss is a loss, or nothing is held."""
    holds: str | None
    """Data in it."""
    forced_by: tuple[str, ...]
    """Its inputs that cannot be changed without a replacement."""
    replacement: tuple[Touch, ...]
    """What its replacement touches, itself first, in order."""
    critical_path: tuple[str, ...]
    """URNs of the longest chain of replacements that wait for each other."""
    support: tuple[Support, ...]
    """Versions of it and of what hangs on it, the earliest end first."""
    quotas: tuple[Quota, ...]
    """Quotas that count it; a replacement that is made before the old one goes needs one more."""
    warnings: tuple[str, ...]
    """What to look at before, in sentences."""
