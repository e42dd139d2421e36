"""What a report says in any format: headlines, counts and links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from contracts.change import (
    AnyDelta,
    ChangeReport,
    CostOf,
    CostTotal,
    Effect,
    Origin,
    OriginKind,
    Question,
    ResourceDelta,
    ResourceKind,
    Side,
    Verdict,
)

TITLES = {
    Question.CONTRACTS: "Contracts",
    Question.RESOURCES: "Resources",
    Question.REACH: "Reachability",
    Question.ACCESS: "Access",
    Question.POLICIES: "Policies",
    Question.RECOVERY: "Recovery",
    Question.PARITY: "Parity",
    Question.COST: "Cost",
}
VERDICTS = {
    Verdict.BREAKING: "This change breaks something",
    Verdict.BLOCKED: "This change would not be deployed",
    Verdict.LOOK: "This change wants to be looked at",
    Verdict.INFORMATIVE: "Nothing about this change is grave",
    Verdict.UNCHANGED: "No question found a difference",
}
TONES = {
    Effect.BREAKS: "bad",
    Effect.BLOCKS: "bad",
    Effect.WARNS: "warn",
    Effect.UNKNOWN: "warn",
    Effect.INFORMS: "idle",
    Effect.IMPROVES: "good",
}
WORDS = {
    Effect.BREAKS: "breaks",
    Effect.BLOCKS: "blocks",
    Effect.WARNS: "look",
    Effect.UNKNOWN: "unknown",
    Effect.INFORMS: "differs",
    Effect.IMPROVES: "better",
}
GRAVE = (Effect.BREAKS, Effect.BLOCKS, Effect.WARNS, Effect.UNKNOWN)

BEHIND = {
    Question.CONTRACTS: "atoll contract diff",
    Question.RESOURCES: "atoll graph show STACK",
    Question.REACH: "atoll reach STACK --check",
    Question.ACCESS: "atoll iam escalate STACK",
    Question.POLICIES: "atoll policy check STACK",
    Question.RECOVERY: "atoll recovery budget --environment ENVIRONMENT",
    Question.PARITY: "atoll parity --environment ENVIRONMENT",
    Question.COST: "atoll cost estimate STACK --lines",
}
"""Question → the command that shows all that its figures are made of."""

NONE = "-"
"""Stands where a revision has no such thing."""


@dataclass(frozen=True)
class Links:
    """Where files of a revision can be read."""

    url: str = ""
    """Beginning of a file's address, `https://github.com/o/r/blob/<commit>`; relative to the project if empty."""

    def of(self, origin: Origin) -> tuple[str, str | None]:
        """Text and address of a place; no address for a resource, which is in no file."""
        if origin.kind is OriginKind.PAGE:
            return origin.at.partition("://")[2].rstrip("/"), origin.at
        if origin.kind is OriginKind.URN:
            return origin.at.rpartition("::")[2] or origin.at, None
        path, _, line = origin.at.partition(":")
        return origin.at, f"{self.file(path)}#L{line}"

    def file(self, path: str) -> str:
        """Address of a file of the project."""
        return f"{self.url}/{path}" if self.url else path


def counted(deltas: Iterable[AnyDelta]) -> str:
    """`2 break, 1 to look at, 14 differ`; `no difference` for none."""
    counts = Counter(delta.effect for delta in deltas)
    told = [f"{counts[effect]} {WORDS[effect]}" for effect in Effect if counts[effect]]
    return ", ".join(told) or "no difference"


def answer(report: ChangeReport, question: Question) -> str:
    """One line about a question, with what it leaves out."""
    if question not in report.asked:
        return "not asked"
    without = broken(report) if question is not Question.CONTRACTS else []
    if without and len(without) == len(report.stacks):
        return "not known: no stack can be built on both sides"
    return _answer(report, question) + (f"; without {', '.join(without)}" if without else "")


def broken(report: ChangeReport) -> list[str]:
    """Stacks that cannot be built in one of the revisions: nothing about them can be compared."""
    return [stack.stack for stack in report.stacks if Side.BROKEN in (stack.before, stack.after)]


def _answer(report: ChangeReport, question: Question) -> str:
    deltas = report.of(question)
    if question is Question.RESOURCES:
        kinds = Counter(delta.kind.value for delta in deltas if delta.question is Question.RESOURCES)
        undecided = sum(stack.undecided for stack in report.stacks)
        told = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items())) or "no difference"
        lost = [delta for delta in deltas if delta.question is Question.RESOURCES and _loses(delta)]
        told += f"; {len(lost)} lose data" if lost else ""
        return told + (f"; {undecided} look the same as far as is known before deployment" if undecided else "")
    if question is Question.COST:
        return money(report)
    return counted(deltas)


def money(report: ChangeReport) -> str:
    """`$99.23 → $131.40 a month (+32.17)`, with what is missing from it."""
    before, after, unknown = Decimal(0), Decimal(0), 0
    for stack in report.stacks:
        if Side.BROKEN in (stack.before, stack.after):
            continue
        before += stack.cost_before.usd if stack.cost_before else Decimal(0)
        after += stack.cost_after.usd if stack.cost_after else Decimal(0)
        unknown += sum(side.unknown for side in (stack.cost_before, stack.cost_after) if side)
    told = f"${before:,} → ${after:,} a month ({after - before:+,.2f})"
    if before == after:
        told = f"${after:,} a month, no difference"
    return told + (f"; a lower bound, {unknown} prices are not known" if unknown else "")


def dollars(before: CostTotal | None, after: CostTotal | None) -> str:
    """What a stack costs on both sides."""
    return " → ".join(f"{cost.usd:,}" if cost else NONE for cost in (before, after))


def _loses(delta: ResourceDelta) -> bool:
    return delta.holds is not None and delta.kind in (ResourceKind.DELETE, ResourceKind.REPLACE)


def worst(report: ChangeReport, question: Question) -> Effect | None:
    """The gravest effect of a question; None where there is no difference."""
    effects = {delta.effect for delta in report.of(question)}
    if question is not Question.CONTRACTS and broken(report):
        effects.add(Effect.UNKNOWN)
    return next((effect for effect in Effect if effect in effects), None)


@dataclass(frozen=True)
class Told:
    """A difference as people read it: once, with every stack that has it."""

    delta: AnyDelta
    stacks: tuple[str, ...]
    origins: tuple[Origin, ...]

    @property
    def where(self) -> str:
        """The stacks; empty for what is of none."""
        return ", ".join(self.stacks)


def told(report: ChangeReport, question: Question) -> list[Told]:
    """The differences that people read: sums of cost once, by service and by resource, not by every grouping."""
    found: dict[tuple[str, str], list[AnyDelta]] = {}
    for delta in report.of(question):
        if delta.question is Question.COST and delta.of is CostOf.TEAM and delta.effect is not Effect.UNKNOWN:
            continue
        found.setdefault((delta.effect, delta.sentence), []).append(delta)
    return [
        Told(
            same[0],
            tuple(dict.fromkeys(delta.stack for delta in same if delta.stack)),
            tuple(dict.fromkeys(origin for delta in same for origin in delta.origins)),
        )
        for same in found.values()
    ]


def sides(report: ChangeReport) -> str:
    """`main (1a2b3c4) → worktree (5d6e7f8 and changes since)`."""
    named = [
        f"{revision.name} ({revision.commit[:9]}{' and changes since' if revision.modified else ''})"
        for revision in (report.base, report.head)
    ]
    return " → ".join(named)
