"""Events of a database that somebody has to hear of (DB-1, OBS-1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique

import pulumi
from pulumi_aws import rds

TOKEN = "atoll:data:DatabaseEvents"


@unique
class EventSource(StrEnum):
    """What has events; the value is what RDS calls it."""

    INSTANCE = "db-instance"
    CLUSTER = "db-cluster"
    PARAMETERS = "db-parameter-group"


CATEGORIES: Mapping[EventSource, tuple[str, ...]] = {
    EventSource.INSTANCE: ("availability", "configuration change", "failover", "failure", "low storage", "maintenance"),
    EventSource.CLUSTER: ("configuration change", "failover", "failure", "maintenance"),
    EventSource.PARAMETERS: ("configuration change",),
}
"""Source → categories that are told of; backups, deletions and notices are left to the logs."""


@dataclass(frozen=True, kw_only=True)
class DatabaseEventsArgs:
    """What is watched, and who is told."""

    environment: str
    topic_arn: pulumi.Input[str]
    """Its policy must let `events.rds.amazonaws.com` publish, and its key must let that use it."""
    sources: Mapping[EventSource, Sequence[pulumi.Input[str]]]
    """Kind → identifiers. None of a kind means all of the region, so leave the kind out instead."""


class DatabaseEvents(pulumi.ComponentResource):
    """One RDS event subscription for each kind of source. Costs nothing.

    Source: Amazon RDS User Guide, "Amazon RDS event categories and event messages"; Amazon Aurora User Guide, likewise.
    """

    def __init__(self, name: str, *, args: DatabaseEventsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-database-events-<kind>` for each kind."""
        super().__init__(TOKEN, name, None, opts)
        for source, identifiers in args.sources.items():
            rds.EventSubscription(
                f"{name}-database-events-{source}",
                name=f"atoll-{args.environment}-{source}",
                sns_topic=args.topic_arn,
                source_type=source.value,
                source_ids=list(identifiers),
                event_categories=list(CATEGORIES[source]),
                enabled=True,
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
