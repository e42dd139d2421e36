"""What `atoll recovery … --json` prints: every number with its state, and the terms that it is made of."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Literal

from pydantic import BaseModel, ConfigDict

from contracts.recovery.scenarios import Scenario
from contracts.recovery.targets import Guarantee, Measure


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


@unique
class State(StrEnum):
    """Whether a time can be told."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    """A property that decides exists only after deployment."""
    LOST = "lost"
    """Nothing brings it back, or all of it is gone."""


class TermReport(_Model):
    """One named part of a time, in seconds."""

    name: str
    """Name of the published term, or of the kind of setting."""
    what: str
    """What takes the time."""
    best: float | None
    """When all goes well; null where it is lost or not known."""
    typical: float | None
    """What is usual, taken for the median."""
    bound: float | None
    """What it never exceeds; null where nobody promises one."""
    basis: Literal["setting", "limit", "documented", "measured", "weak", "assumed"]
    """What it rests on."""
    source: str
    """An AWS page, or stack, resource and property."""
    as_of: str
    """Day of a published figure; empty for a setting."""
    note: str
    """What else the source says."""
    advice: str
    """What makes it smaller."""


class WholeReport(_Model):
    """Parts one after the other, or all at once."""

    of: Literal["sum", "latest", "least"]
    """`sum`: one after the other; `latest`: until the last has ended; `least`: whichever takes or loses least."""
    parts: tuple[WholeReport | int, ...]
    """Parts; a number is a place in the report's `terms`."""


class PercentilesReport(_Model):
    """Seconds that 50, 95 and 99 % of the drilled runs stay within; null where it is lost."""

    p50: float | None
    p95: float | None
    p99: float | None


class TimeReport(_Model):
    """One time, in seconds."""

    state: State
    """Whether it can be told."""
    best: float | None
    """When all goes well; null unless known."""
    typical: float | None
    """What is usual; null unless known."""
    bound: float | None
    """What it never exceeds; null where nobody promises one."""
    unknown: tuple[str, ...]
    """Why it is not known; empty where it is."""
    made_of: WholeReport | int
    """What it is made of; a number is a place in the report's `terms`."""
    drill: PercentilesReport | None
    """What the drill gave; null without one, or where it is not known."""


class SubjectReport(_Model):
    """What a time is about."""

    kind: str
    """service, nodes, database, table, cache, objects, records, files, route or region."""
    stack: str
    """Stack; empty for a region."""
    region: str
    """AWS region; empty for what spans regions."""
    name: str
    """Logical name."""


class OutcomeReport(_Model):
    """What a scenario does to a subject."""

    subject: SubjectReport
    scenario: Scenario
    rto: TimeReport
    """Of a store from the moment that its recovery begins, of all else from the failure."""
    rpo: TimeReport | None
    """Acknowledged writes that may be lost; null for what keeps no data."""


class JudgementReport(_Model):
    """One target in one scenario, for one subject."""

    target: str
    """Setting below `atoll:recovery`."""
    measure: Measure
    seconds: int
    """At most so many are asked for."""
    guarantee: Guarantee
    """Whether a bound is asked for."""
    scenario: Scenario
    subject: SubjectReport | None
    """Null where there is nothing that the target could be about."""
    verdict: Literal["met", "met only typically", "missed", "unknown"]
    accepted: bool
    """Whether the target is content with it."""
    typical: float | None
    """Typical seconds; null unless known."""
    bound: float | None
    """Seconds that are never exceeded; null where nobody promises any."""
    why: str
    """What decides."""
    change: str
    """What to change; empty where nothing does."""
    rests_on_assumption: bool
    """Whether a figure that decides is our own guess."""


class RecoveryReport(_Model):
    """The recovery budget of stacks that recover together, and how it stands to the targets."""

    report: Literal["atoll.recovery/v1"] = "atoll.recovery/v1"
    """Name and version of this form."""
    stacks: tuple[str, ...]
    """Stacks whose graphs were asked."""
    regions: tuple[str, ...]
    """Regions that they are in."""
    decision: Literal["approval", "automatic"]
    """Who begins the plan when a region is lost."""
    drill: str
    """Runs and seed of the drill; empty without one."""
    terms: tuple[TermReport, ...]
    """Every term that a time of this report is made of."""
    outcomes: tuple[OutcomeReport, ...]
    judgements: tuple[JudgementReport, ...]
    """Every target against every subject that it is about; none where nothing is asked."""
    uncovered: tuple[str, ...]
    """Resources that keep data and that no rule computes."""
