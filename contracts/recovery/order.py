"""A plan's order as nested chains and forks, for executions that know nothing else (Step Functions, Region switch).

Chains and forks say exactly what `after` says wherever that can be said with them; elsewhere a step waits for a little
more than it has to, never for less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from contracts.recovery.plan import RecoveryPlan, Step


@dataclass(frozen=True)
class Chain:
    """One after the other."""

    parts: tuple[Order, ...]


@dataclass(frozen=True)
class Fork:
    """All at once; it ends when all have ended."""

    parts: tuple[Order, ...]


Order = Step | Chain | Fork


def order(plan: RecoveryPlan) -> Order:
    """The order of a plan's steps."""
    return _arranged(plan.steps, _before(plan))


def steps_of(found: Order) -> Iterator[Step]:
    """The steps within, in the order of reading."""
    if isinstance(found, Step):
        yield found
    else:
        for part in found.parts:
            yield from steps_of(part)


def _before(plan: RecoveryPlan) -> dict[str, frozenset[str]]:
    """Step → everything that has ended when it begins."""
    found: dict[str, frozenset[str]] = {}
    for step in (step for wave in plan.waves() for step in wave):
        found[step.id] = frozenset(step.after).union(*(found[name] for name in step.after))
    return found


def _arranged(steps: Sequence[Step], before: dict[str, frozenset[str]]) -> Order:
    """Take steps apart: into those that know nothing of each other, or into those before and those after."""
    if len(steps) == 1:
        return steps[0]

    def ordered(one: Step, other: Step) -> bool:
        return one.id in before[other.id] or other.id in before[one.id]

    apart = _groups(steps, ordered)
    if len(apart) > 1:
        return Fork(tuple(_arranged(group, before) for group in apart))
    blocks = _groups(steps, lambda one, other: not ordered(one, other))
    if len(blocks) == 1:
        # Neither: those that wait for none of the others go first.
        names = {step.id for step in steps}
        first = [step for step in steps if not before[step.id] & names]
        blocks = [first, [step for step in steps if step not in first]]
    else:
        blocks.sort(key=lambda block: len(before[block[0].id] & {step.id for step in steps}))
    return Chain(tuple(part for block in blocks for part in _parts(_arranged(block, before))))


def _parts(found: Order) -> tuple[Order, ...]:
    return found.parts if isinstance(found, Chain) else (found,)


def _groups(steps: Sequence[Step], joined: Callable[[Step, Step], bool]) -> list[list[Step]]:
    """Steps that are joined, directly or by others, in the order of the plan."""
    groups: list[list[Step]] = []
    for step in steps:
        near = [group for group in groups if any(joined(step, other) for other in group)]
        for group in near:
            groups.remove(group)
        merged = {other.id for group in near for other in group} | {step.id}
        groups.append([other for other in steps if other.id in merged])
    groups.sort(key=lambda group: steps.index(group[0]))
    return groups
