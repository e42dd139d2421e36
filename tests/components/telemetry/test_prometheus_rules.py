"""The rules are PromQL that says what it should: parsed, of known metrics, and run by promtool where there is one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import promql_parser
import pytest

from components.observability.burn_rate import BURN_WINDOWS
from components.telemetry.prometheus_rules import METRICS, Alert, Recording, document, groups
from tests.components.telemetry.samples import SLO

RULES = [rule for group in groups(SLO) for rule in group.rules]
RECORDED = {rule.record for rule in RULES if isinstance(rule, Recording)}
CASES = Path(__file__).with_name("rules_test.yaml")
PROMTOOL = os.environ.get("ATOLL_PROMTOOL") or shutil.which("promtool")


def metrics_of(expression: Any) -> set[str]:
    """Every metric that an expression selects, wherever it stands in it."""
    if isinstance(expression, promql_parser.VectorSelector):
        return {str(expression.name)}
    inner = [getattr(expression, name, None) for name in ("expr", "lhs", "rhs", "param", "vector_selector")]
    arguments = getattr(expression, "args", None) or []
    return {name for each in [*inner, *arguments] if each is not None for name in metrics_of(each)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: getattr(rule, "record", None) or rule.alert)
def test_expression_selects_known_metrics_when_parsed(rule: Recording | Alert) -> None:
    selected = metrics_of(promql_parser.parse(rule.expr))
    assert selected
    assert selected <= METRICS | RECORDED


def test_every_known_metric_is_used_when_the_table_is_read() -> None:
    used = {name for rule in RULES for name in metrics_of(promql_parser.parse(rule.expr))}
    assert METRICS | {name for name in RECORDED if not name.startswith("atoll:requests")} <= used


def test_alerts_burn_as_fast_as_the_alarms_of_cloudwatch_when_the_windows_are_compared() -> None:
    burns = [rule for rule in RULES if isinstance(rule, Alert) and rule.alert == "ErrorBudgetBurns"]
    assert [rule.expr for rule in burns] == [
        "atoll:request_failures:ratio_rate1h > (14.4 * 0.001) and atoll:request_failures:ratio_rate5m > (14.4 * 0.001)",
        "atoll:request_failures:ratio_rate6h > (6 * 0.001) and atoll:request_failures:ratio_rate30m > (6 * 0.001)",
        "atoll:request_failures:ratio_rate1d > (3 * 0.001) and atoll:request_failures:ratio_rate2h > (3 * 0.001)",
        "atoll:request_failures:ratio_rate3d > (1 * 0.001) and atoll:request_failures:ratio_rate6h > (1 * 0.001)",
    ]
    assert [rule.urgency for rule in burns] == [window.urgency for window in BURN_WINDOWS]


def test_names_of_groups_and_records_are_unique_when_written() -> None:
    written = json.loads(document(SLO))["groups"]
    names = [group["name"] for group in written]
    records = [rule["record"] for group in written for rule in group["rules"] if "record" in rule]
    assert len(set(names)) == len(names)
    assert len(set(records)) == len(records)


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is neither on PATH nor in ATOLL_PROMTOOL")
def test_rules_ring_as_told_when_promtool_runs_them(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(document(SLO), encoding="utf-8")
    shutil.copy(CASES, tmp_path)
    done = subprocess.run(
        [str(PROMTOOL), "test", "rules", CASES.name], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
