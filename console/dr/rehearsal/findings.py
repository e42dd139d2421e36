"""What a rehearsal has found so far: what happened when, and which claims hold."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from console.dr.rehearsal.looking import Count
from console.dr.rehearsal.record import Claim, Kind, Moment, PlanTime, Preview, Traffic
from console.dr.rehearsal.stores import Client


@dataclass
class Findings:
    """Grows as the rehearsal goes on; `lag_seconds` is how late copies are."""

    lag_seconds: float
    talk: Callable[[str], None]
    began: float = field(default_factory=time.time)
    """Seconds since the epoch."""
    moments: list[Moment] = field(default_factory=list[Moment])
    runs: list[PlanTime] = field(default_factory=list[PlanTime])
    traffic: list[Traffic] = field(default_factory=list[Traffic])
    previews: list[Preview] = field(default_factory=list[Preview])
    claims: list[Claim] = field(default_factory=list[Claim])
    writers: dict[str, str] = field(default_factory=dict[str, str])
    unreplicated: tuple[str, ...] = ()

    def happens(self, kind: Kind, what: str) -> float:
        """Note it, say it, and return when it was, in seconds since the epoch."""
        now = time.time()
        self.moments.append(Moment(at=round(now - self.began, 3), kind=kind, what=what))
        self.talk(what)
        return now

    def claim(self, claim: str, holds: bool, found: str) -> None:
        """Note whether something was shown."""
        self.claims.append(Claim(claim=claim, holds=holds, found=found))

    def claim_counts(self, counts: list[Count]) -> None:
        """Nothing is lost where nothing may be; elsewhere it was on its way, and is accounted for; nothing is twice."""
        for count in counts:
            name, missing = count.store.name, len(count.missing)
            if count.store.loses_nothing:
                self.claim(f"{name}: no acknowledged order is lost", not missing, f"{missing} missing")
                continue
            # An order may have been on its way for as long as copies lag, and its acknowledgement took a moment.
            recent = count.oldest is None or count.oldest <= self.lag_seconds + 1
            oldest = "nothing is missing" if count.oldest is None else f"the oldest is of {count.oldest:.1f} s before"
            self.claim(
                f"{name}: what is missing was on its way", recent, f"{missing} missing, {oldest}; copies lag "
                f"{self.lag_seconds:g} s",
            )  # fmt: skip
            owed = missing - count.returned - count.listed
            self.claim(f"{name}: what is missing is accounted for", owed <= 0, f"{count.returned} came back by "
                        f"themselves, {count.listed} are in the old writer's snapshot")  # fmt: skip
        doubled = sum(count.duplicated for count in counts)
        self.claim("no order is there twice", not doubled, f"{doubled} are")

    def claim_nothing_lost_since(self, counts: list[Count], client: Client, region: str) -> None:
        """What was acknowledged once the plan had begun is there."""
        lost = sum(count.lost_now(client, region) for count in counts)
        self.claim("no order that was acknowledged during or after the plans is lost", not lost, f"{lost} are")

    def claim_traffic(self, when: str, stacks: set[str]) -> None:
        """Clients are led to these stacks and to no other."""
        answers = next(one.answers for one in self.traffic if one.when == when)
        self.claim(
            f"{when} clients are led to {' and '.join(sorted(stacks))}", set(answers) == stacks, _shares(answers)
        )

    def claim_writer(self, when: str, region: str) -> None:
        """The database is written there."""
        writer = self.writers[when]
        self.claim(f"{when} the database is written in {region}", writer == region, f"in {writer}")

    def claim_previews(self) -> None:
        """No preview would change anything."""
        for one in self.previews:
            changes = "no change" if not one.changes else "; ".join(one.changes)
            self.claim(f"{one.stack}: the program would change nothing, {one.when}", not one.changes, changes)


def _shares(answers: dict[str, float]) -> str:
    return ", ".join(f"{stack} {share:.0%}" for stack, share in answers.items())
