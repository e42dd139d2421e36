"""`atoll doctor` and `atoll cloud env`: what is used, said plainly; nothing left running that was not before."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from console.cli import app
from console.exits import Exit
from embedded.cloud import Cloud

pytestmark = pytest.mark.engine
run = CliRunner()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ATOLL_HOME", str(tmp_path))
    return tmp_path


def test_doctor_says_which_plugin_is_used_and_stops_what_it_started(home: Path) -> None:
    answer = run.invoke(app, ["doctor", "--json"])
    assert answer.exit_code == Exit.OK, answer.output
    findings = {finding["what"]: finding for finding in json.loads(answer.stdout)}
    assert findings["engine"]["found"].startswith("pulumi 3.")
    plugin = findings["plug-in aws"]
    assert ("stand-in" in plugin["found"]) is bool(plugin["note"])
    assert Cloud.running(home) is None


def test_env_prints_the_standard_variables_for_a_shell(home: Path) -> None:
    try:
        answer = run.invoke(app, ["cloud", "env"])
        assert answer.exit_code == Exit.OK, answer.output
        exported = dict(shlex.split(line)[1].split("=", 1) for line in answer.stdout.splitlines())
        cloud = Cloud.running(home)
        assert cloud is not None
        assert exported["AWS_ENDPOINT_URL"] == cloud.url
        assert exported["PULUMI_BACKEND_URL"] == (home / "pulumi").as_uri()
        assert Path(exported["PULUMI_HOME"], "plugins").is_dir()
    finally:
        running = Cloud.running(home)
        if running:
            running.stop()
