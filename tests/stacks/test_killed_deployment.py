"""The engine is killed again and again in the middle of a deployment; nothing is lost, and nothing is made twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from console.exits import Exit
from embedded.aws_plugin.creations import Step, latest
from tests.stacks.conftest import PROJECT, Counts, Deployment

pytestmark = [pytest.mark.engine, pytest.mark.reliability]
KILL_AFTER = (1, 12, 30, 50, 70, 90, 115, 140, 165, 185)
"""Finished creations at which the engine is killed; ten points from the first resource to nearly the last."""
PATIENCE_SECONDS = 400
"""Upper bound of one wait; databases and load balancers take the provider a minute or more."""


@dataclass(frozen=True)
class Outcome:
    """What was seen after ten kills and a last, undisturbed update."""

    kills: int
    locked_messages: list[str]
    changes: dict[str, object]
    before: Counts
    state: Counts
    cloud: Counts
    after: Counts


def finished(dev: Deployment) -> int:
    return sum(step is Step.FINISHED for step, _ in latest(dev.session.variables).values())


def under_way(dev: Deployment) -> int:
    return sum(step is Step.STARTED for step, _ in latest(dev.session.variables).values())


def wait_until(reached: Iterator[bool]) -> bool:
    """Whether the condition came true in time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    for yes in reached:
        if yes:
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return False


def killed_after(dev: Deployment, count: int) -> bool:
    """Start an update and kill the engine once `count` creations have finished; False if it ended before."""
    command = [str(dev.session.engine.path), "up", "--stack", "dev", "--yes", "--skip-preview", "--non-interactive"]
    with subprocess.Popen(
        command, cwd=PROJECT, env=dev.session.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as engine:
        assert wait_until(finished(dev) >= count or engine.poll() is not None for _ in iter(int, 1))
        if engine.poll() is not None:
            return False
        os.kill(engine.pid, signal.SIGKILL)
    assert wait_until(under_way(dev) == 0 for _ in iter(int, 1)), "the plug-in did not finish what it was creating"
    return True


def atoll(dev: Deployment, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ATOLL_HOME": str(dev.session.cloud.home)}
    return subprocess.run(
        [sys.executable, "-m", "console", *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def outcome(dev: Deployment) -> Outcome:
    before = dev.in_cloud()
    (dev.session.cloud.home / "creations.jsonl").write_text("")
    kills, messages = 0, []
    try:
        for count in KILL_AFTER:
            kills += killed_after(dev, count)
            if not messages:
                refused = atoll(dev, "stack", "up", "dev")
                messages.append(f"{refused.returncode} {refused.stderr}")
            recovered = atoll(dev, "stack", "recover", "dev")
            assert recovered.returncode == Exit.OK, recovered.stdout + recovered.stderr
        dev.up()
        return Outcome(kills, messages, dev.changes(), before, dev.in_state(), dev.in_cloud(), _destroyed(dev))
    finally:
        dev.pulumi("cancel", "--yes", check=False)


def _destroyed(dev: Deployment) -> Counts:
    dev.destroy()
    return dev.in_cloud()


def test_engine_was_killed_at_ten_points(outcome: Outcome) -> None:
    assert outcome.kills == len(KILL_AFTER)


def test_refusal_names_the_command_that_recovers(outcome: Outcome) -> None:
    for message in outcome.locked_messages:
        assert message.startswith(f"{Exit.LOCKED.value} "), message
        assert "atoll stack recover dev" in message.replace("\n", " ")


def test_nothing_changes_after_the_last_update(outcome: Outcome) -> None:
    assert outcome.changes == {}


def test_nothing_is_made_twice_and_nothing_is_lost(outcome: Outcome) -> None:
    assert outcome.cloud == {kind: outcome.before[kind] + count for kind, count in outcome.state.items()}


def test_nothing_is_left_behind_when_destroyed(outcome: Outcome) -> None:
    assert outcome.after == outcome.before
