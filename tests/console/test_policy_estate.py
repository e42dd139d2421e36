"""Every stack of the project is as the controls say, and what a profile lets through is really there (GOV-1)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from console.offline import record_estate
from contracts.settings import load_any
from policies.catalogue import controls
from policies.gate import Judgement, Outcome, judge
from policies.profiles import NAMES, profile, profile_name
from policies.run import run
from policies.waivers import load, today
from tests.conftest import PROJECT

STACKS = tuple(sorted(path.name.split(".")[1] for path in PROJECT.glob("Pulumi.*.yaml")))


def profile_of(stack: str) -> str:
    return profile_name(load_any(PROJECT / f"Pulumi.{stack}.yaml").environment)


@pytest.fixture(scope="module")
def judged() -> Mapping[str, Judgement]:
    """Stack → what all controls say of it."""
    day = today(PROJECT)
    waivers = load(PROJECT / "policies" / "waivers.yaml", day)
    found: dict[str, Judgement] = {}
    for stack, recorded in record_estate(PROJECT, STACKS).items():
        used = profile(profile_of(stack))
        layer = load_any(PROJECT / f"Pulumi.{stack}.yaml").layer
        done = run(recorded.graph, controls().values(), layer=layer, settings=used.settings, today=day)
        found[stack] = judge(done, used, waivers, stack)
    return found


@pytest.mark.parametrize("stack", STACKS)
def test_stack_may_be_deployed_when_all_controls_have_looked(stack: str, judged: Mapping[str, Judgement]) -> None:
    assert judged[stack].problems == ()
    assert [(found.result.control.id, found.result.name) for found in judged[stack].blocking] == []


def test_nothing_is_waived_or_let_through_when_it_is_production(judged: Mapping[str, Judgement]) -> None:
    production = [stack for stack in STACKS if profile_of(stack) == "prod"]
    assert {"prod", "prod-west", "global", "prod-kubernetes", "prod-west-kubernetes"} <= set(production)
    assert [found for stack in production for found in judged[stack].findings] == []


@pytest.mark.parametrize("name", NAMES)
def test_advice_is_taken_out_of_a_profile_when_nothing_fails_any_more(
    name: str, judged: Mapping[str, Judgement]
) -> None:
    advised = {
        found.result.control.id
        for stack, judgement in judged.items()
        if profile_of(stack) == name
        for found in judgement.findings
        if found.outcome is Outcome.ADVISES
    }
    assert profile(name).advisory.keys() - advised == set()
