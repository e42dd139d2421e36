"""The plans that are built: what they refuse, what they do to two regions, and that they may be run twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.model import ListShape, OperationModel, StructureShape
from botocore.session import Session
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from contracts.recovery.actions import Approval, Store, changes, regions_of
from contracts.recovery.calls import Call, Demand, Listing, Move, Path, Read, Where
from contracts.recovery.facts import RecoveryFacts
from contracts.recovery.order import Chain, Fork, Order, order, steps_of
from contracts.recovery.plan import OnFailure, PlanKind, RecoveryPlan
from contracts.recovery.plans import ANSWERS, plans
from contracts.recovery.procedures import procedure
from contracts.recovery.scenarios import Scenario
from tests.contracts.recovery.estates import EAST, WEST, accelerated, bare, full
from tests.contracts.recovery.pretend import PretendedAws, run

FULL = plans(full())
ALL = [*FULL.values(), *plans(accelerated()).values(), *plans(bare()).values()]
ARGUMENTS = {"restore_time": "2026-01-31T12:00:00Z", "zone_id": "use1-az1"}
PARAMETER = "/atoll/prod/recovery/writes"


def arn(region: str) -> str:
    return f"arn:aws:rds:{region}:444444444444:cluster:atoll-prod"


@st.composite
def estates(draw: st.DrawFn) -> RecoveryFacts:
    """Two regions in which anything may be missing, each by itself."""
    facts = draw(st.sampled_from([full(), accelerated()]))
    nothing: dict[str, Any] = {
        "switch": None, "database": None, "cache_group": None, "lags": {}, "cluster": None, "tables": (),
        "backup_role_arn": None, "url": None,
    }  # fmt: skip
    regions = {
        region: found.model_copy(update={key: nothing[key] for key in draw(st.sets(st.sampled_from(sorted(nothing))))})
        for region, found in facts.regions.items()
    }
    shared = draw(st.fixed_dictionaries({}, optional={"global_database": st.none(), "global_datastore": st.none()}))
    return facts.model_copy(update={"regions": regions, **shared})


@given(estates())
def test_every_plan_holds_together_when_anything_is_missing(facts: RecoveryFacts) -> None:
    for plan in plans(facts).values():
        assert RecoveryPlan.model_validate(plan.model_dump()) == plan


@given(estates())
def test_chains_and_forks_keep_every_wait_when_plans_are_arranged(facts: RecoveryFacts) -> None:
    for plan in plans(facts).values():
        arranged = order(plan)
        assert sorted(step.id for step in steps_of(arranged)) == sorted(step.id for step in plan.steps)
        done: set[str] = set()
        for step, ended in _runs(arranged, done):
            assert set(step.after) <= ended, step.id


def _runs(part: Order, done: set[str]) -> Iterator[tuple[Any, set[str]]]:
    """Each step with what has surely ended before it."""
    match part:
        case Chain():
            ended = set(done)
            for each in part.parts:
                yield from _runs(each, ended)
                ended |= {step.id for step in steps_of(each)}
        case Fork():
            for each in part.parts:
                yield from _runs(each, set(done))
        case _:
            yield part, done


def test_every_scenario_is_answered_when_everything_is_there() -> None:
    kinds = {plan.kind for plan in FULL.values()}
    assert set(ANSWERS) == set(Scenario)
    assert {kind for answers in ANSWERS.values() for kind in answers} == kinds == set(PlanKind)


def test_nothing_of_the_lost_region_is_needed_when_a_region_is_lost() -> None:
    for facts in (full(), accelerated()):
        for region in (EAST, WEST):
            plan = plans(facts)[f"failover-{region}"]
            needed = [step for step in plan.steps if step.on_failure is OnFailure.ABORT]
            assert not [step.id for step in needed if region in regions_of(step.action)]


@pytest.mark.parametrize("lost", [EAST, WEST])
def test_writers_and_traffic_move_when_a_region_is_lost(lost: str) -> None:
    target = WEST if lost == EAST else EAST
    aws = PretendedAws(down={lost}, writer=arn(lost), cache="prod-cache" if lost == EAST else "prod-west-cache")
    told = run(FULL[f"failover-{lost}"], aws)
    assert told.failed is None
    assert aws.writer == arn(target)
    assert aws.cache == ("prod-west-cache" if lost == EAST else "prod-cache")
    assert aws.alarms[target, f"atoll-{'prod' if lost == EAST else 'prod-west'}-evacuated"] == "ALARM"
    assert aws.tasks.get((target, "user"), 7) == 10
    assert {region for region, _ in aws.calls} == {target}


def test_traffic_leaves_by_the_dials_when_an_accelerator_leads_it() -> None:
    aws = PretendedAws(down={EAST})
    run(plans(accelerated())[f"failover-{EAST}"], aws)
    assert {group.rsplit("/", 1)[1]: dial for group, dial in aws.dials.items()} == {EAST: 0.0}


def test_a_failover_is_refused_when_both_regions_are_impaired() -> None:
    aws = PretendedAws(down={EAST}, alarms={(WEST, "atoll-prod-west-health"): "ALARM"})
    told = run(FULL[f"failover-{EAST}"], aws)
    assert told.failed == f"check-{WEST}"
    assert aws.calls == []


@pytest.mark.parametrize("kind", ["evacuate-us-east-1", "switchover-us-west-2"])
def test_a_planned_move_is_refused_when_the_lag_is_above_the_recovery_point(kind: str) -> None:
    aws = PretendedAws(alarms={(WEST, "atoll-prod-west-lag-database"): "ALARM"})
    told = run(FULL[kind], aws)
    assert told.failed == "check-database-lag"
    assert aws.calls == []


def test_a_lag_is_told_and_accepted_when_the_region_is_lost() -> None:
    aws = PretendedAws(down={EAST}, alarms={(WEST, "atoll-prod-west-lag-database"): "ALARM"})
    assert run(FULL[f"failover-{EAST}"], aws).failed is None
    assert aws.writer == arn(WEST)


def test_everything_is_put_back_when_nobody_agrees() -> None:
    aws = PretendedAws(down={EAST})
    told = run(FULL[f"failover-{EAST}"], aws, agreed=False)
    assert told.failed == "approve"
    assert aws.writer == arn(EAST)
    assert aws.alarms[WEST, "atoll-prod-evacuated"] == "OK"
    assert aws.minimum[WEST, "service/prod/user"] == 3


def test_nothing_is_put_back_when_it_fails_after_the_point_of_no_return(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = PretendedAws(down={EAST})
    plan = FULL[f"failover-{EAST}"]
    original = aws.answer

    def impaired_by_the_failover(call: Call, given: Mapping[str, Any]) -> Any:
        if call.operation == "FailoverGlobalCluster":
            aws.alarms[WEST, "atoll-prod-west-health"] = "ALARM"
        return original(call, given)

    monkeypatch.setattr(aws, "answer", impaired_by_the_failover)
    assert run(plan, aws).failed == f"verify-{WEST}"
    assert aws.writer == arn(WEST)
    assert aws.alarms[WEST, "atoll-prod-evacuated"] == "ALARM"


@pytest.mark.parametrize("name", [name for name in FULL if not name.startswith(("restore", "leave", "database"))])
def test_a_second_run_changes_nothing_when_the_first_has_ended(name: str) -> None:
    plan = FULL[name]
    back = plan.kind in (PlanKind.FAILBACK, PlanKind.SWITCHOVER)
    aws = PretendedAws(writer=arn(plan.source_region or "") if back or plan.source_region == WEST else arn(EAST))
    run(plan, aws)
    before = [call for call in aws.calls if call[1] != "Publish"]
    assert run(plan, aws).failed is None
    after = [call for call in aws.calls if call[1] != "Publish"][len(before) :]
    # Freezing and opening within one plan are done again; they end where they began.
    assert {operation for _, operation in after} <= {"PutParameter"}
    if plan.kind in (PlanKind.FAILOVER, PlanKind.EVACUATE):
        assert after == []


def test_both_regions_are_as_before_when_one_was_left_and_taken_back() -> None:
    aws = PretendedAws(dials={})
    assert run(FULL[f"evacuate-{EAST}"], aws).failed is None
    assert (aws.writer, aws.parameters[EAST, PARAMETER]) == (arn(WEST), "frozen")
    assert run(FULL[f"failback-{EAST}"], aws).failed is None
    assert (aws.writer, aws.cache) == (arn(EAST), "prod-cache")
    assert {aws.parameters[region, PARAMETER] for region in (EAST, WEST)} == {"open"}
    assert aws.alarms[WEST, "atoll-prod-evacuated"] == "OK"
    assert aws.minimum[WEST, "service/prod/user"] == 3


def test_a_failback_lists_what_the_old_writer_had_alone_when_it_is_approved() -> None:
    plan = FULL[f"failback-{EAST}"]
    asked = [step for step in plan.steps if isinstance(step.action, Approval)]
    assert ["reconcile" in step.after for step in asked] == [True]


def test_buckets_stop_no_planned_move_when_they_lag() -> None:
    plan = FULL[f"switchover-{WEST}"]
    assert f"check-{Store.BUCKETS}-lag" not in {step.id for step in plan.steps}


def _pieces() -> Iterator[tuple[str, Move | Demand | Listing]]:
    for plan in ALL:
        for step in plan.steps:
            for action in (step.action, step.rollback):
                for piece in procedure(action) if action is not None else ():
                    yield f"{plan.name}/{step.id}", piece


def test_every_change_asks_whether_it_is_so_already_when_it_is_no_message() -> None:
    changing = [(where, piece) for where, piece in _pieces() if isinstance(piece, Move)]
    assert {piece.call.operation for _, piece in changing if piece.already is None} == {"Publish"}
    assert all(changes(step.action) or not step.rollback for plan in ALL for step in plan.steps)


def test_every_call_is_one_of_aws_when_its_model_is_asked() -> None:
    calls: dict[tuple[str, str], tuple[str, Call]] = {}
    reads: dict[tuple[str, str, str], tuple[str, Call, Path]] = {}
    for where, piece in _pieces():
        found: list[Read] = []
        match piece:
            case Move():
                calls[piece.call.service, piece.call.operation] = (where, piece.call)
                found = [read for read in (piece.already, piece.until) if read is not None]
            case Demand():
                found = [piece.read]
            case Listing():
                reads["", "", where] = (where, piece.call, piece.at)
        for read in found:
            reads[read.call.service, read.call.operation, str(read.at)] = (where, read.call, read.at)
    session = Session()
    for where, call in [*calls.values(), *((where, call) for where, call, _ in reads.values())]:
        shape = _model(session, call).input_shape
        assert shape is not None
        report = ParamValidator().validate(call.given(_Anything()), shape)
        assert not report.has_errors(), f"{where}: {report.generate_report()}"
    for where, call, path in reads.values():
        _walk(_model(session, call).output_shape, path, where)


class _Anything(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return ARGUMENTS.get(name, "arn:aws:backup:us-east-1:444444444444:recovery-point:1")


def _model(session: Session, call: Call) -> OperationModel:
    return session.get_service_model(call.service).operation_model(call.operation)


def _walk(shape: Any, path: Path, where: str) -> None:
    for part in path:
        if isinstance(part, Where):
            assert isinstance(shape, ListShape), where
            shape = shape.member
            assert isinstance(shape, StructureShape), where
            assert part.field in shape.members, f"{where}: {part.field}"
        elif isinstance(part, int):
            assert isinstance(shape, ListShape), where
            shape = shape.member
        else:
            assert isinstance(shape, StructureShape), where
            assert part in shape.members, f"{where}: {part}"
            shape = shape.members[part]
