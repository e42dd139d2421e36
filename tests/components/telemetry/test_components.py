from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import promql_parser
import pulumi
import pytest

from components.observability.metrics import NAMESPACES
from components.telemetry import (
    Canaries,
    CanariesArgs,
    Datadog,
    DatadogArgs,
    GrafanaWorkspace,
    GrafanaWorkspaceArgs,
    PagerDutyForwarder,
    PagerDutyForwarderArgs,
    PrometheusWorkspace,
    PrometheusWorkspaceArgs,
    Tracing,
    TracingArgs,
)
from components.telemetry.canaries import canary_name, schedule
from components.telemetry.grafana_dashboards import DataSource, dashboards
from components.telemetry.outbound import Place
from components.telemetry.prometheus import alertmanager
from components.telemetry.prometheus_rules import METRICS
from contracts.settings.monitoring import (
    CanaryCheck,
    CanaryKind,
    CanarySettings,
    DatadogSettings,
    GrafanaSettings,
    PagerDutySettings,
    PrometheusSettings,
    TracingSettings,
)
from tests.components.telemetry.samples import KEY, KEYS, SCOPE, SLO, TOPIC
from tests.components.telemetry.test_prometheus_rules import RECORDED, metrics_of
from tests.kit import GraphView, record_component
from tests.kit.plain import plain

PLACE = Place(vpc_id="vpc-1", subnet_ids=["subnet-1"])
PROMETHEUS = PrometheusSettings(log_retention_days=14, group_wait_seconds=30, repeat_hours=4)
BOARDS = [board.render() for board in dashboards(SLO)]


def recorded(build: Callable[[], Any]) -> GraphView:
    return record_component(build)


def prometheus() -> GraphView:
    args = PrometheusWorkspaceArgs(scope=SCOPE, settings=PROMETHEUS, slo=SLO, topic_arn=TOPIC, logs_key_arn=KEY)
    return recorded(lambda: PrometheusWorkspace("test", args=args))


def test_workspace_is_encrypted_and_logged_when_made() -> None:
    view = prometheus()
    view.assert_children(
        "test",
        [
            ("aws:cloudwatch/logGroup:LogGroup", "test-prometheus-logs"),
            ("aws:amp/workspace:Workspace", "test-prometheus"),
            ("aws:amp/ruleGroupNamespace:RuleGroupNamespace", "test-prometheus-rules"),
            ("aws:amp/alertManagerDefinition:AlertManagerDefinition", "test-prometheus-alertmanager"),
            ("aws:iam/role:Role", "test-prometheus-writer"),
            ("aws:iam/rolePolicy:RolePolicy", "test-prometheus-writer-permissions"),
        ],
    )
    assert view.value("test-prometheus", "kmsKeyArn") == KEY
    assert view.value("test-prometheus-logs", "name") == "/aws/vendedlogs/prometheus/atoll-test"


def test_alertmanager_tells_the_topic_of_ends_too_when_defined() -> None:
    config = json.loads(json.loads(alertmanager(PROMETHEUS, TOPIC, "us-east-1"))["alertmanager_config"])
    assert (config["route"]["group_wait"], config["route"]["repeat_interval"]) == ("30s", "4h")
    [receiver] = config["receivers"]
    assert receiver["name"] == config["route"]["receiver"]
    [sns] = receiver["sns_configs"]
    assert (sns["topic_arn"], sns["sigv4"], sns["send_resolved"]) == (TOPIC, {"region": "us-east-1"}, True)
    assert {"source", "status", "alert", "severity", "group"} == set(sns["attributes"])


def test_panels_have_ids_of_their_own_and_do_not_overlap_when_laid_out() -> None:
    assert len({board["uid"] for board in BOARDS}) == len(BOARDS) == 4
    for board in BOARDS:
        ids = [panel["id"] for panel in board["panels"]]
        assert len(set(ids)) == len(ids)
        taken: set[tuple[int, int]] = set()
        for panel in board["panels"]:
            at = panel["gridPos"]
            assert at["x"] + at["w"] <= 24
            cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
            assert not taken & cells, panel["title"]
            taken |= cells


def test_panels_ask_known_sources_for_known_metrics_when_rendered() -> None:
    known = {str(source): source.plugin for source in DataSource}
    for panel in (panel for board in BOARDS for panel in board["panels"]):
        for target in panel["targets"]:
            assert target["datasource"] == panel["datasource"]
            assert known[target["datasource"]["uid"]] == target["datasource"]["type"]
            if "expr" in target:
                assert metrics_of(promql_parser.parse(target["expr"])) <= METRICS | RECORDED
            if "metricName" in target:
                assert frozenset(target["dimensions"]) in NAMESPACES[target["namespace"]][target["metricName"]]


def test_grafana_is_filled_by_a_function_that_may_draw_a_token_alone_when_made() -> None:
    group = "9067aa1b2c-3d4e5f60-7182-4394-a5b6-c7d8e9f0a1b2"
    settings = GrafanaSettings(admin_groups=(group,), editor_groups=(), viewer_groups=())
    args = GrafanaWorkspaceArgs(
        scope=SCOPE,
        settings=settings,
        slo=SLO,
        prometheus_arn="arn:aws:aps:us-east-1:111122223333:workspace/ws-1",
        prometheus_endpoint="https://aps/ws-1/",
        keys=KEYS,
        place=PLACE,
    )
    view = recorded(lambda: GrafanaWorkspace("test", args=args))
    assert view.value("test-grafana-admin", "groupIds") == [group]
    allowed = json.loads(plain(view.value("test-grafana-permissions", "policy")))["Statement"]
    assert "aps:QueryMetrics" in allowed[-1]["Action"]
    statements = view.value("test-grafana-fill-permissions", "policy")
    assert "grafana:CreateWorkspaceServiceAccountToken" in str(statements)


def test_traces_are_grouped_sampled_and_encrypted_when_switched_on() -> None:
    args = TracingArgs(
        environment="test",
        settings=TracingSettings(sampling_percent=5, reservoir_per_second=1, insights=True),
        latency_objective_milliseconds=200,
        key_arn=KEY,
    )
    view = recorded(lambda: Tracing("test", args=args))
    assert view.value("test-sampling-rest", "fixedRate") == 0.05
    assert view.value("test-sampling-health", "fixedRate") == 0
    assert view.value("test-sampling-debug", "attributes") == {"http.request.header.x-debug-trace": "1"}
    assert view.value("test-traces-slow", "filterExpression") == "responsetime > 0.2"
    assert plain(view.value("test-traces-failures", "insightsConfiguration"))["insightsEnabled"] is True
    assert plain(view.value("test-traces-slow", "insightsConfiguration"))["insightsEnabled"] is False
    assert view.node("test-traces-encryption").inputs == {"type": "KMS", "keyId": KEY}


def canaries() -> GraphView:
    args = CanariesArgs(
        scope=SCOPE,
        settings=CanarySettings(
            checks={
                "users": CanaryCheck(kind=CanaryKind.HEARTBEAT, path="/users/health"),
                "api": CanaryCheck(kind=CanaryKind.API, path="/api/health"),
            },
            every_minutes=5,
            retention_days=31,
            timeout_seconds=60,
        ),
        address="https://test.atoll.example",
        bucket="telemetry",
        bucket_arn="arn:aws:s3:::telemetry",
        bucket_key_arn=KEY,
        topic_arn=TOPIC,
    )
    return recorded(lambda: Canaries("test", args=args))


def test_canary_asks_its_path_and_its_alarm_misses_it_when_it_is_silent() -> None:
    view = canaries()
    inputs = plain(view.node("test-canary-api").inputs)
    assert inputs["name"] == "test-api"
    assert inputs["runConfig"]["environmentVariables"] == {
        "URL": "https://test.atoll.example/api/health",
        "KIND": "api",
        "TIMEOUT_SECONDS": "30",
    }
    alarm = plain(view.node("test-canary-api-alarm").inputs)
    assert (alarm["treatMissingData"], alarm["evaluationPeriods"], alarm["period"]) == ("breaching", 2, 300)
    view.assert_depends("test-canary-api", "test-canary-permissions")


def test_canaries_write_below_their_prefix_alone_when_allowed() -> None:
    document = json.loads(plain(canaries().value("test-canary-permissions", "policy")))
    [write] = [each for each in document["Statement"] if each["Sid"] == "WriteArtifacts"]
    assert write["Resource"] == "arn:aws:s3:::telemetry/canaries/results/*"


@pytest.mark.parametrize(
    ("minutes", "expression"), [(1, "rate(1 minute)"), (5, "rate(5 minutes)"), (60, "rate(1 hour)")]
)
def test_schedule_is_written_as_synthetics_wants_it_when_minutes_are_told(minutes: int, expression: str) -> None:
    assert schedule(minutes) == expression


def test_name_fits_when_the_environment_is_long() -> None:
    assert canary_name("env-a-very-long-name", "checkout") == "env-a-very-l-checkout"
    assert len(canary_name("env-a-very-long-name", "checkout")) <= 21


def test_datadog_reads_metrics_and_tags_alone_when_it_takes_its_role() -> None:
    args = DatadogArgs(
        scope=SCOPE,
        settings=DatadogSettings(
            site="datadoghq.eu", account="464622532012", external_id="0f1e2d3c4b5a", namespaces=("AWS/ECS",)
        ),
        secrets_key_arn=KEY,
        bucket_arn="arn:aws:s3:::telemetry",
        bucket_key_arn=KEY,
        logs_key_arn=KEY,
        log_retention_days=14,
    )
    view = recorded(lambda: Datadog("test", args=args))
    trust = json.loads(plain(view.value("test-datadog-reader", "assumeRolePolicy")))["Statement"][0]
    assert trust["Principal"] == {"AWS": "arn:aws:iam::464622532012:root"}
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": "0f1e2d3c4b5a"}}
    allowed = json.loads(plain(view.value("test-datadog-reader-permissions", "policy")))["Statement"]
    assert sorted(action for each in allowed for action in each["Action"]) == [
        "cloudwatch:GetMetricData",
        "cloudwatch:ListMetrics",
        "tag:GetResources",
    ]
    endpoint = plain(view.value("test-datadog", "httpEndpointConfiguration"))
    assert endpoint["url"] == "https://awsmetrics-intake.datadoghq.eu/v1/input"
    assert "accessKey" not in endpoint
    view.assert_depends("test-datadog", "test-datadog-delivery-permissions")


def test_forwarder_hears_the_topic_and_reads_its_vault_entry_alone_when_made() -> None:
    args = PagerDutyForwarderArgs(
        scope=SCOPE,
        settings=PagerDutySettings(log_retention_days=14),
        topic_arn=TOPIC,
        keys=KEYS,
        place=PLACE,
        secrets_key_arn=KEY,
    )
    view = recorded(lambda: PagerDutyForwarder("test", args=args))
    assert view.value("test-pager-duty-subscription", "protocol") == "lambda"
    variables = plain(view.value("test-pager-duty-function", "environment"))["variables"]
    assert variables == {
        "PAGER_DUTY_URL": "https://events.pagerduty.com/v2/enqueue",
        "SECRET_ID": "atoll/test/pager-duty-key",
    }
    assert "secret:atoll/test/pager-duty-key-??????" in str(view.value("test-pager-duty-permissions", "policy"))


def test_every_child_uses_the_explicit_provider_when_given() -> None:
    from pulumi_aws.provider import Provider

    def build() -> None:
        opts = pulumi.ResourceOptions(providers=[Provider("explicit", region=SCOPE.region)])
        args = PrometheusWorkspaceArgs(scope=SCOPE, settings=PROMETHEUS, slo=None, topic_arn=TOPIC, logs_key_arn=KEY)
        PrometheusWorkspace("test", args=args, opts=opts)

    for node in recorded(build).graph:
        if node.package == "aws" and not node.is_provider:
            assert (node.provider or "").endswith("::explicit"), node
