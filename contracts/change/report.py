"""The report of a change: two revisions, the stacks that were compared, and every difference."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum, unique
from typing import Literal

from contracts.change.deltas import AnyDelta, Effect, Part, Question, Usd

ORDER = tuple(Effect)


@unique
class Verdict(StrEnum):
    """What follows from all differences together."""

    BREAKING = "breaking"
    """Something that works would stop working for somebody."""
    BLOCKED = "blocked"
    """It would not be deployed."""
    LOOK = "look"
    """It can be deployed; there is something to look at, or something that nobody can tell."""
    INFORMATIVE = "informative"
    """Differences, and none of them is grave."""
    UNCHANGED = "unchanged"
    """No question found a difference, and nothing is known after deployment only."""


class Revision(Part):
    """A state of the repository."""

    name: str
    """As it was asked for, such as `main` or `worktree`."""
    commit: str
    """Id of the commit."""
    modified: bool = False
    """Whether files differ from the commit."""


@unique
class Side(StrEnum):
    """How a stack stands in one revision."""

    THERE = "there"
    ABSENT = "absent"
    BROKEN = "broken"
    """The program refuses it: nothing can be said of it."""


class CostTotal(Part):
    """What a stack costs a month by list prices."""

    usd: Usd
    """Sum of what is known."""
    unknown: int
    """Prices that are not known; the sum is then a lower bound."""
    target: str | None = None
    """How it stands to its environment's budget; None for stacks without one."""


class StackChange(Part):
    """One stack in both revisions."""

    stack: str
    """Name."""
    before: Side
    """In the earlier revision."""
    after: Side
    """In the later one."""
    problem: str | None = None
    """Why a side is broken."""
    resources_before: int = 0
    """Resources of the earlier revision."""
    resources_after: int = 0
    """Resources of the later one."""
    undecided: int = 0
    """Resources that look the same, and have inputs that are known after deployment only."""
    cost_before: CostTotal | None = None
    """None where it was not asked or cannot be."""
    cost_after: CostTotal | None = None
    """The same."""


class ChangeReport(Part):
    """Everything that differs between two revisions."""

    schema_version: Literal[1] = 1
    """Version of this form; a reader of another one refuses it."""
    base: Revision
    """The earlier revision."""
    head: Revision
    """The later one."""
    verdict: Verdict
    """What follows."""
    asked: tuple[Question, ...]
    """Questions that were answered; one that is missing here says nothing."""
    stacks: tuple[StackChange, ...]
    """Stacks that were compared."""
    deltas: tuple[AnyDelta, ...]
    """Differences, by question and gravity."""

    def of(self, question: Question) -> tuple[AnyDelta, ...]:
        """The differences that one question found."""
        return tuple(delta for delta in self.deltas if delta.question is question)


def assemble(
    base: Revision,
    head: Revision,
    asked: Iterable[Question],
    stacks: Iterable[StackChange],
    deltas: Iterable[AnyDelta],
) -> ChangeReport:
    """Put a report together: differences in their order, and what follows from them."""
    questions = tuple(Question)
    ordered = sorted(
        deltas,
        key=lambda d: (questions.index(d.question), ORDER.index(d.effect), -size(d), d.stack or "", d.subject),
    )
    compared = tuple(sorted(stacks, key=lambda stack: stack.stack))
    return ChangeReport(
        base=base,
        head=head,
        verdict=_verdict(ordered, compared),
        asked=tuple(question for question in questions if question in set(asked)),
        stacks=compared,
        deltas=tuple(ordered),
    )


def size(delta: AnyDelta) -> Decimal:
    """How much money a difference is about, the larger the earlier; nothing but for costs."""
    if delta.question is Question.COST:
        return abs(delta.after_usd - delta.before_usd)
    return Decimal(0)


def _verdict(deltas: Iterable[AnyDelta], stacks: tuple[StackChange, ...]) -> Verdict:
    effects = {delta.effect for delta in deltas}
    if Effect.BREAKS in effects:
        return Verdict.BREAKING
    if Effect.BLOCKS in effects or any(stack.after is Side.BROKEN for stack in stacks):
        return Verdict.BLOCKED
    if effects & {Effect.WARNS, Effect.UNKNOWN} or any(stack.before is Side.BROKEN for stack in stacks):
        return Verdict.LOOK
    return Verdict.INFORMATIVE if effects or any(stack.undecided for stack in stacks) else Verdict.UNCHANGED
