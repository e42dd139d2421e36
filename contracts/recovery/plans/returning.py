"""Moving writers between two regions that work, and returning to one that was left."""

from __future__ import annotations

from contracts.recovery.actions import Reconcile, Takeover, Writes
from contracts.recovery.facts import RecoveryFacts, RegionFacts
from contracts.recovery.plan import AbortPolicy, PlanKind, RecoveryPlan, Step
from contracts.recovery.plans import steps
from contracts.recovery.plans.steps import names


def switchover(facts: RecoveryFacts, to: str) -> RecoveryPlan:
    """Let another region be the writer; traffic stays as it is."""
    source, target = facts.other(to), facts.regions[to]
    name = f"{PlanKind.SWITCHOVER}-{to}"
    checks = [steps.check_health(target), steps.check_health(source), *steps.check_lags(target)]
    approve = steps.approval(
        facts, target, f"Shall {to} become the writer? Writes stop for some minutes, none is lost.", after=names(checks)
    )
    moved = _moved(facts, source, target, after=(approve.id,))
    verify = steps.verified(facts, writer=target, serving=[target, source], after=names(moved))
    end = steps.told(target, name, f"{to} is the writer", name="tell-end", after=names(verify))
    return RecoveryPlan(
        name=name,
        kind=PlanKind.SWITCHOVER,
        title=f"{to} becomes the writer, without loss",
        source_region=source.region,
        target_region=to,
        loses_data=False,
        steps=(*checks, approve, *moved, *verify, end),
        abort=AbortPolicy(advice=f"{source.region} is the writer again, and writes are open in both regions."),
    )


def failback(facts: RecoveryFacts, to: str) -> RecoveryPlan:
    """Return to a region that was left: its unreplicated writes first, then writers, then traffic.

    Writers return to their home alone: the other region takes its share of the traffic again, and nothing more.
    """
    source, target = facts.other(to), facts.regions[to]
    name = f"{PlanKind.FAILBACK}-{to}"
    checks = [steps.check_health(target), steps.check_health(source), *steps.check_lags(target)]
    look = _left_behind(target)
    approve = steps.approval(
        facts,
        target,
        f"{to} is back. Are the writes that it had alone dealt with, and shall it take over again?",
        after=names(checks, look),
    )
    home = facts.regions[facts.home]
    if to == facts.home:
        moved = _moved(facts, source, target, after=(approve.id,))
    else:
        moved = [steps.writes(target, Writes.OPEN, after=(approve.id,))]
    verify = steps.verified(facts, writer=home, serving=[target], after=names(moved))
    usual = {region: found.share for region, found in facts.regions.items()}
    dial = steps.traffic(facts, {to: 0, source.region: 100}, usual, after=names(verify), needed=True)
    back = (
        [steps.evacuation(target, target.switch, evacuated=False, after=names(verify, dial))]
        if target.switch is not None
        else []
    )
    drain = steps.forgotten(facts, after=names(back, dial) or names(verify))
    shrink = steps.scale(facts, source, up=False, after=names(drain) or names(back, dial) or names(verify))
    end = steps.told(
        target, name, "Both regions serve as before", name="tell-end", after=names(shrink or drain or back or verify)
    )
    return RecoveryPlan(
        name=name,
        kind=PlanKind.FAILBACK,
        title=f"{to} is back: it takes its part again, without loss",
        source_region=source.region,
        target_region=to,
        loses_data=False,
        steps=(*checks, *look, approve, *moved, *verify, *dial, *back, *drain, *shrink, end),
        abort=AbortPolicy(advice=f"{source.region} serves alone again, as before the plan."),
    )


def _moved(facts: RecoveryFacts, source: RegionFacts, target: RegionFacts, *, after: tuple[str, ...]) -> list[Step]:
    """Writers move while nobody writes."""
    freeze = [steps.writes(region, Writes.FROZEN, after=after) for region in (source, target)]
    take = steps.take_over(facts, source, target, Takeover.SWITCHOVER, after=names(freeze))
    opened = [steps.writes(region, Writes.OPEN, after=names(take or freeze)) for region in (target, source)]
    return [*freeze, *take, *opened]


def _left_behind(region: RegionFacts) -> list[Step]:
    if region.database is None:
        return []
    action = Reconcile(region=region.region, cluster=region.database.cluster)
    return [steps.step("reconcile", f"List the writes that {region.region} had alone", action)]
