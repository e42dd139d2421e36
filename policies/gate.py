"""Whether a stack may be deployed: findings, less what a waiver or the environment's profile lets through."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

from policies.profiles import Profile
from policies.run import Result, Run
from policies.waivers import Waiver, Waivers


@unique
class Outcome(StrEnum):
    """What becomes of a finding."""

    BLOCKS = "blocks"
    ADVISES = "advises"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding and what becomes of it."""

    result: Result
    outcome: Outcome
    why: str | None = None
    """Reason of the profile or the waiver; None where it blocks."""
    waiver: Waiver | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer about one stack."""

    findings: tuple[Judged, ...]
    problems: tuple[str, ...]
    """Controls that raised, and waivers that are wrong: they fail the check whatever else is found."""

    @property
    def blocking(self) -> tuple[Judged, ...]:
        """Findings that block."""
        return tuple(judged for judged in self.findings if judged.outcome is Outcome.BLOCKS)

    @property
    def passes(self) -> bool:
        """Whether the stack may be deployed."""
        return not self.blocking and not self.problems


def judge(done: Run, profile: Profile, waivers: Waivers, stack: str, *, every_control: bool = True) -> Judgement:
    """Weigh the findings of a run.

    Args:
        done: the run.
        profile: of the stack's environment.
        waivers: all of them.
        stack: name of the stack.
        every_control: whether all controls were asked, so that a waiver without a finding is unused.
    """
    broken = [f"{b.control.id} raised {b.error} on {b.urn}: the check itself has failed" for b in done.broken]
    unused = waivers.unused(done.findings, stack) if every_control else ()
    findings = tuple(_judged(result, profile, waivers) for result in done.findings)
    return Judgement(findings, (*broken, *waivers.problems, *unused))


def _judged(result: Result, profile: Profile, waivers: Waivers) -> Judged:
    waiver = waivers.of(result)
    if waiver is not None:
        return Judged(result, Outcome.WAIVED, waiver.reason, waiver)
    reason = profile.advisory.get(result.control.id)
    return Judged(result, Outcome.BLOCKS if reason is None else Outcome.ADVISES, reason)
