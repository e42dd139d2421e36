from __future__ import annotations

import pytest

from components.observability import ErrorFilters, ErrorFiltersArgs, LogGroups, LogGroupsArgs
from tests.components.observability.samples import KEY
from tests.kit import GraphView, record_component

RETENTION = {"/aws/lambda/platform-functions": 14, "/aws/eks/cluster/control-plane": 30}
"""Document 002's groups."""


def build() -> None:
    groups = LogGroups("test", args=LogGroupsArgs(retention_days=RETENTION, key_arn=KEY))
    watched = {"functions": groups.names["/aws/lambda/platform-functions"], "services": "/aws/ecs/app-service-test"}
    ErrorFilters("test", args=ErrorFiltersArgs(environment="test", log_groups=watched))


@pytest.fixture(scope="module")
def view() -> GraphView:
    """Two groups and two filters; recorded once, read by many."""
    return record_component(build)


@pytest.mark.parametrize(
    ("logical", "name"),
    [
        ("test-logs-aws-lambda-platform-functions", "/aws/lambda/platform-functions"),
        ("test-logs-aws-eks-cluster-control-plane", "/aws/eks/cluster/control-plane"),
    ],
)
def test_group_has_the_documents_name_and_retention_when_made(view: GraphView, logical: str, name: str) -> None:
    assert view.node(logical).inputs == {"name": name, "retentionInDays": RETENTION[name], "kmsKeyId": KEY}
    view.assert_parent(logical, "test")


def test_there_are_no_other_groups_when_two_are_asked_for(view: GraphView) -> None:
    assert len(view.graph.of_type("aws:cloudwatch/logGroup:LogGroup")) == len(RETENTION)


@pytest.mark.parametrize(
    ("key", "group"), [("functions", "/aws/lambda/platform-functions"), ("services", "/aws/ecs/app-service-test")]
)
def test_error_lines_are_counted_when_they_hold_the_pattern(view: GraphView, key: str, group: str) -> None:
    assert view.node(f"test-errors-{key}").inputs == {
        "name": "ErrorCount",
        "logGroupName": group,
        "pattern": "ERROR",
        "metricTransformation": {
            "name": "ErrorCount",
            "namespace": "Atoll/test",
            "value": "1",
            "defaultValue": "0",
            "unit": "Count",
        },
    }


def test_filter_waits_for_the_group_when_this_stack_makes_it(view: GraphView) -> None:
    view.assert_wired("test-errors-functions", "logGroupName", "test-logs-aws-lambda-platform-functions.name")
