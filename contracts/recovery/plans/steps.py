"""Steps that several plans have; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from contracts.recovery.actions import (
    Action,
    Approval,
    AuroraGlobalFailover,
    CheckRegionHealth,
    CheckReplicationLag,
    ElasticacheGlobalFailover,
    Notify,
    ScaleService,
    SetEvacuation,
    SetTraffic,
    SetWrites,
    Store,
    Takeover,
    VerifyService,
    VerifyWriter,
    Wait,
    Writes,
)
from contracts.recovery.expected import expected
from contracts.recovery.facts import RecoveryFacts, RegionFacts, Switch
from contracts.recovery.plan import OnFailure, Step

PATIENCE = 10
"""How many times its typical time a step is waited for before it has failed."""
SHORTEST_SECONDS = 60
DRAIN_SECONDS = 60
"""How long connections are given to end after the last resolver has forgotten an answer."""


def step(
    name: str,
    title: str,
    action: Action,
    *,
    after: Iterable[str] = (),
    rollback: Action | None = None,
    on_failure: OnFailure = OnFailure.ABORT,
    timeout_seconds: int | None = None,
) -> Step:
    """A step whose times follow from its action."""
    time = expected(action)
    return Step(
        id=name,
        title=title,
        action=action,
        after=tuple(after),
        timeout_seconds=timeout_seconds or max(SHORTEST_SECONDS, PATIENCE * time.typical_seconds),
        expected=time,
        rollback=rollback,
        on_failure=on_failure,
    )


def check_health(region: RegionFacts) -> Step:
    """Refuse unless a region serves well."""
    action = CheckRegionHealth(region=region.region, alarm=region.health_alarm)
    return step(f"check-{region.region}", f"Is {region.region} healthy?", action)


def check_lags(copies: RegionFacts, *, accepted: bool = False) -> list[Step]:
    """Refuse while copies lag, or tell of it if that is accepted. Buckets take minutes, and move no writer."""
    return [
        step(
            f"check-{store}-lag",
            f"Is the {store} of {copies.region} at most {lag.limit_seconds:g} s behind?",
            CheckReplicationLag(
                region=copies.region,
                store=store,
                alarm=lag.alarm,
                limit_seconds=lag.limit_seconds,
                accepted=accepted,
            ),
            # Nobody waits for what is accepted anyway.
            on_failure=OnFailure.GO_ON if accepted else OnFailure.ABORT,
        )
        for store, lag in sorted(copies.lags.items())
        if store is not Store.BUCKETS or accepted
    ]


def approval(facts: RecoveryFacts, region: RegionFacts, question: str, *, after: Iterable[str]) -> Step:
    """Ask a person."""
    action = Approval(region=region.region, topic_arn=region.topic_arn, approvers=facts.approvers, question=question)
    return step("approve", "Somebody agrees", action, after=after, timeout_seconds=60 * facts.approval_minutes)


def told(region: RegionFacts, plan: str, title: str, *, name: str, after: Iterable[str]) -> Step:
    """Tell people; that nobody could be told stops nothing."""
    action = Notify(
        region=region.region, topic_arn=region.topic_arn, subject=f"Recovery: {title}"[:99], message=f"{plan}: {title}"
    )
    return step(name, "People are told", action, after=after, on_failure=OnFailure.GO_ON)


def writes(region: RegionFacts, state: Writes, *, after: Iterable[str], needed: bool = True) -> Step:
    """Freeze or open the writes of a region."""
    verb = "freeze" if state is Writes.FROZEN else "open"
    other = Writes.OPEN if state is Writes.FROZEN else Writes.FROZEN
    action = SetWrites(region=region.region, parameter=region.writes_parameter, writes=state)
    return step(
        f"{verb}-writes-{region.region}",
        f"{verb.capitalize()} writes in {region.region}",
        action,
        after=after,
        rollback=action.model_copy(update={"writes": other}),
        on_failure=OnFailure.ABORT if needed else OnFailure.GO_ON,
    )


def evacuation(region: RegionFacts, switch: Switch, *, evacuated: bool, after: Iterable[str]) -> Step:
    """Take a region out of the answers of DNS, or put it back."""
    action = SetEvacuation(
        evacuated_region=region.region,
        region=switch.region,
        namespace=switch.namespace,
        metric=switch.metric,
        dimensions=switch.dimensions,
        alarm=switch.alarm,
        evacuated=evacuated,
    )
    verb, where = ("evacuate", "out of") if evacuated else ("return", "back into")
    return step(
        f"{verb}-{region.region}",
        f"Take {region.region} {where} the answers of DNS",
        action,
        after=after,
        rollback=action.model_copy(update={"evacuated": not evacuated}),
    )


def traffic(
    facts: RecoveryFacts, before: Mapping[str, int], shares: Mapping[str, int], *, after: Iterable[str], needed: bool
) -> list[Step]:
    """Share the traffic out; no step where the switches do it alone."""
    if facts.dials is None:
        return []
    back = SetTraffic(shares=dict(before), through=facts.dials)
    wanted = ", ".join(f"{share} % {region}" for region, share in sorted(shares.items()))
    return [
        step(
            "traffic",
            f"Share the traffic out: {wanted}",
            SetTraffic(shares=dict(shares), through=facts.dials),
            after=after,
            rollback=back,
            on_failure=OnFailure.ABORT if needed else OnFailure.GO_ON,
        )
    ]


def forgotten(facts: RecoveryFacts, *, after: Iterable[str]) -> list[Step]:
    """Wait until nobody is led by an old answer; no step where DNS does not lead to regions."""
    if not facts.ttl_seconds:
        return []
    action = Wait(seconds=facts.ttl_seconds + DRAIN_SECONDS)
    title = f"Answers are forgotten ({facts.ttl_seconds} s), connections drain ({DRAIN_SECONDS} s)"
    return [step("drain", title, action, after=after, timeout_seconds=action.seconds + SHORTEST_SECONDS)]


def scale(facts: RecoveryFacts, region: RegionFacts, *, up: bool, after: Iterable[str]) -> list[Step]:
    """Let each service of a region carry the load of both, or its own again; no step for what is large enough."""
    if region.cluster is None:
        return []
    found: list[Step] = []
    for service, limits in sorted(region.services.items()):
        other = facts.other(region.region).services.get(service)
        both = min(limits.maximum, limits.minimum + (other.minimum if other else 0))
        if both == limits.minimum:
            continue

        def tasks(
            minimum: int, cluster: str = region.cluster, service: str = service, maximum: int = limits.maximum
        ) -> ScaleService:
            return ScaleService(
                region=region.region, cluster=cluster, service=service, minimum=minimum, maximum=maximum
            )

        wanted, before = (both, limits.minimum) if up else (limits.minimum, both)
        found.append(
            step(
                f"scale-{service}",
                f"{service} runs at least {wanted} tasks in {region.region}",
                tasks(wanted),
                after=after,
                rollback=tasks(before),
            )
        )
    return found


def take_over(
    facts: RecoveryFacts, source: RegionFacts, target: RegionFacts, takeover: Takeover, *, after: Iterable[str]
) -> list[Step]:
    """Make a region the writer of what is replicated; the first one is the database, where there is one."""
    waits, found = tuple(after), list[Step]()
    if facts.global_database and source.database and target.database:

        def writer(here: RegionFacts, there: RegionFacts, arn: str) -> AuroraGlobalFailover:
            return AuroraGlobalFailover(
                region=there.region,
                source_region=here.region,
                global_cluster=facts.global_database or "",
                target_cluster_arn=arn,
                takeover=takeover,
            )

        back = writer(target, source, source.database.cluster_arn) if takeover is Takeover.SWITCHOVER else None
        title = f"{target.region} becomes the writer of {facts.global_database} ({takeover})"
        action = writer(source, target, target.database.cluster_arn)
        found.append(step("database", title, action, after=waits, rollback=back))
    if facts.global_datastore and source.cache_group and target.cache_group:

        def primary(region: str, group: str) -> ElasticacheGlobalFailover:
            return ElasticacheGlobalFailover(
                asked_region=target.region, region=region, global_group=facts.global_datastore or "", target_group=group
            )

        back = primary(source.region, source.cache_group) if takeover is Takeover.SWITCHOVER else None
        title = f"The cache of {target.region} becomes the primary of {facts.global_datastore}"
        # A cache can be filled again: it stops nothing.
        lost = OnFailure.GO_ON if takeover is Takeover.FAILOVER else OnFailure.ABORT
        action = primary(target.region, target.cache_group)
        found.append(step("cache", title, action, after=waits, rollback=back, on_failure=lost))
    return found


def verified(
    facts: RecoveryFacts, *, writer: RegionFacts, serving: Iterable[RegionFacts], after: Iterable[str]
) -> list[Step]:
    """See that the writer is where it should be, and that regions serve."""
    waits, found = tuple(after), list[Step]()
    if facts.global_database and writer.database:
        action = VerifyWriter(
            region=writer.region,
            global_cluster=facts.global_database,
            writer_cluster_arn=writer.database.cluster_arn,
        )
        found.append(step("verify-writer", f"{writer.region} is the writer", action, after=waits))
    for region in serving:
        service = VerifyService(region=region.region, alarm=region.health_alarm, url=region.url)
        found.append(
            step(f"verify-{region.region}", f"{region.region} serves", service, after=waits, timeout_seconds=900)
        )
    return found


def names(*groups: Iterable[Step]) -> tuple[str, ...]:
    """The names of steps, to wait for them."""
    return tuple(found.id for group in groups for found in group)
