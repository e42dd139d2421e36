"""One EventBridge bus with its archive (EVT-1, EVT-2)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, schemas

from components.messaging.names import BUS, LONGEST_ARCHIVE
from components.messaging.policies import bus_policy
from contracts.services.messaging import Bus
from contracts.services.naming import shortened

TOKEN = "atoll:messaging:EventBus"


@dataclass(frozen=True, kw_only=True)
class EventBusArgs:
    """The contract's clause, and what the bus is wired to."""

    bus: Bus
    key_arn: pulumi.Input[str] | None = None
    """Customer-managed key (purpose `messaging`); AWS's own key if None, and for a bus whose schemas are
    discovered: EventBridge does not read those from events that another key encrypts."""
    organization_id: str | None = None
    """Organization that other accounts have to belong to, such as `o-a1b2c3d4e5`; not asked for if None."""
    foreign_sources: Sequence[str] = ()
    """Further sources that other accounts may use, beside those that begin with the clause's `event_source_name`;
    without that name, everything is let through."""
    dead_letter_arn: pulumi.Input[str] | None = None
    """Standard queue for events that EventBridge could not encrypt or decrypt; without a key it stays unused."""


class EventBus(pulumi.ComponentResource):
    """A bus for the events of one domain.

    Makes the bus; for `accounts`, a policy that lets them put events and nothing else; for `archive`, an archive from
    which events are replayed; for `discover_schemas`, a discoverer. Roles of this account need an IAM statement only.
    Costs USD 1 per million events put, USD 0.10 a GB for what is archived and 0.023 a GB-month to keep it, USD 0.10
    per million events discovered beyond the first 5 million a month (us-east-1).

    Does not make: rules (see `EventRule`), replays (an act of operation, not a resource).

    Raises:
        ValueError: the name is too long.

    Source: EVT-1, EVT-2; Amazon EventBridge User Guide, "Permissions for event buses", "Archiving and replaying
    events", "Encrypting EventBridge event buses with AWS KMS keys"
    (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html).
    """

    arn: pulumi.Output[str]
    bus_name: pulumi.Output[str]
    archive_arn: pulumi.Output[str] | None
    """None without an archive."""

    def __init__(self, name: str, *, args: EventBusArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-bus` and what the clause asks for beside it; the bus is called `name` in AWS."""
        BUS.checked(name)
        super().__init__(TOKEN, name, None, opts)
        clause, child = args.bus, pulumi.ResourceOptions(parent=self)
        own_key = args.key_arn if not clause.discover_schemas else None
        bus = cloudwatch.EventBus(
            f"{name}-bus",
            name=name,
            description=clause.description,
            kms_key_identifier=own_key,
            dead_letter_config=(
                cloudwatch.EventBusDeadLetterConfigArgs(arn=args.dead_letter_arn)
                if own_key is not None and args.dead_letter_arn is not None
                else None
            ),
            opts=child,
        )
        if clause.accounts:
            policy = bus_policy(
                bus.arn,
                accounts=clause.accounts,
                sources=foreign_sources(clause, args.foreign_sources),
                organization_id=args.organization_id,
            )
            cloudwatch.EventBusPolicy(
                f"{name}-policy", event_bus_name=bus.name, policy=pulumi.Output.json_dumps(policy), opts=child
            )
        self.archive_arn = self._archive(name, clause, bus, own_key)
        if clause.discover_schemas:
            schemas.Discoverer(
                f"{name}-discoverer",
                source_arn=bus.arn,
                description=f"Schemas of the events seen on {name}",
                opts=child,
            )
        self.arn, self.bus_name = bus.arn, bus.name
        self.register_outputs({"arn": self.arn, "bus_name": self.bus_name, "archive_arn": self.archive_arn})

    def _archive(
        self, name: str, clause: Bus, bus: cloudwatch.EventBus, key_arn: pulumi.Input[str] | None
    ) -> pulumi.Output[str] | None:
        if clause.archive is None:
            return None
        sources = clause.archive.sources
        return cloudwatch.EventArchive(
            f"{name}-archive",
            name=shortened(name, LONGEST_ARCHIVE),
            description=f"Events of {name} for {clause.archive.retention_days} days",
            event_source_arn=bus.arn,
            event_pattern=json.dumps({"source": list(sources)}) if sources else None,
            retention_days=clause.archive.retention_days,
            kms_key_identifier=key_arn,
            opts=pulumi.ResourceOptions(parent=self),
        ).arn


def foreign_sources(clause: Bus, further: Sequence[str]) -> list[str]:
    """Patterns of the sources that other accounts may use; empty where the clause leaves them free.

    `com.company.application` stands for itself and for everything below it, and not for `com.company.applications`.
    """
    beginning = clause.event_source_name
    return [beginning, f"{beginning}.*", *sorted(set(further))] if beginning else []
