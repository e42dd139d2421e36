"""What every model of a service contract shares: frozen, strict about unknown keys, snake_case names."""

from __future__ import annotations

from enum import StrEnum, unique

from pydantic import BaseModel, ConfigDict


class Clause(BaseModel):
    """Base of every part of a contract: immutable, and an unknown key is an error (pydantic would swallow a typo)."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@unique
class Delivery(StrEnum):
    """How a queue or a topic hands messages on."""

    STANDARD = "standard"
    """At least once, in any order."""
    FIFO = "fifo"
    """Once, in order within a message group."""


@unique
class Access(StrEnum):
    """What may be done with a store."""

    READ = "read"
    READ_WRITE = "read-write"


@unique
class Classification(StrEnum):
    """How well the data must be protected; the same words as the tag `DataClassification`."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    RESTRICTED = "restricted"
