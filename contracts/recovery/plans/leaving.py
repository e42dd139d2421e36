"""Leaving a region: one that is lost, and one that still works."""

from __future__ import annotations

from contracts.recovery.actions import Takeover, Writes
from contracts.recovery.facts import RecoveryFacts
from contracts.recovery.plan import AbortPolicy, OnFailure, PlanKind, RecoveryPlan
from contracts.recovery.plans import steps
from contracts.recovery.plans.steps import names


def failover(facts: RecoveryFacts, lost: str) -> RecoveryPlan:
    """Go on without a region that does not answer.

    Traffic and capacity wait for nobody: Route 53 has led clients away by itself by then, and a start of tasks can be
    taken back. What loses writes waits for a person.
    """
    source, target = facts.regions[lost], facts.other(lost)
    check = steps.check_health(target)
    lags = steps.check_lags(target, accepted=True)
    name = f"{PlanKind.FAILOVER}-{lost}"
    begin = steps.told(target, name, f"{lost} is lost", name="tell-begin", after=(check.id,))
    leave = (
        [steps.evacuation(source, source.switch, evacuated=True, after=(check.id,))]
        if source.switch is not None
        else []
    )
    # The services there cannot be told while it is lost; if only half of it is, they can.
    fence = steps.writes(source, Writes.FROZEN, after=(check.id,), needed=False)
    grow = steps.scale(facts, target, up=True, after=(check.id,))
    approve = steps.approval(
        facts,
        target,
        f"{lost} is lost. Shall {target.region} go on alone? Writes that were not replicated are lost.",
        after=names([check], lags),
    )
    take = steps.take_over(facts, source, target, Takeover.FAILOVER, after=(approve.id,))
    dial = steps.traffic(facts, _usual(facts), {lost: 0, target.region: 100}, after=(check.id,), needed=False)
    verify = steps.verified(facts, writer=target, serving=[target], after=names(take or [approve], leave, grow))
    end = steps.told(target, name, f"{target.region} serves alone", name="tell-end", after=names(verify, dial))
    return RecoveryPlan(
        name=name,
        kind=PlanKind.FAILOVER,
        title=f"{lost} is lost: {target.region} goes on alone",
        source_region=lost,
        target_region=target.region,
        loses_data=True,
        lost_regions=frozenset({lost}),
        steps=(check, *lags, begin, *leave, fence, *grow, approve, *take, *dial, *verify, end),
        abort=AbortPolicy(
            point_of_no_return=next((found.id for found in take if found.on_failure is OnFailure.ABORT), "approve"),
            advice=(
                f"Before the database is taken over, {lost} is put back and {target.region} is made smaller again. "
                f"After it, run the plan again: what is done is left as it is. Return with failback-{lost}."
            ),
        ),
    )


def evacuate(facts: RecoveryFacts, left: str) -> RecoveryPlan:
    """Take traffic and writers out of a region that works, without loss: before maintenance, or as it weakens."""
    source, target = facts.regions[left], facts.other(left)
    checks = [steps.check_health(target), *steps.check_lags(target)]
    name = f"{PlanKind.EVACUATE}-{left}"
    approve = steps.approval(
        facts, target, f"Shall everything leave {left} for {target.region}? Nothing is lost.", after=names(checks)
    )
    begin = steps.told(target, name, f"{left} is being left", name="tell-begin", after=(approve.id,))
    grow = steps.scale(facts, target, up=True, after=(approve.id,))
    ready = names(grow or [approve])
    leave = [steps.evacuation(source, source.switch, evacuated=True, after=ready)] if source.switch is not None else []
    dial = steps.traffic(facts, _usual(facts), {left: 0, target.region: 100}, after=ready, needed=not leave)
    drain = steps.forgotten(facts, after=names(leave, dial) or ready)
    gone = names(drain) or names(leave, dial) or ready
    fence = steps.writes(source, Writes.FROZEN, after=gone)
    take = steps.take_over(facts, source, target, Takeover.SWITCHOVER, after=(fence.id,))
    verify = steps.verified(facts, writer=target, serving=[target], after=names(take) or (fence.id,))
    end = steps.told(target, name, f"{target.region} serves alone", name="tell-end", after=names(verify))
    return RecoveryPlan(
        name=name,
        kind=PlanKind.EVACUATE,
        title=f"Leave {left} for {target.region}, without loss",
        source_region=left,
        target_region=target.region,
        loses_data=False,
        steps=(*checks, approve, begin, *grow, *leave, *dial, *drain, fence, *take, *verify, end),
        abort=AbortPolicy(
            advice=f"Everything is undone: writers, traffic and capacity are as before. Return with failback-{left}."
        ),
    )


def _usual(facts: RecoveryFacts) -> dict[str, int]:
    return {region: found.share for region, found in facts.regions.items()}
