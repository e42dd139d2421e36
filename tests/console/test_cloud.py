"""`atoll cloud start` with another cloud in the way."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from console import cloud
from embedded.cloud import CloudStatus

URL = "http://127.0.0.1:4566"


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cloud that runs, and executes nothing."""
    status = CloudStatus(url=URL, pid=1, home="home", calls=0, errors=0, profiles=["breadth"])
    found = SimpleNamespace(url=URL, pid=1, status=lambda: status)
    monkeypatch.setattr(cloud.Cloud, "start", lambda *_, **__: found)


@pytest.mark.usefixtures("running")
def test_profile_is_refused_with_the_command_when_the_cloud_runs_without_it() -> None:
    done = CliRunner().invoke(cloud.app, ["start", "--profile", "execution"])
    assert done.exit_code == 1
    told = "runs already, without the profile execution, which is chosen when a cloud starts."
    assert told in " ".join(done.output.split())
    assert "atoll cloud stop" in done.output


@pytest.mark.usefixtures("running")
def test_running_cloud_is_found_when_it_has_what_is_asked_for() -> None:
    done = CliRunner().invoke(cloud.app, ["start", "--profile", "breadth"])
    assert (done.exit_code, URL in done.output) == (0, True)
