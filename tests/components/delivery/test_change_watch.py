"""The builds beside the pipeline: who starts them, what they may do, and who is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.components.delivery.samples import statements_of, view
from tests.kit import REGION
from tests.kit.plain import plain


def inputs(kind: str, name: str, source: str = "github") -> dict[str, Any]:
    return plain(view(source, watched=True).graph.named(name, kind).inputs)


def rights(source: str, build: str) -> dict[str, list[str]]:
    found = statements_of(view(source, watched=True), f"test-build-{build}-role-policy")
    return {name: statement["Action"] for name, statement in found.items()}


def test_nothing_watches_when_the_switch_is_off() -> None:
    assert not view().graph.of_type("aws:scheduler/schedule:Schedule")


def test_drift_is_looked_for_on_the_schedule_that_was_asked_for() -> None:
    schedule = inputs("aws:scheduler/schedule:Schedule", "test-drift")
    assert (schedule["scheduleExpression"], schedule["scheduleExpressionTimezone"]) == (
        "cron(17 5 * * ? *)",
        "Europe/Berlin",
    )
    assert schedule["target"]["arn"] == "arn:aws:scheduler:::aws-sdk:codebuild:startBuild"


@pytest.mark.parametrize(
    ("source", "location"),
    [
        ("github", "https://github.com/acme/platform.git"),
        ("codecommit", f"https://git-codecommit.{REGION}.amazonaws.com/v1/repos/platform"),
    ],
)
@pytest.mark.parametrize("build", ["change-report", "drift"])
def test_build_clones_the_whole_history_with_its_own_buildspec(source: str, location: str, build: str) -> None:
    project = inputs("aws:codebuild/project:Project", f"test-build-{build}-project", source)
    assert project["source"]["location"] == location
    assert (project["source"]["gitCloneDepth"], project["source"]["buildspec"]) == (0, f"delivery/{build}.yaml")
    assert ("auth" in project["source"]) == (source == "github")


def test_stacks_of_every_stage_are_looked_at() -> None:
    project = inputs("aws:codebuild/project:Project", "test-build-drift-project")
    variables = {v["name"]: v["value"] for v in project["environment"]["environmentVariables"]}
    assert variables["STACKS"] == "dev order-dev staging prod"


def test_report_has_no_right_on_what_it_reports_of() -> None:
    own = set(rights("github", "test"))
    assert set(rights("github", "change-report")) - own == {"UseConnection"}
    assert set(rights("codecommit", "change-report")) - own == {"ReadSource", "Comment"}


def test_pull_request_starts_the_report_when_the_code_is_in_codecommit() -> None:
    target = inputs("aws:cloudwatch/eventTarget:EventTarget", "test-pull-requests-report", "codecommit")
    template = json.loads(target["inputTransformer"]["inputTemplate"])
    given = {v["name"]: v["value"] for v in template["environmentVariablesOverride"]}
    assert template["sourceVersion"] == "<sourceCommit>"
    assert given == {
        "PULL_REQUEST": "<pullRequestId>",
        "BEFORE": "<destinationCommit>",
        "AFTER": "<sourceCommit>",
        "REPOSITORY": "platform",
    }
    names = [node.name for node in view(watched=True).graph.of_type("aws:cloudwatch/eventTarget:EventTarget")]
    assert names == [], "GitHub's own workflow does that"
