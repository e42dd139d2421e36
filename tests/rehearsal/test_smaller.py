"""The smaller estate is one: its settings are valid, and it has everything that a rehearsal is about."""

from pathlib import Path

from contracts.settings import GlobalStackSettings, StackSettings, load_any
from tests.rehearsal.smaller import REGIONS, smaller_estate


def test_smaller_estate_has_what_fails_over_and_is_valid(tmp_path: Path):
    folder = smaller_estate(tmp_path)
    for stack in REGIONS:
        settings = load_any(folder / f"Pulumi.{stack}.yaml")
        assert isinstance(settings, StackSettings)
        assert settings.pair is not None
        assert settings.pair.database
        assert settings.pair.cache
        assert settings.pair.tables
        assert settings.aurora is not None
        assert settings.tables
    assert isinstance(load_any(folder / "Pulumi.global.yaml"), GlobalStackSettings)
