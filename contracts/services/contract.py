"""The contract of one service: what it promises, what it relies on, what it keeps and what runs it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from contracts.services.base import Classification as Classification  # part of what this module offers
from contracts.services.base import Clause
from contracts.services.compute import Compute
from contracts.services.dependencies import Dependency
from contracts.services.identity import Identity
from contracts.services.interfaces import Provides
from contracts.services.kinds import ContractId, ResourceName, Schedule, SemVer, Words, decimal_between
from contracts.services.messaging import Messaging
from contracts.services.semver import Version
from contracts.services.stores import Stores
from contracts.settings.kind import between
from contracts.settings.kinds import Email, LogicalName, Timezone


class Owner(Clause):
    """Who answers for the service."""

    team: LogicalName
    """Team, such as `order-team`."""
    email: Email
    """Where alarms and questions go."""


class Slo(Clause):
    """What consumers may expect, measured over 30 days; alarms are made from it."""

    availability_percent: Annotated[float, decimal_between(90, 99.999, "percent")]
    """Share of time in which it answers, 90 to 99.999 percent."""
    latency_p95_ms: Annotated[int, between(1, 900_000, "milliseconds")]
    """Milliseconds within which 95 of 100 requests, or messages, are done."""
    error_rate_percent: Annotated[float, decimal_between(0, 100, "percent")]
    """Share of requests that may fail, in percent."""


class ScheduledRun(Clause):
    """Something that begins by the clock: a function or a workflow; exactly one is given."""

    expression: Schedule
    """`cron(…)`, `rate(…)` or `at(…)`."""
    timezone: Timezone = "UTC"
    """IANA time zone of the expression; UTC if left out."""
    function: ResourceName | None = None
    """Function of this contract; left out for a workflow."""
    workflow: ResourceName | None = None
    """Workflow of this contract; left out for a function."""
    flexible_minutes: Annotated[int, between(1, 1440, "minutes")] | None = None
    """Within how many minutes it may begin; on the minute if left out."""
    dead_letter: ResourceName | None = None
    """Queue of this contract for runs that could not begin; lost if left out."""


class ServiceContract(Clause):
    """Everything about one service that anyone else, or the platform, has to know."""

    id: ContractId
    """Identity, `domain/service`. The domain is the bounded context: only its services share stores."""
    version: SemVer
    """Semantic version of this contract, such as `1.4.0`. A published version never changes."""
    description: Words
    """What the service is for, in a sentence or two."""
    owner: Owner
    """Who answers for it."""
    data_classification: Classification
    """public, internal, confidential or restricted: the highest of what it keeps or carries."""
    slo: Slo
    """What consumers may expect."""
    provides: Provides = Provides()
    """What others may rely on; nothing if left out."""
    consumes: dict[ContractId, Dependency] = Field(default_factory=dict[ContractId, Dependency])
    """Contract of another service → what is used of it; nothing if left out."""
    stores: Stores = Stores()
    """Where it keeps its data; it keeps none if left out."""
    compute: Compute = Compute()
    """What runs it; nothing if left out."""
    messaging: Messaging = Messaging()
    """Queues, topics, buses and rules; none if left out."""
    schedules: dict[ResourceName, ScheduledRun] = Field(default_factory=dict[ResourceName, ScheduledRun])
    """What begins by the clock; nothing if left out."""
    identity: Identity = Identity()
    """User pools and identity pools; none if left out."""

    @property
    def domain(self) -> str:
        """The bounded context, the first half of the identity."""
        return self.id.split("/")[0]

    @property
    def semver(self) -> Version:
        """The version as a value that can be compared."""
        return Version.parse(self.version)
