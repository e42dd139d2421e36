"""The table of what each environment must reach."""

from __future__ import annotations

import pytest

from contracts.settings import load
from contracts.settings.rules import environments
from contracts.settings.rules.environments import FLOORS, floors
from tests.kit.settings import PROJECT


@pytest.mark.parametrize("stack", ["staging", "prod"])
def test_every_floor_is_about_a_setting_that_exists(stack: str) -> None:
    settings = load(PROJECT / f"Pulumi.{stack}.yaml")
    sections = {name: getattr(settings, name) for name in type(settings).model_fields}
    for floor in floors(stack):
        values = list(environments.values_at(floor.path, sections))
        left_out = sections[str(floor.path[0])] is None and floor.path[0] in {"aurora", "database", "dax"}
        assert values or left_out, floor.path
        assert all(floor.holds(value) for _, value in values), floor.path


def test_prod_must_reach_everything_that_its_mirror_must() -> None:
    assert {floor.path for floor in FLOORS["staging"]} <= {floor.path for floor in FLOORS["prod"]}


@pytest.mark.parametrize("environment", ["dev", "env-checkout"])
def test_environment_may_be_small_when_it_holds_no_real_data(environment: str) -> None:
    assert floors(environment) == ()
