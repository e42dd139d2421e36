from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.observability import BurnRateAlarms, BurnRateAlarmsArgs, SloAlarms, SloAlarmsArgs
from components.observability.burn_rate import (
    BURN_WINDOWS,
    Objective,
    of_availability,
    of_errors,
    of_latency,
)
from components.observability.dashboard_plan import DashboardKind, widgets
from components.observability.slo_alarms import function, http_api
from components.observability.widgets import Budget
from contracts.services.contract import Slo
from tests.components.observability.samples import BALANCER, TOPIC, subjects
from tests.kit import GraphView, record_component
from tests.kit.plain import plain

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
AVAILABILITY = of_availability(BALANCER, 99.9)


def record(objectives: list[Objective], **changes: Any) -> GraphView:
    args = BurnRateAlarmsArgs(prefix="atoll-test-slo", objectives=objectives, topic_arn=TOPIC, **changes)
    return record_component(lambda: BurnRateAlarms("test-slo", args=args))


@pytest.fixture(scope="module")
def view() -> GraphView:
    return record(
        [AVAILABILITY, of_latency(BALANCER, 200)],
        critical={"user": of_errors(BALANCER, "targetgroup/user/1", 0.1)},
        recovery=AVAILABILITY,
        recovery_minutes=15,
    )


def test_windows_are_the_four_pairs_when_read() -> None:
    pairs = [(window.factor, window.long_seconds, window.short_seconds) for window in BURN_WINDOWS]
    assert pairs == [(14.4, 3600, 300), (6, 21_600, 1800), (3, 86_400, 7200), (1, 259_200, 21_600)]
    assert [round(window.spent_percent, 6) for window in BURN_WINDOWS] == [2, 5, 10, 10]
    assert all(window.long_seconds == 12 * window.short_seconds for window in BURN_WINDOWS)


def test_objectives_have_four_composites_over_eight_alarms_when_recorded(view: GraphView) -> None:
    keys = [
        f"{objective}-burn-{span}" for objective in ("availability", "latency") for span in ("1h", "6h", "1d", "3d")
    ]
    view.assert_children(
        "test-slo",
        [
            *((COMPOSITE, f"test-slo-{key}") for key in keys),
            *((ALARM, f"test-slo-{key}-{span}") for key in keys for span in ("long", "short")),
            (ALARM, "test-slo-user-errors"),
            (ALARM, "test-slo-recovery"),
        ],
    )


@pytest.mark.parametrize(
    ("key", "threshold", "long", "short"),
    [("1h", 1.44, 3600, 300), ("6h", 0.6, 21_600, 1800), ("1d", 0.3, 86_400, 7200), ("3d", 0.1, 259_200, 21_600)],
)
def test_both_windows_compare_with_factor_times_budget_when_the_objective_is_three_nines(
    view: GraphView, key: str, threshold: float, long: int, short: int
) -> None:
    for span, period in (("long", long), ("short", short)):
        inputs = plain(view.node(f"test-slo-availability-burn-{key}-{span}").inputs)
        assert inputs["threshold"] == threshold
        assert inputs["evaluationPeriods"] == 1
        assert {query["metric"]["period"] for query in inputs["metricQueries"][1:]} == {period}
        assert inputs["alarmActions"] == []


def test_composite_alone_tells_when_both_windows_burn(view: GraphView) -> None:
    inputs = plain(view.node("test-slo-availability-burn-1h").inputs)
    names = [f"atoll-test-slo-availability-burn-1h-{span}" for span in ("long", "short")]
    assert inputs["alarmRule"] == f'ALARM("{names[0]}") AND ALARM("{names[1]}")'
    assert inputs["alarmActions"] == [TOPIC]
    assert inputs["alarmDescription"].startswith(
        "[page] requests fail: the error budget burns 14.4 times too fast; 2 %"
    )
    view.assert_depends(
        "test-slo-availability-burn-1h", "test-slo-availability-burn-1h-long", "test-slo-availability-burn-1h-short"
    )


def test_slow_requests_are_a_percentile_rank_when_latency_is_promised(view: GraphView) -> None:
    inputs = plain(view.node("test-slo-latency-burn-6h-long").inputs)
    assert inputs["threshold"] == 30
    assert inputs["metricQueries"][0]["expression"] == "100 - within"
    assert inputs["metricQueries"][1]["metric"]["stat"] == "PR(:0.2)"


def test_recovery_is_missed_when_every_minute_was_bad(view: GraphView) -> None:
    inputs = plain(view.node("test-slo-recovery").inputs)
    assert (inputs["evaluationPeriods"], inputs["datapointsToAlarm"], inputs["threshold"]) == (15, 15, 0.1)
    assert inputs["metricQueries"][1]["metric"]["period"] == 60


def test_pair_is_left_out_when_it_could_never_ring() -> None:
    view = record([of_availability(BALANCER, 90)])
    made = {node.name for node in view.graph.of_type(COMPOSITE)}
    assert made == {f"test-slo-availability-burn-{key}" for key in ("6h", "1d", "3d")}


@given(st.floats(0.001, 10), st.sampled_from(BURN_WINDOWS))
def test_threshold_is_a_share_when_any_budget_is_allowed(allowed: float, window: Any) -> None:
    objective = Objective(key="x", what="x", allowed_percent=allowed, bad_percent="x", sources=())
    assert 0 < objective.threshold(window) <= 100
    assert objective.is_reachable(window) == (window.factor * allowed < 100)


def test_api_burns_the_budget_of_its_contract_when_asked_for() -> None:
    slo = Slo(availability_percent=99.5, latency_p95_ms=200, error_rate_percent=1)
    served = [http_api("orders", "api-1"), function("process", "f-1")]
    args = SloAlarmsArgs(slo=slo, served=served, topic_arn=TOPIC, burn_rates=True)
    view = record_component(lambda: SloAlarms("test-order", args=args))
    made = {node.name for node in view.graph.of_type(COMPOSITE)}
    assert made == {f"test-order-budget-http-orders-burn-{span}" for span in ("1h", "6h", "1d", "3d")}
    inputs = plain(view.node("test-order-budget-http-orders-burn-1h-short").inputs)
    assert inputs["threshold"] == 7.2
    assert inputs["metricQueries"][0]["expression"] == "100 * (FILL(errors0, 0)) / requests"


def test_error_budget_is_on_the_executive_dashboard_when_there_is_an_objective() -> None:
    shown = widgets(
        DashboardKind.EXECUTIVE,
        subjects(),
        alarm_names=(),
        latency_objective_seconds=0.2,
        availability_percent=99.9,
    )
    [budget] = [widget.render("us-east-1")[1] for widget in shown if isinstance(widget, Budget)]
    assert budget["metrics"][0][0]["expression"] == (
        "100 * (1 - (100 * (FILL(failed0, 0) + FILL(failed1, 0)) / requests) / 0.1)"
    )
    assert budget["period"] == 30 * 86_400
