"""`atoll stack`: what is refused before anything is started, and what a killed update leaves to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from console import policy, stack
from console.engine import LOCKED, Runner
from console.exits import Exit
from console.recovery import Interrupted, adopted, interrupted
from embedded.aws_plugin.creations import SETTING, Step, note
from policies.catalogue import controls
from policies.gate import Judged, Judgement, Outcome
from policies.run import Result
from policies.verdicts import Fail

URN = "urn:pulumi:dev::atoll::aws:s3/bucket:Bucket::dev-bucket"
run = CliRunner()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: atoll\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  atoll:environment: dev\n  atoll:typo: 1\n")
    (tmp_path / "inside").mkdir()
    monkeypatch.chdir(tmp_path / "inside")
    return tmp_path


@pytest.fixture
def unprepared(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Runner:
        raise AssertionError("the engine must not be prepared")

    monkeypatch.setattr(Runner, "open", refuse)


@pytest.mark.usefixtures("project", "unprepared")
def test_up_reports_every_setting_and_starts_nothing_when_settings_are_wrong() -> None:
    answer = run.invoke(stack.app, ["up", "dev"])
    assert answer.exit_code == Exit.FAILED
    assert "atoll:typo" in answer.stderr
    assert "atoll:network" in answer.stderr
    assert "Traceback" not in answer.output


@pytest.mark.usefixtures("project", "unprepared")
@pytest.mark.parametrize("name", ["nowhere", "../dev", "dev/x"])
def test_stack_is_refused_with_the_known_ones_when_it_does_not_exist(name: str) -> None:
    answer = run.invoke(stack.app, ["preview", name])
    assert answer.exit_code == Exit.USAGE
    assert f"There is no stack `{name}`" in answer.stderr.replace("\n", " ")
    assert "Stacks: dev." in answer.stderr.replace("\n", " ")


def test_command_is_refused_when_there_is_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    answer = run.invoke(stack.app, ["list"])
    assert answer.exit_code == Exit.USAGE
    assert "There is no Pulumi.yaml" in answer.stderr.replace("\n", " ")


@pytest.mark.usefixtures("project")
def test_stacks_are_listed_as_json_when_asked() -> None:
    answer = run.invoke(stack.app, ["list", "--json"])
    assert json.loads(answer.stdout) == ["dev"]


def make_runner(folder: Path, script: str, environment: dict[str, str] | None = None) -> Runner:
    cli = folder / "pulumi"
    cli.write_text(f"#!/bin/sh\n{script}\n")
    cli.chmod(0o755)
    return Runner(cli, environment or {}, None)


@pytest.mark.usefixtures("project")
def test_lock_is_told_apart_from_other_failures(tmp_path: Path) -> None:
    locked = make_runner(tmp_path, f"echo 'error: {LOCKED} by 1 lock(s)' >&2; exit 255")
    assert locked.run("up") is Exit.LOCKED
    failed = make_runner(tmp_path, "echo 'error: something else' >&2; exit 255")
    assert failed.run("up") is Exit.FAILED
    assert make_runner(tmp_path, "exit 0").run("up") is Exit.OK


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("steps", "identifier", "certain"),
    [
        ([], None, False),
        ([(Step.STARTED, "")], None, False),
        ([(Step.STARTED, ""), (Step.FAILED, "")], None, True),
        ([(Step.STARTED, ""), (Step.FINISHED, "app-1")], "app-1", True),
        ([(Step.FINISHED, "app-1"), (Step.STARTED, "")], None, False),
    ],
)
def test_interrupted_creation_is_certain_only_when_its_end_was_noted(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    steps: list[tuple[Step, str]],
    identifier: str | None,
    certain: bool,
) -> None:
    monkeypatch.setenv(SETTING, str(tmp_path / "creations"))
    for step, noted in steps:
        note(URN, step, noted)
    notes = {SETTING: str(tmp_path / "creations")}
    found = interrupted(exported(creating(URN), other="updating"), notes, noted=False)
    assert found == [Interrupted(URN, identifier, certain)]


def creating(urn: str, *, custom: bool = True) -> dict[str, object]:
    return {"urn": urn, "custom": custom, "type": urn.split("::")[-2], "inputs": {"bucket": "app"}}


def exported(*resources: dict[str, object], other: str | None = None) -> dict[str, object]:
    """A stack with one resource, interrupted while it created others (and did something else to one more)."""
    operations = [{"type": "creating", "resource": resource} for resource in resources]
    if other:
        operations.append({"type": other, "resource": creating(f"{URN}-other")})
    return {"version": 3, "deployment": {"resources": [{"urn": "stack"}], "pending_operations": operations}}


def test_component_is_certain_because_it_has_no_body() -> None:
    assert interrupted(exported(creating(URN, custom=False)), {}, noted=False) == [Interrupted(URN, None, True)]


def test_creation_without_a_note_was_never_begun_when_the_plugin_notes_them() -> None:
    assert interrupted(exported(creating(URN)), {}, noted=True) == [Interrupted(URN, None, True)]


def test_created_resources_are_taken_into_the_state_and_the_rest_is_dropped() -> None:
    state = exported(creating(URN), creating(f"{URN}-never"), other="deleting")
    found = [Interrupted(URN, "app-1", True), Interrupted(f"{URN}-never", None, True)]
    after = adopted(state, found)["deployment"]
    assert after["resources"] == [{"urn": "stack"}, {**creating(URN), "id": "app-1", "outputs": {}}]
    assert [operation["type"] for operation in after["pending_operations"]] == ["deleting"]


def test_nothing_is_interrupted_when_the_stack_was_never_deployed() -> None:
    assert interrupted({"version": 3}, {}, noted=False) == []


@pytest.mark.usefixtures("unprepared")
@pytest.mark.parametrize("broken", [False, True])
def test_nothing_is_deployed_when_the_controls_refuse(broken: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    control = controls()["rds-storage-encrypted"]
    found = Result(control, "urn:x", "dev-database", Fail("storageEncrypted is false, it must be true"))
    answer = Judgement((Judged(found, Outcome.BLOCKS),), ("a control raised",) if broken else ())
    monkeypatch.setattr(policy, "judged", lambda _: answer)
    done = run.invoke(stack.app, ["up", "dev"])
    assert done.exit_code == (Exit.FAILED if broken else Exit.FINDINGS)
    assert "dev-database: storageEncrypted is false, it must be true" in done.stderr
    assert "dev is not deployed" in done.stderr
