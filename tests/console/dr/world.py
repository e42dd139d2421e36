"""A world of two regions that answers the calls of a plan, for tests that open no socket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore import xform_name

from console.dr.aws import AbsentError, RefusedError, UnreachableError
from console.dr.perform import Timing
from contracts.recovery import actions
from contracts.recovery.actions import Action, Takeover, Writes
from contracts.recovery.calls import Call
from contracts.recovery.plan import AbortPolicy, Expected, OnFailure, PlanKind, RecoveryPlan, Step

EAST, WEST = "us-east-1", "us-west-2"
EXPECTED = Expected(best_seconds=1, typical_seconds=2, bound_seconds=None, source="a test")
FENCE = "/atoll/prod/recovery/writes"
TOPIC = f"arn:aws:sns:{WEST}:111122223333:recovery"


def arn(region: str) -> str:
    return f"arn:aws:rds:{region}:111122223333:cluster:orders"


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    @property
    def timing(self) -> Timing:
        return Timing(clock=lambda: self.now, sleep=self.sleep, pause=1.0)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class World:
    """What is so in two regions, and every change that was called for."""

    writer: str = EAST
    primary: str = EAST
    fences: dict[str, str] = field(default_factory=lambda: {EAST: "open", WEST: "open"})
    alarms: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    lost: set[str] = field(default_factory=set[str])
    refuses: set[str] = field(default_factory=set[str])
    """Operations that are refused."""
    slow: int = 0
    """How often the writer is asked for before it has moved."""
    changes: list[str] = field(default_factory=list[str])
    left_behind: tuple[str, ...] = ()

    def __call__(self, call: Call, arguments: Mapping[str, str] | None = None, /) -> Mapping[str, Any]:
        if call.region in self.lost:
            raise UnreachableError(call, "Connection was closed")
        if call.operation in self.refuses:
            raise RefusedError(call, "AccessDenied: not you")
        given = call.given(arguments or {})
        return getattr(self, f"on_{xform_name(call.operation)}")(call, given) or {}

    def _change(self, call: Call) -> None:
        self.changes.append(f"{call.operation} {call.region}")

    def on_get_caller_identity(self, call: Call, given: dict[str, Any]) -> Any: ...

    def on_describe_alarms(self, call: Call, given: dict[str, Any]) -> Any:
        state = self.alarms.get((call.region, given["AlarmNames"][0]), "OK")
        return {"MetricAlarms": [{"StateValue": state}]}

    def on_get_parameter(self, call: Call, given: dict[str, Any]) -> Any:
        if call.region not in self.fences:
            raise AbsentError(call, "ParameterNotFound")
        return {"Parameter": {"Value": self.fences[call.region]}}

    def on_put_parameter(self, call: Call, given: dict[str, Any]) -> Any:
        self._change(call)
        self.fences[call.region] = given["Value"]

    def on_describe_global_clusters(self, call: Call, given: dict[str, Any]) -> Any:
        moved = self.writer if self.slow <= 0 else EAST
        self.slow -= 1 if self.writer == WEST else 0
        members = [{"DBClusterArn": arn(region), "IsWriter": region == moved} for region in (EAST, WEST)]
        return {"GlobalClusters": [{"GlobalClusterMembers": members}]}

    def on_failover_global_cluster(self, call: Call, given: dict[str, Any]) -> Any:
        self._change(call)
        assert given["AllowDataLoss"] is True
        self.writer = given["TargetDbClusterIdentifier"].split(":")[3]

    def on_switchover_global_cluster(self, call: Call, given: dict[str, Any]) -> Any:
        if self.lost:
            raise RefusedError(call, "InvalidGlobalClusterStateFault: a switchover needs every region")
        self._change(call)
        self.writer = given["TargetDbClusterIdentifier"].split(":")[3]

    def on_describe_global_replication_groups(self, call: Call, given: dict[str, Any]) -> Any:
        members = [
            {"ReplicationGroupId": f"cache-{region}", "Role": "PRIMARY" if region == self.primary else "SECONDARY"}
            for region in (EAST, WEST)
        ]
        return {"GlobalReplicationGroups": [{"Members": members}]}

    def on_failover_global_replication_group(self, call: Call, given: dict[str, Any]) -> Any:
        self._change(call)
        self.primary = given["PrimaryRegion"]

    def on_describe_db_cluster_snapshots(self, call: Call, given: dict[str, Any]) -> Any:
        return {"DBClusterSnapshots": [{"DBClusterSnapshotIdentifier": name} for name in self.left_behind]}

    def on_publish(self, call: Call, given: dict[str, Any]) -> Any:
        self._change(call)


def step(name: str, action: Action, *after: str, undo: Action | None = None, **more: Any) -> Step:
    given = {"timeout_seconds": 30, "expected": EXPECTED} | more
    return Step(id=name, title=f"The step {name}", action=action, after=after, rollback=undo, **given)


def writes(region: str, state: Writes) -> actions.SetWrites:
    return actions.SetWrites(region=region, parameter=FENCE, writes=state)


def database(to: str, takeover: Takeover) -> actions.AuroraGlobalFailover:
    return actions.AuroraGlobalFailover(
        region=to,
        source_region=EAST if to == WEST else WEST,
        global_cluster="orders",
        target_cluster_arn=arn(to),
        takeover=takeover,
    )


def cache(to: str) -> actions.ElasticacheGlobalFailover:
    return actions.ElasticacheGlobalFailover(region=to, asked_region=to, global_group="g", target_group=f"cache-{to}")


def lag(accepted: bool) -> actions.CheckReplicationLag:
    return actions.CheckReplicationLag(
        region=WEST, store=actions.Store.DATABASE, alarm="lag", limit_seconds=1, accepted=accepted
    )


AGREE = actions.Approval(region=WEST, topic_arn=TOPIC, approvers="the officer on duty", question="Lose what is late?")


def failover(*more: Step) -> RecoveryPlan:
    """us-east-1 is lost: what is late is lost as well."""
    return RecoveryPlan(
        name="failover-us-east-1",
        kind=PlanKind.FAILOVER,
        title="Go on without us-east-1",
        source_region=EAST,
        target_region=WEST,
        loses_data=True,
        lost_regions=frozenset({EAST}),
        steps=(
            step("target-healthy", actions.CheckRegionHealth(region=WEST, alarm="service")),
            step("lag", lag(accepted=True), "target-healthy"),
            step("agree", AGREE, "lag"),
            step("fence", writes(EAST, Writes.FROZEN), "agree", on_failure=OnFailure.GO_ON, timeout_seconds=3),
            step("database", database(WEST, Takeover.FAILOVER), "fence"),
            step("cache", cache(WEST), "fence", undo=cache(EAST)),
            step(
                "writer",
                actions.VerifyWriter(region=WEST, global_cluster="orders", writer_cluster_arn=arn(WEST)),
                "database",
                "cache",
            ),
            *more,
        ),
        abort=AbortPolicy(point_of_no_return="database", advice="Run the plan again."),
    )


def switchover() -> RecoveryPlan:
    """Both regions work: nothing is lost."""
    return RecoveryPlan(
        name="switchover-to-us-west-2",
        kind=PlanKind.SWITCHOVER,
        title="Move the writers to us-west-2",
        source_region=EAST,
        target_region=WEST,
        loses_data=False,
        steps=(
            step("lag", lag(accepted=False)),
            step("freeze", writes(EAST, Writes.FROZEN), "lag", undo=writes(EAST, Writes.OPEN)),
            step(
                "database",
                database(WEST, Takeover.SWITCHOVER),
                "freeze",
                undo=database(EAST, Takeover.SWITCHOVER),
            ),
            step("cache", cache(WEST), "database", undo=cache(EAST)),
            step("open", writes(EAST, Writes.OPEN), "cache", undo=writes(EAST, Writes.FROZEN)),
        ),
        abort=AbortPolicy(advice="Nothing has to be done."),
    )


def returning() -> RecoveryPlan:
    """us-east-1 is back: writers return to it."""
    return RecoveryPlan(
        name="failback-us-east-1",
        kind=PlanKind.FAILBACK,
        title="Return to us-east-1",
        source_region=WEST,
        target_region=EAST,
        loses_data=False,
        steps=(
            step("freeze", writes(WEST, Writes.FROZEN), undo=writes(WEST, Writes.OPEN)),
            step("database", database(EAST, Takeover.SWITCHOVER), "freeze", undo=database(WEST, Takeover.SWITCHOVER)),
            step("cache", cache(EAST), "database", undo=cache(WEST)),
            step("open", writes(EAST, Writes.OPEN), "cache", undo=writes(EAST, Writes.FROZEN)),
        ),
        abort=AbortPolicy(advice="us-west-2 serves alone again."),
    )
