"""Whether a region is answered: what the world sees, and the switch that the other region keeps (EDGE-1, DR-3)."""

from __future__ import annotations

from typing import Any

from pulumi_aws import Provider

from components.edge.region_health import RegionHealth, RegionHealthArgs
from tests.components.edge.test_hosted_zone import dns
from tests.kit import GraphView, record_component


def record(**changes: Any) -> GraphView:
    health = dns().health.model_copy(update=changes)

    def build() -> None:
        args = RegionHealthArgs(
            settings=health,
            environment="prod",
            stack="prod",
            host="origin-prod.atoll.example",
            elsewhere=Provider("west", region="us-west-2"),
            elsewhere_region="us-west-2",
            topic_arn="arn:topic",
            elsewhere_topic_arn="arn:elsewhere",
        )
        RegionHealth("test", args=args)

    return record_component(build)


def test_world_asks_over_https_as_the_settings_say() -> None:
    view = record()
    inputs: dict[str, Any] = {
        "type": "HTTPS",
        "fqdn": "origin-prod.atoll.example",
        "port": 443,
        "resourcePath": "/health",
        "enableSni": True,
        "requestInterval": 10,
        "failureThreshold": 1,
        "regions": ("us-east-1", "eu-west-1", "sa-east-1"),
    }
    assert {path: view.value("test-endpoint", path) for path in inputs} == inputs
    assert record(interval_seconds=30, threshold=3).value("test-endpoint", "failureThreshold") == 3


def test_region_is_answered_while_it_answers_and_nobody_took_it_out() -> None:
    view = record()
    assert view.value("test-health", "type") == "CALCULATED"
    assert view.value("test-health", "childHealthThreshold") == 2
    view.assert_wired("test-health", "childHealthchecks", "test-endpoint.id", "test-switch.id")


def test_switch_is_kept_by_the_other_region_when_made() -> None:
    view = record()
    view.assert_provider("test-evacuated", "west")
    assert view.value("test-evacuated", "name") == "atoll-prod-evacuated-prod"
    assert view.value("test-evacuated", "dimensions") == {"Environment": "prod", "Stack": "prod"}
    assert view.value("test-evacuated", "treatMissingData") == "ignore"
    assert view.value("test-evacuated", "alarmActions") == ("arn:elsewhere",)
    assert view.value("test-switch", "type") == "CLOUDWATCH_METRIC"
    assert view.value("test-switch", "cloudwatchAlarmRegion") == "us-west-2"
    assert view.value("test-switch", "insufficientDataHealthStatus") == "LastKnownStatus"
    view.assert_wired("test-switch", "cloudwatchAlarmName", "test-evacuated.name")


def test_somebody_is_told_when_the_world_is_led_away() -> None:
    view = record()
    view.assert_wired("test-alarm", "dimensions", "test-health.id")
    assert view.value("test-alarm", "metricName") == "HealthCheckStatus"
    assert view.value("test-alarm", "treatMissingData") == "breaching"
    assert view.value("test-alarm", "alarmActions") == ("arn:topic",)
