"""What a report says in any format: headlines, counts and links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from contracts.change import AnyDelta, ChangeReport, CostOf, Effect, Origin, OriginKind, Question, Side, Verdict

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
            return "price page", origin.at
        if origin.kind is OriginKind.URN:
            return origin.at.rpartition("::")[2] or origin.at, None
        path, _, line = origin.at.partition(":")
        return origin.at, f"{self.url}/{path}#L{line}" if self.url else f"{path}#L{line}"


def counted(deltas: Iterable[AnyDelta]) -> str:
    """`2 break, 1 to look at, 14 differ`; `no difference` for none."""
    counts = Counter(delta.effect for delta in deltas)
    told = [f"{counts[effect]} {WORDS[effect]}" for effect in Effect if counts[effect]]
    return ", ".join(told) or "no difference"


def answer(report: ChangeReport, question: Question) -> str:
    """One line about a question."""
    if question not in report.asked:
        return "not asked"
    deltas = report.of(question)
    if question is Question.RESOURCES:
        kinds = Counter(delta.kind.value for delta in deltas if delta.question is Question.RESOURCES)
        undecided = sum(stack.undecided for stack in report.stacks)
        told = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items())) or "no difference"
        return told + (f"; {undecided} look the same as far as is known before deployment" if undecided else "")
    if question is Question.COST:
        return money(report)
    return counted(deltas)


def money(report: ChangeReport) -> str:
    """`$99.23 → $131.40 a month (+32.17)`, with what is missing from it."""
    before, after, unknown = Decimal(0), Decimal(0), 0
    for stack in report.stacks:
        before += stack.cost_before.usd if stack.cost_before else Decimal(0)
        after += stack.cost_after.usd if stack.cost_after else Decimal(0)
        unknown += sum(side.unknown for side in (stack.cost_before, stack.cost_after) if side)
    told = f"${before} → ${after} a month ({after - before:+.2f})"
    broken = [stack.stack for stack in report.stacks if Side.BROKEN in (stack.before, stack.after)]
    if unknown:
        told += f"; a lower bound, {unknown} prices are not known"
    return told + (f"; without {', '.join(broken)}, which cannot be priced on both sides" if broken else "")


def worst(report: ChangeReport, question: Question) -> Effect | None:
    """The gravest effect of a question; None where there is no difference."""
    effects = {delta.effect for delta in report.of(question)}
    return next((effect for effect in Effect if effect in effects), None)


def told(report: ChangeReport, question: Question) -> Iterator[AnyDelta]:
    """The differences that people read: sums of cost once, by service and by resource, not by every grouping."""
    for delta in report.of(question):
        if delta.question is Question.COST and delta.of is CostOf.TEAM and delta.effect is not Effect.UNKNOWN:
            continue
        yield delta


def sides(report: ChangeReport) -> str:
    """`main (1a2b3c4) → worktree (5d6e7f8 and changes since)`."""
    named = [
        f"{revision.name} ({revision.commit[:9]}{' and changes since' if revision.modified else ''})"
        for revision in (report.base, report.head)
    ]
    return " → ".join(named)
