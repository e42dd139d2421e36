"""What a recovery budget is made of: subjects, and the outcome of each scenario for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

from analysis.recovery.spans import Span
from contracts.recovery.scenarios import Scenario


@unique
class Kind(StrEnum):
    """What is recovered."""

    SERVICE = "service"
    """Containers that answer requests or do work."""
    NODES = "nodes"
    """Nodes of a Kubernetes cluster, and with them its pods."""
    DATABASE = "database"
    """A relational database."""
    TABLE = "table"
    """A DynamoDB table."""
    CACHE = "cache"
    """Redis or Valkey."""
    OBJECTS = "objects"
    """A bucket of the application."""
    RECORDS = "records"
    """A bucket that other resources write logs, audits or artifacts to: no application state."""
    FILES = "files"
    """A file system."""
    ROUTE = "route"
    """A way by which clients are led to regions."""
    REGION = "region"
    """All of a region together, detection and decision included."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What an outcome is about."""

    kind: Kind
    stack: str
    region: str
    """AWS region; empty for what spans regions."""
    name: str
    """Logical name of the resource, or of the region."""
    urn: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a scenario does to a subject."""

    subject: Subject
    scenario: Scenario
    rto: Span
    """Of a store, from the moment that its recovery begins; of everything else, from the moment of the failure."""
    rpo: Span | None = None
    """Acknowledged writes that may be lost; None for what keeps no data."""
