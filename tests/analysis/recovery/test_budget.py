"""What scenarios do to services and stores, by what is configured."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from analysis.recovery import Decision, Verdict, budget, judge
from analysis.recovery.spans import NO_BOUND, Basis, Latest, Least, Sum, lost, setting, unknown
from analysis.recovery.terms import published, term_table
from contracts.recovery.scenarios import Scenario
from contracts.recovery.targets import RecoveryTargets
from graph import ResourceGraph, Unknown
from tests.analysis.recovery.kit import Knobs, computed, graphs, node, outcome, ref, with_knobs

TARGETS = RecoveryTargets.model_validate({"preset": "active-active"})
ROUTE = "api.example CNAME"


def verdicts(target: str, **knobs: object) -> set[tuple[str, Verdict, bool]]:
    found = judge(with_knobs(**knobs), TARGETS)
    return {
        (one.outcome.subject.name if one.outcome else "", one.verdict, one.accepted)
        for one in found
        if one.target == target
    }


def test_dns_target_is_met_when_a_check_fails_after_10_seconds_and_answers_are_kept_for_20() -> None:
    figures = outcome(with_knobs(ttl=20), ROUTE, Scenario.DNS).rto.figures
    assert (figures.typical, figures.bound) == (15, 30)
    assert (ROUTE, Verdict.MET, True) in verdicts("dns_rto", ttl=20)


def test_dns_target_is_missed_when_checks_and_ttl_are_the_usual_ones() -> None:
    figures = outcome(with_knobs(interval=30, threshold=3, ttl=60), ROUTE, Scenario.DNS).rto.figures
    assert figures.bound == 150
    (judged,) = [
        one
        for one in judge(with_knobs(interval=30, threshold=3, ttl=60), TARGETS)
        if one.target == "dns_rto" and one.outcome is not None and one.outcome.subject.name == ROUTE
    ]
    assert judged.verdict is Verdict.MISSED
    assert "check every 10 seconds with threshold 1" in judged.change


def test_dns_target_is_missed_when_the_answer_is_an_alias() -> None:
    """The TTL of a load balancer's alias is 60 seconds and cannot be set."""
    assert outcome(with_knobs(alias=True), "api.example A", Scenario.DNS).rto.figures.bound == 70
    assert ("api.example A", Verdict.MISSED, False) in verdicts("dns_rto", alias=True)


def test_database_targets_are_met_only_typically_when_the_database_is_global() -> None:
    aurora = outcome(computed(Knobs()), "east-aurora", Scenario.REGION_LOSS)
    assert aurora.rpo is not None
    assert (aurora.rto.figures.typical, aurora.rto.figures.bound) == (60, NO_BOUND)
    assert (aurora.rpo.figures.typical, aurora.rpo.figures.bound) == (1, NO_BOUND)
    assert ("east-aurora", Verdict.TYPICAL, True) in verdicts("database_rto")
    assert ("east-aurora", Verdict.TYPICAL, True) in verdicts("database_rpo")


def test_database_is_lost_with_its_region_when_nothing_is_copied() -> None:
    found = with_knobs(global_database=False, copied=False)
    gone = outcome(found, "east-aurora", Scenario.REGION_LOSS)
    assert gone.rto.figures.lost
    assert ("east-aurora", Verdict.MISSED, False) in verdicts("database_rto", global_database=False, copied=False)


def test_writer_is_made_anew_when_no_reader_is_in_another_zone() -> None:
    apart = outcome(with_knobs(readers=1), "east-aurora", Scenario.ZONE_LOSS).rto
    together = outcome(with_knobs(readers=1, readers_apart=False), "east-aurora", Scenario.ZONE_LOSS).rto
    assert apart == published("aurora-failover")
    assert together == published("aurora-recreate")


def test_secondary_loses_nothing_when_its_region_is_lost() -> None:
    west = outcome(computed(Knobs()), "west-aurora", Scenario.REGION_LOSS)
    assert west.rto.figures.bound == 0


def test_table_loses_nothing_when_its_replicas_are_strongly_consistent() -> None:
    for mode, bound in (("STRONG", 0), ("EVENTUAL", NO_BOUND)):
        table = outcome(with_knobs(table_replica=mode), "east-table", Scenario.REGION_LOSS)
        assert table.rpo is not None
        assert table.rpo.figures.bound == bound


def test_only_a_compliance_lock_saves_from_an_administrator() -> None:
    assert outcome(with_knobs(locked=False), "east-table", Scenario.RANSOMWARE).rto.figures.lost
    saved = outcome(computed(Knobs()), "east-table", Scenario.RANSOMWARE).rpo
    assert saved is not None
    assert saved.figures.bound == 3600 + 3 * 3600


def test_region_waits_for_a_person_unless_the_plan_begins_by_itself() -> None:
    made = graphs(Knobs())
    asked = outcome(budget(made, Decision.APPROVAL), "us-east-1", Scenario.REGION_LOSS).rto
    itself = outcome(budget(made, Decision.AUTOMATIC), "us-east-1", Scenario.REGION_LOSS).rto
    assert published("people-decide") in asked.terms
    assert published("plan-decides") in itself.terms
    assert asked.figures.typical > itself.figures.typical


def test_result_is_unknown_and_no_pass_when_a_deciding_property_is() -> None:
    made = graphs(Knobs())
    hidden = [
        replace(one, inputs=type(one.inputs)({**one.inputs, "requestInterval": Unknown()}))
        if one.name == "check-west"
        else one
        for one in made["east"]
    ]
    found = budget({**made, "east": ResourceGraph(hidden, project="atoll", stack="east")})
    (judged,) = [
        one
        for one in judge(found, TARGETS)
        if one.target == "dns_rto" and one.outcome is not None and one.outcome.subject.name == ROUTE
    ]
    assert judged.verdict is Verdict.UNKNOWN
    assert not judged.accepted
    assert "east/check-west.requestInterval" in judged.why


def test_target_is_unknown_when_there_is_nothing_to_judge() -> None:
    nothing = budget({"east": ResourceGraph([], project="atoll", stack="east")})
    assert {one.verdict for one in judge(nothing, TARGETS)} == {Verdict.UNKNOWN}


def test_calculated_check_fails_with_the_first_child_when_all_of_them_are_needed() -> None:
    switch = node("east", "route53/healthCheck", "switch", type="CLOUDWATCH_METRIC")
    checks = [one for one in graphs(Knobs())["east"] if one.name.startswith("check-")]
    for needed, known in ((2, True), (1, False)):
        whole = [
            node(
                "east",
                "route53/healthCheck",
                f"whole-{one.name}",
                type="CALCULATED",
                childHealthThreshold=needed,
                childHealthchecks=[ref(one), ref(switch)],
            )
            for one in checks
        ]
        records = [
            replace(one, inputs=type(one.inputs)({**one.inputs, "healthCheckId": ref(whole[index])}))
            for index, one in enumerate(one for one in graphs(Knobs())["east"] if one.name.startswith("answer-"))
        ]
        made = ResourceGraph([*checks, switch, *whole, *records], project="atoll", stack="east")
        found = outcome(budget({"east": made}), ROUTE, Scenario.DNS).rto.figures
        assert found.known is known
        assert not known or found.bound == 20


def test_buckets_that_others_write_records_to_are_told_apart() -> None:
    made = [
        node("east", "s3/bucket", "logs", "us-east-1", bucket="logs"),
        node("east", "s3/bucket", "uploads", "us-east-1", bucket="uploads"),
        node("east", "s3/bucketLogging", "logging", "us-east-1", bucket="uploads", targetBucket="logs"),
    ]
    found = budget({"east": ResourceGraph(made, project="atoll", stack="east")})
    assert {one.subject.name: str(one.subject.kind) for one in found.outcomes if one.subject.name != "us-east-1"} == {
        "logs": "records",
        "uploads": "objects",
    }


def test_store_without_a_rule_is_named_when_there_is_one() -> None:
    made = [node("east", "opensearch/domain", "search", "us-east-1")]
    found = budget({"east": ResourceGraph(made, project="atoll", stack="east")})
    assert found.uncovered == ("east/search (aws:opensearch/domain:Domain)",)


def test_parts_are_added_compared_and_chosen_from() -> None:
    short = setting("short", "short", 1, 2, 3, "here")
    long = setting("long", "long", 2, 4, NO_BOUND, "here")
    assert Sum(short, long).figures.typical == 6
    assert Latest(short, long).figures.bound == math.inf
    assert Least(short, long).figures.bound == 3
    assert Least(short, long).decisive == (short,)
    assert Latest(short, long).decisive == (long,)
    blind = unknown("something", "it is drawn", "here")
    assert not Sum(short, blind).figures.known
    assert not Latest(short, blind).figures.known
    assert Least(short, blind).figures.bound == 3
    assert Sum(short, lost("gone", "here", "")).figures.lost


def test_every_published_time_names_its_page_and_what_it_rests_on() -> None:
    table = term_table()
    assert len(table.terms) >= 35
    for name in table.terms:
        term = published(name)
        assert term.source.startswith("https://")
        assert term.basis is not Basis.SETTING
        assert term.as_of == table.as_of.isoformat()


@pytest.mark.parametrize(
    ("name", "typical", "bound"),
    [
        ("aurora-global-failover", 60, NO_BOUND),
        ("aurora-global-lag", 1, NO_BOUND),
        ("s3-time-control", 15, 900),
        ("accelerator-failover", 30, 60),
        ("cache-global-failover", 60, NO_BOUND),
        ("dynamodb-strong", 0, 0),
    ],
)
def test_published_times_are_those_of_the_sources(name: str, typical: float, bound: float) -> None:
    term = published(name)
    assert (term.typical, term.bound) == (typical, bound)
