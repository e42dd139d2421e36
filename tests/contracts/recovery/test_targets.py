"""Recovery targets: presets, overrides, refusals."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import ValidationError

from contracts.recovery.scenarios import Scenario
from contracts.recovery.targets import Guarantee, RecoveryTargets


def test_the_figures_of_003_are_targets_when_the_preset_is_active_active() -> None:
    found = dict(RecoveryTargets.model_validate({"preset": "active-active"}).targets())
    assert {name: target.seconds for name, target in found.items()} == {
        "application_rto": 300,
        "database_rto": 60,
        "dns_rto": 30,
        "region_rto": 900,
        "database_rpo": 1,
        "application_rpo": 900,
    }
    assert {name for name, target in found.items() if target.guarantee is Guarantee.BOUND} == {
        "application_rto",
        "dns_rto",
    }


def test_the_figures_of_004_are_targets_when_the_preset_is_single_region() -> None:
    found = dict(RecoveryTargets.model_validate({"preset": "single-region"}).targets())
    assert {name: target.seconds for name, target in found.items()} == {
        "application_rto": 900,
        "database_rto": 900,
        "database_rpo": 3600,
        "application_rpo": 3600,
    }
    assert all(Scenario.REGION_LOSS not in target.scenarios for target in found.values())


def test_what_is_written_wins_when_there_is_a_preset() -> None:
    own = {"seconds": 0, "guarantee": "bound", "scenarios": ["region-loss"]}
    found = RecoveryTargets.model_validate({"preset": "active-active", "dns_rto": None, "database_rpo": own})
    assert found.dns_rto is None
    assert found.database_rpo is not None
    assert found.database_rpo.seconds == 0
    assert RecoveryTargets.model_validate(found.model_dump(mode="json")) == found


def test_nothing_is_asked_when_nothing_is_written() -> None:
    assert list(RecoveryTargets().targets()) == []


@pytest.mark.parametrize(
    "values",
    [
        {"preset": "active"},
        {"dns_rto": {"seconds": -1, "guarantee": "bound", "scenarios": ["dns"]}},
        {"dns_rto": {"seconds": 30, "guarantee": "surely", "scenarios": ["dns"]}},
        {"dns_rto": {"seconds": 30, "guarantee": "bound", "scenarios": ["flood"]}},
        {"dns_rto": {"seconds": 30, "guarantee": "bound", "scenarios": []}},
        {"dns": {"seconds": 30, "guarantee": "bound", "scenarios": ["dns"]}},
    ],
)
def test_targets_are_refused_when_they_mean_nothing(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RecoveryTargets.model_validate(values)


def test_targets_can_be_imported_when_no_settings_are() -> None:
    """Settings import them, so they may not import settings."""
    script = "import sys, contracts.recovery.targets; sys.exit('contracts.settings' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
