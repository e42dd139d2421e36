"""A pretended AWS of two regions, as far as recovery plans ask and change it, and the plainest execution of a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore import xform_name

from contracts.recovery.actions import Approval, Wait
from contracts.recovery.calls import Call, Demand, Listing, Move
from contracts.recovery.plan import OnFailure, RecoveryPlan, Step
from contracts.recovery.procedures import procedure
from tests.contracts.recovery.estates import EAST, WEST

Answer = dict[str, Any]


class RefusedError(Exception):
    """A call that AWS refuses."""


@dataclass
class PretendedAws:
    """Keeps what the calls of plans change; a region that is down answers nothing."""

    writer: str = f"arn:aws:rds:{EAST}:444444444444:cluster:atoll-prod"
    cache: str = "prod-cache"
    alarms: dict[tuple[str, str], str] = field(default_factory=dict)
    """(region, alarm) → state; OK where nothing is said."""
    parameters: dict[tuple[str, str], str] = field(default_factory=dict)
    minimum: dict[tuple[str, str], int] = field(default_factory=dict)
    tasks: dict[tuple[str, str], int] = field(default_factory=dict)
    dials: dict[str, float] = field(default_factory=dict)
    restored: set[str] = field(default_factory=set)
    leader: dict[str, str] = field(default_factory=dict)
    shifted: bool = False
    down: set[str] = field(default_factory=set)
    deaf: set[str] = field(default_factory=set)
    """Operations that are accepted and do nothing."""
    anything: bool = False
    """Whether operations that are not pretended here answer nothing instead of failing."""
    calls: list[tuple[str, str]] = field(default_factory=list)
    """Changes that were asked for, in order: region and operation."""

    def answer(self, call: Call, parameters: Mapping[str, Any]) -> Answer:
        if call.region in self.down:
            raise RefusedError(f"{call.region} does not answer")
        if call.operation in self.deaf:
            return {}
        made: Callable[[str, Mapping[str, Any]], Answer] | None
        made = getattr(self, f"_{xform_name(call.operation)}", None)
        if made is None and not self.anything:
            raise AssertionError(f"{call.operation} is not pretended")
        if not call.operation.startswith(("Describe", "Get", "List")):
            self.calls.append((call.region, call.operation))
        return made(call.region, parameters) if made is not None else {}

    def _describe_alarms(self, region: str, given: Mapping[str, Any]) -> Answer:
        state = self.alarms.get((region, given["AlarmNames"][0]), "OK")
        return {"MetricAlarms": [{"AlarmName": given["AlarmNames"][0], "StateValue": state}]}

    def _put_metric_data(self, region: str, given: Mapping[str, Any]) -> Answer:
        (datum,) = given["MetricData"]
        stack = next(each["Value"] for each in datum["Dimensions"] if each["Name"] == "Stack")
        self.alarms[region, f"atoll-{stack}-evacuated"] = "ALARM" if datum["Value"] else "OK"
        return {}

    def _get_parameter(self, region: str, given: Mapping[str, Any]) -> Answer:
        return {"Parameter": {"Value": self.parameters.get((region, given["Name"]), "open")}}

    def _put_parameter(self, region: str, given: Mapping[str, Any]) -> Answer:
        self.parameters[region, given["Name"]] = given["Value"]
        return {}

    def _describe_global_clusters(self, region: str, given: Mapping[str, Any]) -> Answer:
        arns = [f"arn:aws:rds:{where}:444444444444:cluster:atoll-prod" for where in (EAST, WEST)]
        members = [{"DBClusterArn": arn, "IsWriter": arn == self.writer} for arn in arns]
        return {"GlobalClusters": [{"GlobalClusterMembers": members}]}

    def _failover_global_cluster(self, region: str, given: Mapping[str, Any]) -> Answer:
        assert given["AllowDataLoss"] is True
        self.writer = given["TargetDbClusterIdentifier"]
        return {}

    def _switchover_global_cluster(self, region: str, given: Mapping[str, Any]) -> Answer:
        if region not in self.writer:
            raise RefusedError("a switchover is asked for where the writer is")
        self.writer = given["TargetDbClusterIdentifier"]
        return {}

    def _describe_global_replication_groups(self, region: str, given: Mapping[str, Any]) -> Answer:
        roles = {name: "PRIMARY" if name == self.cache else "SECONDARY" for name in ("prod-cache", "prod-west-cache")}
        members = [{"ReplicationGroupId": name, "Role": role} for name, role in roles.items()]
        return {"GlobalReplicationGroups": [{"Members": members}]}

    def _failover_global_replication_group(self, region: str, given: Mapping[str, Any]) -> Answer:
        self.cache = given["PrimaryReplicationGroupId"]
        return {}

    def _describe_scalable_targets(self, region: str, given: Mapping[str, Any]) -> Answer:
        usual = 7 if region == EAST else 3
        return {"ScalableTargets": [{"MinCapacity": self.minimum.get((region, given["ResourceIds"][0]), usual)}]}

    def _register_scalable_target(self, region: str, given: Mapping[str, Any]) -> Answer:
        self.minimum[region, given["ResourceId"]] = given["MinCapacity"]
        return {}

    def _describe_services(self, region: str, given: Mapping[str, Any]) -> Answer:
        count = self.tasks.get((region, given["services"][0]), 7 if region == EAST else 3)
        return {"services": [{"desiredCount": count, "runningCount": count}]}

    def _update_service(self, region: str, given: Mapping[str, Any]) -> Answer:
        self.tasks[region, given["service"]] = given["desiredCount"]
        return {}

    def _describe_endpoint_group(self, region: str, given: Mapping[str, Any]) -> Answer:
        return {"EndpointGroup": {"TrafficDialPercentage": self.dials.get(given["EndpointGroupArn"], 100.0)}}

    def _update_endpoint_group(self, region: str, given: Mapping[str, Any]) -> Answer:
        self.dials[given["EndpointGroupArn"]] = given["TrafficDialPercentage"]
        return {}

    def _describe_db_cluster_snapshots(self, region: str, given: Mapping[str, Any]) -> Answer:
        return {"DBClusterSnapshots": []}

    def _publish(self, region: str, given: Mapping[str, Any]) -> Answer:
        return {}


@dataclass
class Told:
    """How a run ended."""

    finished: list[str] = field(default_factory=list)
    failed: str | None = None


def run(
    plan: RecoveryPlan, aws: PretendedAws, *, agreed: bool = True, arguments: Mapping[str, str] | None = None
) -> Told:
    """Execute a plan, step after step; what is asked patiently is asked once here."""
    told = Told()
    for step in (step for wave in plan.waves() for step in wave):
        try:
            _do(step, aws, agreed=agreed, arguments=arguments or {})
        except RefusedError:
            if step.on_failure is OnFailure.GO_ON:
                continue
            told.failed = step.id
            begun = frozenset([*told.finished, step.id])
            for undone, back in plan.undo(begun):
                _do(undone.model_copy(update={"action": back}), aws, agreed=True, arguments=arguments or {})
            return told
        told.finished.append(step.id)
    return told


def _do(step: Step, aws: PretendedAws, *, agreed: bool, arguments: Mapping[str, str]) -> None:
    if isinstance(step.action, Approval) and not agreed:
        raise RefusedError("nobody agreed")
    if isinstance(step.action, Approval | Wait):
        return

    def ask(call: Call) -> Answer:
        return aws.answer(call, call.given(arguments))

    for piece in procedure(step.action):
        match piece:
            case Demand():
                if not piece.read.holds(ask(piece.read.call)) and not piece.waived:
                    raise RefusedError(piece.otherwise)
            case Move():
                if piece.already is not None and piece.already.holds(ask(piece.already.call)):
                    continue
                ask(piece.call)
                if piece.until is not None and not piece.until.holds(ask(piece.until.call)):
                    raise RefusedError(f"{step.id} has not come about")
            case Listing():
                ask(piece.call)
