from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from components.observability import Dashboards, DashboardsArgs, Subjects
from components.observability.dashboard_plan import DashboardKind, widgets
from components.observability.metrics import NAMESPACES, Metric
from components.observability.widgets import GRID_COLUMNS, Graph, Text, Widget, body
from graph.values import is_unknown
from tests.components.observability.samples import NOTHING, subjects
from tests.kit import ACCOUNT, REGION, record_component

ALARMS = ("atoll-test-rds-HighCPUUtilization", "atoll-test-alb-TargetErrors")
FREE_METRICS = 50
"""Of a dashboard; more and it is charged."""


def rendered(kind: DashboardKind, watched: Subjects | None = None) -> dict[str, Any]:
    shown = widgets(kind, watched or subjects(), alarm_names=ALARMS, latency_objective_seconds=0.2)
    return body(shown, REGION)


def metric_rows(document: dict[str, Any]) -> list[list[Any]]:
    return [
        row
        for widget in document["widgets"]
        if widget["type"] == "metric"
        for row in widget["properties"]["metrics"]
        if isinstance(row[0], str)
    ]


@pytest.mark.parametrize("kind", DashboardKind)
def test_body_is_unchanged_when_rendered(kind: DashboardKind, snapshot: SnapshotAssertion) -> None:
    assert json.dumps(rendered(kind), indent=1) == snapshot


@pytest.mark.parametrize("kind", DashboardKind)
def test_every_metric_is_known_with_its_dimensions_when_rendered(kind: DashboardKind) -> None:
    rows = metric_rows(rendered(kind))

    assert rows
    for namespace, name, *rest in rows:
        known = NAMESPACES["Atoll" if namespace == "Atoll/test" else namespace]
        dimensions = rest[:-1]
        assert frozenset(dimensions[::2]) in known[name], (namespace, name, dimensions)
        assert all(dimensions[1::2]), (namespace, name, dimensions)
    assert len(rows) <= FREE_METRICS


@pytest.mark.parametrize("kind", DashboardKind)
def test_body_has_only_what_exists_when_nothing_is_watched(kind: DashboardKind) -> None:
    document = rendered(kind, NOTHING)

    assert {row[0] for row in metric_rows(document)} <= {"AWS/Billing"}


def test_alarms_are_shown_by_arn_when_operations_looks() -> None:
    shown = [item["properties"] for item in rendered(DashboardKind.OPERATIONS)["widgets"] if item["type"] == "alarm"]

    assert shown == [
        {"title": "Alarms", "alarms": [f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}" for name in ALARMS]}
    ]


def test_spend_is_read_where_aws_publishes_it_when_dashboard_is_elsewhere() -> None:
    document = rendered(DashboardKind.EXECUTIVE, subjects(region="us-west-2"))
    spend = next(item["properties"] for item in document["widgets"] if item["properties"].get("title") == "Spend")

    assert spend["region"] == "us-east-1"


def test_dashboards_are_three_when_recorded() -> None:
    args = DashboardsArgs(subjects=subjects(), alarm_names=ALARMS, latency_objective_seconds=0.2)
    view = record_component(lambda: Dashboards("test", args=args))

    view.assert_children(
        "test",
        [
            ("aws:cloudwatch/dashboard:Dashboard", f"test-dashboard-{kind}")
            for kind in ("executive", "operations", "development")
        ],
    )
    for kind in DashboardKind:
        assert view.value(f"test-dashboard-{kind}", "dashboardName") == f"atoll-test-{kind}"
        assert json.loads(str(view.value(f"test-dashboard-{kind}", "dashboardBody"))) == rendered(kind)


def test_body_waits_for_the_load_balancer_when_it_does_not_exist_yet() -> None:
    def build() -> None:
        balancer = pulumi.CustomResource("aws:lb/loadBalancer:LoadBalancer", "test-alb", {"arnSuffix": None})
        watched = subjects(load_balancer=pulumi.Output.concat("app/", balancer.id), log_groups={"x": balancer.id})
        Dashboards("test", args=DashboardsArgs(subjects=watched, alarm_names=(), latency_objective_seconds=0.2))

    view = record_component(build)

    for kind in DashboardKind:
        view.assert_depends(f"test-dashboard-{kind}", "test-alb")
        assert is_unknown(view.value(f"test-dashboard-{kind}", "dashboardBody"))


METRIC = Metric("AWS/RDS", "CPUUtilization", {"DBInstanceIdentifier": "x"}, "Average")
SIZES = st.lists(st.tuples(st.integers(1, GRID_COLUMNS), st.integers(1, 12)), max_size=20)


@given(SIZES)
def test_widgets_neither_overlap_nor_leave_the_grid_when_sizes_vary(sizes: list[tuple[int, int]]) -> None:
    shown: list[Widget] = [
        Graph(title=str(index), metrics=[METRIC], unit="%", width=width, height=height)
        for index, (width, height) in enumerate(sizes)
    ]
    placed = body(shown, REGION)["widgets"]

    assert len(placed) == len(sizes)
    cells: set[tuple[int, int]] = set()
    for item in placed:
        assert item["x"] + item["width"] <= GRID_COLUMNS
        area = {
            (x, y)
            for x in range(item["x"], item["x"] + item["width"])
            for y in range(item["y"], item["y"] + item["height"])
        }
        assert not area & cells
        cells |= area


def test_text_fills_a_row_when_it_has_the_full_width() -> None:
    placed = body([Text(markdown="a"), Text(markdown="b")], REGION)["widgets"]

    assert [(item["x"], item["y"]) for item in placed] == [(0, 0), (0, 2)]
