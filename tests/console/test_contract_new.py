"""A service is begun with a stack file that holds, taken from its region's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from console.cli import app
from contracts.settings import load_any
from contracts.settings.service import ServiceStackSettings

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the dev stack and no services."""
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml"):
        shutil.copy(PROJECT / name, tmp_path)
    (tmp_path / "services").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_service_is_begun_with_its_stack_when_a_region_is_named(project: Path) -> None:
    done = CliRunner().invoke(app, ["contract", "new", "demo/hello", "--stack", "dev"])
    assert done.exit_code == 0, done.output
    settings = load_any(project / "Pulumi.hello-dev.yaml")
    assert isinstance(settings, ServiceStackSettings)
    assert (settings.contract, settings.region_stack, settings.environment) == ("demo/hello", "dev", "dev")
    assert settings.tags.owner == "demo-team"
    assert not settings.registry.host
    assert CliRunner().invoke(app, ["contract", "check"]).exit_code == 0
    assert (project / "services" / "demo" / "hello" / "code" / "app.py").is_file()


@pytest.mark.parametrize(
    ("stack", "says"),
    [("staging", "There is no stack `staging`"), ("hello-dev", "is no region's stack, but one of the layer service")],
)
def test_stack_is_not_begun_when_the_region_is_none(stack: str, says: str, project: Path) -> None:
    assert CliRunner().invoke(app, ["contract", "new", "demo/hello", "--stack", "dev"]).exit_code == 0
    done = CliRunner().invoke(app, ["contract", "new", "demo/other", "--stack", stack])
    assert done.exit_code == 2
    assert says in " ".join(done.output.split())
    assert not (project / "Pulumi.other-dev.yaml").exists()
    assert not (project / "services" / "demo" / "other").exists()


@pytest.mark.usefixtures("project")
def test_stack_file_is_never_written_over() -> None:
    assert CliRunner().invoke(app, ["contract", "new", "demo/hello", "--stack", "dev"]).exit_code == 0
    done = CliRunner().invoke(app, ["contract", "new", "other/hello", "--stack", "dev"])
    assert done.exit_code == 2
    assert "Pulumi.hello-dev.yaml is there already" in " ".join(done.output.split())
