"""Platform: deployments and builds in words that people read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services import world
from tests.services.world import Aws, invoke

notify = world.entry("platform/events", "notify")


@pytest.mark.parametrize(
    ("detail", "severity", "subject"),
    [
        ({"pipeline": "shop", "state": "SUCCEEDED"}, "LOW", "Deployment of shop: succeeded"),
        (
            {"pipeline": "shop", "state": "FAILED", "environment": "prod", "url": "https://ci.example.com/7"},
            "HIGH",
            "Deployment of shop in prod: failed",
        ),
        ({"pipeline": "x" * 200, "state": "STARTED"}, "LOW", f"Deployment of {'x' * 86}"),
    ],
)
def test_team_is_told_of_a_deployment_when_it_changes(
    aws: Aws, detail: dict[str, Any], severity: str, subject: str
) -> None:
    topic = aws.topic("TeamNotified")
    event = world.from_bus("Jenkins Pipeline Execution State Change", detail, "e1")
    for _ in range(2):
        invoke(notify.teams, event)
    first, second = topic()
    assert first["body"] == second["body"]
    assert first["body"]["notice_id"] == "e1"
    assert (first["body"]["severity"], first["body"]["subject"]) == (severity, subject)
    assert first["told"]["severity"] == severity
    assert first["body"].get("link") == detail.get("url")


def test_team_is_told_of_a_build_when_it_fails(aws: Aws) -> None:
    topic = aws.topic("TeamNotified")
    link = "https://console.example.com/log"
    detail = {
        "build-status": "FAILED",
        "project-name": "image",
        "additional-information": {"logs": {"deep-link": link}},
    }
    invoke(notify.builds, world.from_bus("CodeBuild Build State Change", detail))
    invoke(notify.builds, world.from_bus("CodeBuild Build State Change", {**detail, "additional-information": {}}))
    first, second = (each["body"] for each in topic())
    assert (first["text"], first["severity"], first["link"]) == ("Build of image: failed", "HIGH", link)
    assert "link" not in second


@pytest.mark.parametrize(("handler", "missing"), [("teams", "pipeline"), ("builds", "project-name")])
def test_event_fails_when_it_says_nothing(aws: Aws, handler: str, missing: str) -> None:
    with pytest.raises(KeyError, match=missing):
        invoke(getattr(notify, handler), world.from_bus("Something", {}))
