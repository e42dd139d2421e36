"""The buildspecs of the delivery pipeline run their commands here as CodeBuild would: in one shell, phase by phase.

Real are Atoll, Ruff, pytest and uv. What a laptop has not, or what would take minutes, is played by a program that
writes down how it was called: `make`, `buildah`, `aws`, and the audit of libraries, which needs the internet.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

PROJECT = Path(__file__).parents[1]
FOLDER = PROJECT / "delivery"
PHASES = ("install", "pre_build", "build", "post_build")
PLAYED = ("make", "buildah", "aws", "audit")
MEMBERS = {"version", "env", "phases", "reports", "artifacts"}

pytestmark = pytest.mark.embedded


def buildspec(name: str) -> dict[str, Any]:
    yaml = YAML(typ="safe", pure=True)
    return yaml.load(FOLDER / f"{name}.yaml")  # pyright: ignore[reportUnknownMemberType]


class Build:
    """One run of a buildspec."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls = folder / "calls"
        self.calls.touch()
        for program in PLAYED:
            self.play(program, "")

    def play(self, program: str, answer: str) -> None:
        """Have a program that notes its arguments, and then does what the shell lines say."""
        file = self.folder / program
        file.write_text(f'#!/bin/sh\necho "{program} $*" >> "{self.calls}"\n{answer}\n')
        file.chmod(file.stat().st_mode | stat.S_IEXEC)

    def run(self, name: str, **variables: str) -> subprocess.CompletedProcess[str]:
        told = buildspec(name)
        commands = [command for phase in PHASES for command in told["phases"].get(phase, {}).get("commands", ())]
        script = "\n".join(f"{{ {command.strip()}\n}} || exit $?" for command in commands)
        env = {
            **os.environ,
            "PATH": f"{self.folder}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            **{key: str(value) for key, value in told.get("env", {}).get("variables", {}).items()},
            **variables,
        }
        return subprocess.run(
            ["bash", "-c", script], cwd=PROJECT, env=env, capture_output=True, text=True, timeout=300, check=False
        )

    def called(self, program: str) -> list[str]:
        lines = self.calls.read_text().splitlines()
        return [line.removeprefix(f"{program} ") for line in lines if line.startswith(f"{program} ")]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    return Build(tmp_path)


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.yaml")))
def test_buildspec_has_the_form_that_codebuild_reads(name: str) -> None:
    told = buildspec(name)
    assert told["version"] == 0.2
    assert set(told) <= MEMBERS
    assert set(told["phases"]) <= set(PHASES)
    assert "make .venv/.ready" in told["phases"]["install"]["commands"][-1]


def test_contracts_and_policies_are_checked_when_validated(build: Build) -> None:
    done = build.run("validate", STACKS="dev")
    assert done.returncode == 0, done.stdout + done.stderr
    assert build.called("make") == [".venv/.ready"]


def test_validation_ends_when_a_stack_has_no_file(build: Build) -> None:
    done = build.run("validate", STACKS="dev nowhere")
    assert done.returncode != 0
    assert "Pulumi.nowhere.yaml is missing" in done.stderr


def test_tests_run_and_are_reported_when_tested(build: Build, request: pytest.FixtureRequest) -> None:
    request.addfinalizer(lambda: (PROJECT / "test-report.xml").unlink(missing_ok=True))
    done = build.run("test", TESTS="tests/contracts/test_addresses.py -p no:cacheprovider -n0")
    assert done.returncode == 0, done.stdout + done.stderr
    assert build.called("make") == [".venv/.ready", "check"]
    assert 'errors="0" failures="0"' in (PROJECT / "test-report.xml").read_text()


def test_code_and_locked_libraries_are_searched_when_scanned(build: Build, request: pytest.FixtureRequest) -> None:
    locked = PROJECT / "requirements.lock"
    request.addfinalizer(lambda: locked.unlink(missing_ok=True))
    done = build.run("scan", AUDIT="audit", UV_CACHE_DIR=str(build.folder / "uv"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert build.called("audit") == ["--require-hashes --disable-pip --requirement requirements.lock"]
    assert "pydantic==" in locked.read_text()
    assert "--hash=sha256:" in locked.read_text()


def image(build: Build) -> subprocess.CompletedProcess[str]:
    return build.run(
        "image",
        AWS_REGION="us-west-2",
        REGISTRY="1.dkr.ecr.us-west-2.amazonaws.com",
        ENVIRONMENT="staging",
        STACK="staging",
        COMMIT="0123456789abcdef",
        ATOLL="release",
    )


def test_each_image_is_built_pushed_and_judged_when_there_is_a_dockerfile(build: Build) -> None:
    build.play("release", "")
    done = image(build)
    assert done.returncode == 0, done.stdout + done.stderr
    name = "1.dkr.ecr.us-west-2.amazonaws.com/staging/order:0123456789ab"
    assert build.called("buildah") == [
        "login --username AWS --password-stdin 1.dkr.ecr.us-west-2.amazonaws.com",
        f"build --file services/order/order/Dockerfile --tag {name} services",
        f"push {name}",
    ]
    assert build.called("release") == ["release gate staging staging/order 0123456789ab"]


def test_the_build_fails_when_an_image_is_refused(build: Build) -> None:
    build.play("release", "exit 3")
    assert image(build).returncode == 3


def test_stacks_are_deployed_in_order_and_regions_moved_when_deployed(build: Build) -> None:
    build.play("release", "")
    done = build.run("deploy", STACKS="dev order-dev", ATOLL="release")
    assert done.returncode == 0, done.stdout + done.stderr
    assert build.called("release") == ["stack up dev --yes", "release shift dev", "stack up order-dev --yes"]


def test_nothing_more_is_deployed_when_a_stack_fails(build: Build) -> None:
    build.play("release", "exit 3")
    assert build.run("deploy", STACKS="dev order-dev", ATOLL="release").returncode == 3
    assert build.called("release") == ["stack up dev --yes"]


def test_regions_are_tried_when_a_stage_is_verified(build: Build) -> None:
    build.play("release", "")
    assert build.run("verify", STACKS="dev order-dev", TEST="smoke", ATOLL="release").returncode == 0
    assert build.called("release") == ["release try dev smoke"]


def test_a_stage_fails_when_it_asks_for_tests_that_nobody_wrote(build: Build) -> None:
    done = build.run("verify", STACKS="dev", TEST="chaos")
    assert done.returncode == 1
    assert "no service brings checks/chaos_*.py" in done.stderr


def test_every_build_of_the_pipeline_has_a_buildspec_and_every_buildspec_a_build() -> None:
    from components.delivery import delivery

    text = "".join(path.read_text(encoding="utf-8") for path in Path(delivery.__file__).parent.glob("*.py"))
    keys = {path.stem for path in FOLDER.glob("*.yaml")}
    assert keys == {key for key in keys if json.dumps(key) in text}
    assert keys == {"change-report", "deploy", "drift", "image", "scan", "test", "validate", "verify"}


def test_one_comment_is_written_or_brought_up_to_date_when_a_pull_request_is_reported(
    build: Build, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(lambda: shutil.rmtree(PROJECT / "report", ignore_errors=True))
    build.play("report", 'mkdir -p report; echo "report" > report/change-report.md; exit 3')
    asked = {"ATOLL": "report", "PULL_REQUEST": "7", "REPOSITORY": "platform", "BEFORE": "a1", "AFTER": "b2"}
    assert build.run("change-report", STACKS="dev prod", **asked).returncode == 3
    assert build.called("report") == [
        "change report --base a1 --head HEAD --format markdown,html,json --output report --stack dev --stack prod"
    ]
    assert any(call.startswith("codecommit post-comment-for-pull-request") for call in build.called("aws"))
    build.play("aws", 'case "$*" in *get-comments*) echo "c-1" ;; esac')
    build.run("change-report", STACKS="", **asked)
    assert "codecommit update-comment --comment-id c-1 --content file://report/comment.md" in build.called("aws")


def test_report_fails_at_once_when_the_program_cannot_be_asked(build: Build) -> None:
    build.play("report", "exit 2")
    assert build.run("change-report", ATOLL="report").returncode == 2
    assert build.called("aws") == []


def test_every_stack_is_looked_at_and_a_topic_told_when_one_drifted(
    build: Build, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(lambda: shutil.rmtree(PROJECT / "drift", ignore_errors=True))
    build.play("look", 'case "$3" in dev) echo "changed  Queue jobs"; exit 5 ;; esac')
    assert build.run("drift", STACKS="dev prod", TOPIC="arn:topic", ATOLL="look").returncode == 5
    assert [call.split(" --output")[0] for call in build.called("look")] == [
        "drift check dev --cloud aws",
        "drift check prod --cloud aws",
    ]
    assert build.called("aws") == [
        "sns publish --topic-arn arn:topic --subject Atoll: dev has drifted --message file://drift/message"
    ]


def test_workflow_gives_no_right_to_what_a_pull_request_changed() -> None:
    told = YAML(typ="safe", pure=True).load(PROJECT / ".github" / "workflows" / "change-report.yml")  # pyright: ignore[reportUnknownMemberType]
    jobs = told["jobs"]
    assert told["permissions"] == {"contents": "read"}
    assert "permissions" not in jobs["report"]
    assert jobs["comment"]["permissions"] == {"pull-requests": "write"}
    assert not any("checkout" in step.get("uses", "") for step in jobs["comment"]["steps"])
    assert "pull_request_target" not in told.get(True, told.get("on"))


def test_every_test_and_the_engine_with_them_runs_when_a_change_is_proposed() -> None:
    told = YAML(typ="safe", pure=True).load(PROJECT / ".github" / "workflows" / "tests.yml")  # pyright: ignore[reportUnknownMemberType]
    job = told["jobs"]["test"]
    assert told["permissions"] == {"contents": "read"}
    assert "pull_request" in told.get(True, told.get("on"))
    assert job["strategy"]["matrix"]["target"] == ["check", "test"]
    assert job["steps"][-1]["run"] == "make ${{ matrix.target }}"
    [marks] = re.findall(r'^test:.*\n.*-m "([^"]+)"', (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert "engine" not in marks
