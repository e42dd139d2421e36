"""`atoll recovery` and `atoll parity`: exit codes, forms, and what the project's own stacks answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from analysis.parity import Share, capacity, declarations, parity
from analysis.parity.capacity import Verdict
from analysis.parity.report import document
from analysis.recovery import Verdict as Target
from analysis.recovery import budget, judge
from console.cli import app
from console.exits import Exit
from console.parity import pair_of, shares_of
from console.resilience import recovering, settings_of
from contracts.published import PARITY_REPORT, RECOVERY_REPORT
from contracts.recovery.scenarios import Scenario
from contracts.recovery.targets import RecoveryTargets
from tests.conftest import PROJECT

run = CliRunner()


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)


def answered(*words: str) -> tuple[int, dict[str, Any]]:
    found = run.invoke(app, [*words])
    return found.exit_code, json.loads(found.stdout)


def test_staging_recovers_as_004_asks_when_its_targets_are_checked() -> None:
    answer = run.invoke(app, ["recovery", "targets", "check", "--environment", "staging"])
    assert answer.exit_code == Exit.OK
    for title in ("application_rto", "database_rto", "database_rpo", "application_rpo"):
        assert f"{title}: at most" in answer.stdout
    assert "met only typically" in answer.stdout


def test_every_number_has_its_source_when_a_budget_is_asked_for() -> None:
    code, told = answered("recovery", "budget", "--environment", "staging", "--drill", "--json")
    assert code == Exit.OK
    Draft202012Validator(json.loads(RECOVERY_REPORT.render())).validate(told)
    assert told["drill"] == "10000 runs, seed 3"
    assert all(one["accepted"] for one in told["judgements"])
    assert all(term["source"] for term in told["terms"])
    assert all(term["as_of"] or term["basis"] == "setting" for term in told["terms"])
    used = {number for one in told["outcomes"] for time in (one["rto"], one["rpo"]) if time for number in parts(time)}
    assert used == set(range(len(told["terms"])))
    aurora = next(one for one in told["outcomes"] if one["subject"]["kind"] == "database")
    assert aurora["rto"]["drill"]["p50"] <= aurora["rto"]["drill"]["p99"]


def parts(time: dict[str, Any]) -> set[int]:
    def walk(whole: Any) -> set[int]:
        return {whole} if isinstance(whole, int) else {number for part in whole["parts"] for number in walk(part)}

    return walk(time["made_of"])


def test_parity_is_refused_when_an_environment_has_one_region() -> None:
    answer = run.invoke(app, ["parity", "--environment", "staging"])
    assert answer.exit_code == Exit.USAGE
    assert "staging has no two regions" in answer.stderr


def test_budget_is_refused_when_there_is_no_such_environment() -> None:
    answer = run.invoke(app, ["recovery", "budget", "--environment", "nowhere"])
    assert answer.exit_code == Exit.USAGE
    assert "no stack of the environment nowhere" in answer.stderr


def test_production_meets_what_can_be_met_and_its_regions_differ_as_declared() -> None:
    together = recovering(settings_of("prod"))
    found = budget(together.estate)
    (asked,) = together.targets.values()
    judged = judge(found, asked)
    assert [(one.target, str(one.outcome)) for one in judged if not one.accepted] == []
    assert {one.verdict for one in judged if one.target in ("dns_rto", "application_rto")} == {Target.MET}
    aurora = [one for one in judged if one.target == "database_rto" and one.scenario is Scenario.REGION_LOSS]
    assert {one.verdict for one in aurora} == {Target.TYPICAL, Target.MET}
    without = judge(found, RecoveryTargets.model_validate({**asked.model_dump(), "database_rto": _bound(60)}))
    assert not all(one.accepted for one in without if one.target == "database_rto")

    pair = pair_of(together.settings, "prod")
    shares = shares_of(together.settings, pair)
    declared = declarations(PROJECT / "parity.yaml", _today())
    compared = parity(together.estate, pair, declared.valid)
    assert [str(one) for one in compared.undeclared] == []
    assert (compared.stale, declared.expired) == ((), ())
    assert compared.compared > 800
    assert shares == (Share("prod", "us-east-1", 0.7), Share("prod-west", "us-west-2", 0.3))
    carried = capacity(together.estate, shares)
    assert [str(one) for one in carried if not one.enough] == []
    assert {one.verdict for one in carried if one.what.startswith("tasks of ")} == {
        Verdict.AFTER_SCALING,
        Verdict.AT_ONCE,
    }
    report = document(compared, carried, shares, declared.expired).model_dump(mode="json")
    Draft202012Validator(json.loads(PARITY_REPORT.render())).validate(report)


def _bound(seconds: int) -> dict[str, Any]:
    return {"seconds": seconds, "guarantee": "bound", "scenarios": ["region-loss"]}


def _today() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC).date()
