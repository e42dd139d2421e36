"""Recovery plans as they ship: in each region those that lead to it, so that the survivor has its own (DR-3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.edge.global_accelerator import GlobalAccelerator
from components.edge.region_health import METRIC, NAMESPACE, switch_alarm, switch_dimensions
from components.recovery.experiments import Breakable
from components.recovery.plan_machine import PlanMachine, PlanMachineArgs
from components.recovery.recovery_automation import (
    RecoveryAutomation,
    RecoveryAutomationArgs,
    document_definition_arn,
    role_name,
)
from components.recovery.recovery_drill import RecoveryDrill, RecoveryDrillArgs
from components.recovery.recovery_signals import LagMetric, RecoverySignals, RecoverySignalsArgs
from components.recovery.region_experiments import RegionExperiments, RegionExperimentsArgs
from components.recovery.stand_ins import StandIns
from components.recovery.step_states import Place
from contracts.recovery.actions import Store, TrafficDials
from contracts.recovery.facts import RecoveryFacts, Switch
from contracts.recovery.plan import PlanKind, RecoveryPlan
from contracts.recovery.plans import plans
from contracts.recovery.reading import facts_of
from contracts.settings import GlobalStackSettings
from contracts.settings.recovery import RecoveryPlanSettings
from stacks.world.regions import WorldRegion, other_than

DRILLED = (PlanKind.FAILOVER, PlanKind.EVACUATE)


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """What ships for recovery."""

    machines: dict[str, PlanMachine]
    """Plan → its state machine."""


def make_recovery(
    settings: GlobalStackSettings,
    regions: Mapping[str, WorldRegion],
    accelerator: GlobalAccelerator | None,
    name: str,
) -> Recovery | None:
    """Signals, state machines, automations, drill and experiments in both regions; None where none are asked for."""
    chosen = settings.recovery_plans
    if chosen is None:
        return None
    stand_ins = StandIns()
    facts = _facts(settings, chosen, regions, accelerator, stand_ins)
    made = plans(facts)
    machines: dict[str, PlanMachine] = {}
    for stack, region in regions.items():
        here = [plan for plan in made.values() if plan.target_region == region.region]
        machines |= _Maker(settings, chosen, facts, region, other_than(regions, stack), stand_ins, name).make(here)
    return Recovery(machines=machines)


def _facts(
    settings: GlobalStackSettings,
    chosen: RecoveryPlanSettings,
    regions: Mapping[str, WorldRegion],
    accelerator: GlobalAccelerator | None,
    stand_ins: StandIns,
) -> RecoveryFacts:
    def says(stack: str, *path: str) -> str:
        return stand_ins.of(".".join((stack, *path)), regions[stack].peer.value(*path))

    dials = None
    if accelerator is not None:
        groups = {
            regions[stack].region: stand_ins.of(f"{stack}.endpoint_group", arn)
            for stack, arn in accelerator.group_arns.items()
        }
        dials = TrafficDials(endpoint_groups=groups)
    found = facts_of(
        settings,
        {stack: region.peer.facts for stack, region in regions.items()},
        says,
        switches={
            stack: Switch(
                region=other_than(regions, stack).region,
                namespace=NAMESPACE,
                metric=METRIC,
                dimensions=switch_dimensions(settings.environment, stack),
                alarm=switch_alarm(settings.environment, stack),
            )
            for stack in regions
        },
        dials=dials,
    )
    return found.model_copy(update={"approvers": chosen.approvers, "approval_minutes": chosen.approval_minutes})


class _Maker:
    """What one region has."""

    def __init__(
        self,
        settings: GlobalStackSettings,
        chosen: RecoveryPlanSettings,
        facts: RecoveryFacts,
        region: WorldRegion,
        other: WorldRegion,
        stand_ins: StandIns,
        name: str,
    ) -> None:
        self._settings, self._chosen, self._region, self._other = settings, chosen, region, other
        self._facts, self._stand_ins = facts.regions[region.region], stand_ins
        self._name = f"{name}-recovery-{region.stack}"
        role = role_name(settings.environment, region.region)
        self._place = Place(
            environment=settings.environment,
            region=region.region,
            account_id=settings.account.id,
            automation_role_arn=f"arn:aws:iam::{settings.account.id}:role/{role}",
        )

    def make(self, here: list[RecoveryPlan]) -> dict[str, PlanMachine]:
        """Make everything; answers plan → state machine."""
        opts, region = self._region.opts, self._region
        signals = RecoverySignals(
            self._name,
            args=RecoverySignalsArgs(
                facts=self._facts,
                load_balancer_arn=region.peer.value("load_balancer", "arn"),
                topic_arn=region.topic_arn,
                lags=self._lags(),
            ),
            opts=opts,
        )
        automation = RecoveryAutomation(
            f"{self._name}-automation",
            args=RecoveryAutomationArgs(plans=here, place=self._place, stand_ins=self._stand_ins),
            opts=opts,
        )
        machines = {plan.name: self._machine(plan, automation) for plan in here}
        if self._chosen.drill is not None:
            drilled = {plan.name: plan.kind for plan in here if plan.kind in DRILLED}
            real = {name for name, kind in drilled.items() if kind is PlanKind.EVACUATE and self._chosen.drill.evacuate}
            RecoveryDrill(
                f"{self._name}-drill",
                args=RecoveryDrillArgs(
                    settings=self._chosen.drill,
                    place=self._place,
                    machines={name: machines[name].arn for name in drilled},
                    real=frozenset(real),
                ),
                opts=opts,
            )
        if self._chosen.experiments:
            RegionExperiments(
                f"{self._name}-experiments",
                args=RegionExperimentsArgs(
                    place=self._place, breakable=self._breakable(), stop_alarm_arn=signals.health_alarm_arn
                ),
                opts=opts,
            )
        return machines

    def _machine(self, plan: RecoveryPlan, automation: RecoveryAutomation) -> PlanMachine:
        return PlanMachine(
            f"{self._name}-{plan.name}",
            args=PlanMachineArgs(
                plan=plan,
                place=self._place,
                stand_ins=self._stand_ins,
                topic_arn=self._facts.topic_arn,
                logs_key_arn=self._region.peer.value("key_arns", "logs"),
                messaging_key_arn=self._region.peer.value("key_arns", "messaging"),
                log_retention_days=self._settings.log_retention_days,
                automation_document_arn=document_definition_arn(self._place),
            ),
            opts=pulumi.ResourceOptions.merge(self._region.opts, pulumi.ResourceOptions(depends_on=[automation])),
        )

    def _lags(self) -> dict[Store, LagMetric]:
        facts, found = self._facts, dict[Store, LagMetric]()
        if Store.DATABASE in facts.lags and facts.database is not None:
            found[Store.DATABASE] = LagMetric(
                namespace="AWS/RDS",
                name="AuroraGlobalDBReplicationLag",
                dimensions={"DBClusterIdentifier": facts.database.cluster},
                per_second=1000,
            )
        if Store.CACHE in facts.lags:
            found[Store.CACHE] = LagMetric(
                namespace="AWS/ElastiCache",
                name="GlobalDatastoreReplicationLag",
                dimensions={"ReplicationGroupId": self._region.peer.value("cache", "id")},
                per_second=1,
            )
        return found

    def _breakable(self) -> Breakable:
        peer, facts, account = self._region.peer, self._facts, self._settings.account.id

        def subnet(zone: str) -> pulumi.Output[str]:
            identifier = peer.value("subnet_ids", "private", zone)
            return pulumi.Output.concat(f"arn:aws:ec2:{self._region.region}:{account}:subnet/", identifier)

        zones = peer.keys("subnet_ids", "private")
        return Breakable(
            region=self._region.region,
            other_region=self._other.region,
            zone=zones[0],
            zone_subnet_arns=[subnet(zones[0])],
            subnet_arns=[subnet(zone) for zone in zones],
            cluster=peer.value("cluster", "name") if facts.cluster is not None else None,
            service=next(iter(sorted(facts.services)), None),
            database_arn=peer.value("database", "arn") if facts.database is not None else None,
            cache_arn=peer.value("cache", "arn") if peer.has("cache", "arn") else None,
            bucket_arns=[
                peer.value("buckets", role, "arn")
                for role in (self._settings.replication.buckets if self._settings.replication is not None else ())
            ],
        )
