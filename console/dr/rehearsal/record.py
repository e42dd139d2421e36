"""What a rehearsal found, as `atoll dr rehearse --json` prints it and its page shows it. Times are seconds."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Literal

from pydantic import BaseModel, ConfigDict

from contracts.recovery.scenarios import Scenario


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


@unique
class Kind(StrEnum):
    """What happened."""

    STATE = "state"
    DISASTER = "disaster"
    PLAN = "plan"
    LOOK = "look"


class Moment(_Part):
    """Something that happened."""

    at: float
    """Seconds since the rehearsal began."""
    kind: Kind
    what: str


class StoreCount(_Part):
    """What became of the orders that one store acknowledged."""

    store: str
    """What it is and what it is called."""
    promise: str
    """What of acknowledged orders may be lost with a region."""
    loses_nothing: bool
    """Whether that is nothing at all (RPO 0)."""
    acknowledged: int
    refused: int
    """Attempts that failed: their senders know, and nothing is owed to them."""
    missing: int
    """Acknowledged and not to be found where the survivors look, after the plan."""
    oldest_missing: float | None
    """Seconds before the disaster at which the oldest of them was acknowledged: the recovery point that was had."""
    allowed: float | None
    """Seconds that copies were behind, as the rehearsal set it; null where nothing may be missing."""
    returned: int
    """Of those, how many were there again once the region was back, without anybody's doing."""
    listed: int
    """Of those, how many the old writer's snapshot holds, for people to take over."""
    duplicated: int
    """Orders that are there more than once."""
    longest_stop: float
    """Longest time in which no order was acknowledged, in seconds of this machine."""


class StepTime(_Part):
    """One step of a plan."""

    step: str
    title: str
    state: str
    seconds: float
    """Seconds it took here."""
    typical: int
    """Seconds it is expected to take on AWS."""
    bound: int | None
    """Seconds it never exceeds there; null where nobody promises."""
    calls: tuple[str, ...]
    notes: tuple[str, ...]


class PlanTime(_Part):
    """One run of a plan."""

    plan: str
    title: str
    outcome: str
    why: str
    at: float
    """Seconds since the rehearsal began."""
    seconds: float
    """Seconds it took here, approvals included."""
    typical: int
    """Seconds it is expected to take on AWS, approvals left out."""
    steps: tuple[StepTime, ...]


class Traffic(_Part):
    """Where clients are led at one moment, by the resolver's model."""

    when: str
    answers: dict[str, float]
    """Stack → share of the answers."""


class Preview(_Part):
    """What the program would change at one moment."""

    when: str
    stack: str
    changes: tuple[str, ...]
    """What it would change; empty is as it should be."""


class Claim(_Part):
    """Something that the rehearsal was to show."""

    claim: str
    holds: bool
    found: str
    """What was found instead of, or as, that."""


class Rehearsal(_Part):
    """One rehearsal."""

    report: Literal["atoll.rehearsal/v1"] = "atoll.rehearsal/v1"
    """Name and version of this form."""
    scenario: Scenario
    place: str
    """What was taken away: a region or a zone."""
    environment: str
    began: str
    """UTC."""
    seconds: float
    """How long all of it took."""
    machinery: tuple[str, ...]
    """Emulators and plug-ins that took part, with their versions."""
    modelled: tuple[str, ...]
    """What here is not as on AWS."""
    claims: tuple[Claim, ...]
    stores: tuple[StoreCount, ...]
    plans: tuple[PlanTime, ...]
    writers: dict[str, str]
    """Moment → region of the database's writer."""
    traffic: tuple[Traffic, ...]
    unreplicated: tuple[str, ...]
    """Orders that only the old writer's snapshot holds."""
    previews: tuple[Preview, ...]
    moments: tuple[Moment, ...]

    @property
    def holds(self) -> bool:
        """Whether everything was shown that was to be shown."""
        return all(claim.holds for claim in self.claims)
