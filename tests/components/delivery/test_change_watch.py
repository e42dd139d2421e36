"""The builds beside the pipeline: who starts them, what they may do, and who is told."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from components.delivery import Delivery, DeliveryArgs
from contracts.settings.delivery import DeliverySettings
from contracts.settings.security import ProtectionSettings
from tests.components.delivery.test_delivery import KEY, STAGES
from tests.kit import ACCOUNT, REGION, GraphView, record_component
from tests.kit.plain import plain


@cache
def view(kind: str, *, watched: bool = True) -> GraphView:
    settings = DeliverySettings.model_validate(
        {
            "source": {
                "kind": kind,
                "repository": "acme/platform" if kind == "github" else "platform",
                "branch": "main",
            },
            "stages": STAGES,
            "state": "s3://atoll-state-1/stacks",
            "compute": "BUILD_GENERAL1_SMALL",
            "timeout_minutes": 45,
            "log_retention_days": 30,
            "artifacts_kept_days": 14,
            "watch": {"drift_schedule": "cron(17 5 * * ? *)", "timezone": "Europe/Berlin"} if watched else None,
        }
    )
    protection = ProtectionSettings(protect=False, deletion_protection=False, final_snapshot=False, force_destroy=True)
    return record_component(
        lambda: Delivery(
            "staging",
            args=DeliveryArgs(
                environment="staging",
                region=REGION,
                account_id=ACCOUNT,
                settings=settings,
                protection=protection,
                vpc_id="vpc-1",
                subnet_ids=["subnet-1"],
                storage_key_arn=KEY,
                logs_key_arn=KEY,
                messaging_key_arn=KEY,
                log_bucket="logs",
                pipeline_role_arn=f"arn:aws:iam::{ACCOUNT}:role/pipeline",
                pipeline_role_name="pipeline",
                registry_role_arn=f"arn:aws:iam::{ACCOUNT}:role/reader",
            ),
        )
    )


def inputs(kind: str, name: str, source: str = "github") -> dict[str, Any]:
    return plain(view(source).graph.named(name, kind).inputs)


def rights(source: str, build: str) -> dict[str, list[str]]:
    document = view(source).value(f"staging-build-{build}-role-policy", "policy")
    text = document if isinstance(document, str) else "".join(str(part) for part in getattr(document, "parts", ()))
    return {s["Sid"]: s["Action"] for s in json.loads(text)["Statement"]}


def test_nothing_watches_when_the_switch_is_off() -> None:
    assert not view("github", watched=False).graph.of_type("aws:scheduler/schedule:Schedule")


def test_drift_is_looked_for_on_the_schedule_that_was_asked_for() -> None:
    schedule = inputs("aws:scheduler/schedule:Schedule", "staging-drift")
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
    project = inputs("aws:codebuild/project:Project", f"staging-build-{build}-project", source)
    assert project["source"]["location"] == location
    assert (project["source"]["gitCloneDepth"], project["source"]["buildspec"]) == (0, f"delivery/{build}.yaml")
    assert ("auth" in project["source"]) == (source == "github")


def test_stacks_of_every_stage_are_looked_at() -> None:
    project = inputs("aws:codebuild/project:Project", "staging-build-drift-project")
    variables = {v["name"]: v["value"] for v in project["environment"]["environmentVariables"]}
    assert variables["STACKS"] == "dev order-dev staging prod"


def test_report_has_no_right_on_what_it_reports_of() -> None:
    own = set(rights("github", "test"))
    assert set(rights("github", "change-report")) - own == {"UseConnection"}
    assert set(rights("codecommit", "change-report")) - own == {"ReadSource", "Comment"}


def test_pull_request_starts_the_report_when_the_code_is_in_codecommit() -> None:
    target = inputs("aws:cloudwatch/eventTarget:EventTarget", "staging-pull-requests-report", "codecommit")
    template = json.loads(target["inputTransformer"]["inputTemplate"])
    given = {v["name"]: v["value"] for v in template["environmentVariablesOverride"]}
    assert template["sourceVersion"] == "<sourceCommit>"
    assert given == {
        "PULL_REQUEST": "<pullRequestId>",
        "BEFORE": "<destinationCommit>",
        "AFTER": "<sourceCommit>",
        "REPOSITORY": "platform",
    }
    names = [node.name for node in view("github").graph.of_type("aws:cloudwatch/eventTarget:EventTarget")]
    assert names == [], "GitHub's own workflow does that"
