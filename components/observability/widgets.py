"""Dashboard widgets as typed values, and their layout on CloudWatch's grid of 24 columns.

Source: Amazon CloudWatch API Reference, "Dashboard body structure and syntax".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi

from components.observability.metrics import Metric

GRID_COLUMNS = 24
PERIOD_SECONDS = 300
BUDGET_SECONDS = 30 * 86_400

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Text:
    """Markdown over the full width."""

    markdown: str
    width: int = GRID_COLUMNS
    height: int = 2

    def render(self, region: str) -> tuple[str, Json]:
        """Return the widget's type and properties."""
        return "text", {"markdown": self.markdown}


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Metrics over time, or their latest value."""

    title: str
    metrics: Sequence[Metric]
    unit: str
    """Label of the left axis."""
    view: Literal["timeSeries", "singleValue"] = "timeSeries"
    threshold: float | None = None
    """Horizontal line, such as an objective."""
    region: str | None = None
    """Region of the metrics where it is not the dashboard's: billing is in us-east-1 alone."""
    width: int = 8
    height: int = 6

    def render(self, region: str) -> tuple[str, Json]:
        """Return the widget's type and properties."""
        properties: Json = {
            "title": self.title,
            "region": self.region or region,
            "view": self.view,
            "stacked": False,
            "period": PERIOD_SECONDS,
            "metrics": [_row(metric) for metric in self.metrics],
        }
        if self.view == "timeSeries":
            properties["yAxis"] = {"left": {"label": self.unit, "min": 0, "showUnits": False}}
        if self.threshold is not None:
            properties["annotations"] = {"horizontal": [{"label": "objective", "value": self.threshold}]}
        return "metric", properties


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """A percentage of two metrics: `100 * part / whole`, or what is left of it; empty while there is no whole."""

    title: str
    part: Metric
    whole: Metric
    remainder: bool
    """Show `100 - ratio`: availability from errors."""
    width: int = 8
    height: int = 6

    def render(self, region: str) -> tuple[str, Json]:
        """Return the widget's type and properties."""
        ratio = "100 * FILL(part, 0) / whole"
        return "metric", {
            "title": self.title,
            "region": region,
            "view": "singleValue",
            "stacked": False,
            "period": PERIOD_SECONDS,
            "metrics": [
                [{"expression": f"100 - {ratio}" if self.remainder else ratio, "label": self.title, "id": "ratio"}],
                _row(self.part, {"id": "part", "visible": False}),
                _row(self.whole, {"id": "whole", "visible": False}),
            ],
        }


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What is left of an error budget of 30 days, in percent: 100 untouched, 0 spent, below that overdrawn."""

    title: str
    failed: Sequence[Metric]
    """Metrics of what failed; they are added."""
    requests: Metric
    allowed_percent: float
    """The budget: the share of requests that may fail."""
    width: int = 8
    height: int = 6

    def render(self, region: str) -> tuple[str, Json]:
        """Return the widget's type and properties."""
        ids = [f"failed{index}" for index in range(len(self.failed))]
        bad = " + ".join(f"FILL({each}, 0)" for each in ids)
        left = f"100 * (1 - (100 * ({bad}) / requests) / {self.allowed_percent:g})"
        return "metric", {
            "title": self.title,
            "region": region,
            "view": "singleValue",
            "stacked": False,
            "period": BUDGET_SECONDS,
            "start": f"-PT{BUDGET_SECONDS // 3600}H",
            "end": "P0D",
            "metrics": [
                [{"expression": left, "label": self.title, "id": "left"}],
                *(_row(metric, {"id": each, "visible": False}) for each, metric in zip(ids, self.failed, strict=True)),
                _row(self.requests, {"id": "requests", "visible": False}),
            ],
        }


@dataclass(frozen=True, kw_only=True)
class AlarmList:
    """The state of alarms."""

    title: str
    alarm_arns: Sequence[str]
    width: int = GRID_COLUMNS
    height: int = 3

    def render(self, region: str) -> tuple[str, Json]:
        """Return the widget's type and properties."""
        return "alarm", {"title": self.title, "alarms": list(self.alarm_arns)}


@dataclass(frozen=True, kw_only=True)
class LogQuery:
    """A Logs Insights query, run when the dashboard is opened (scanned data is charged)."""

    title: str
    log_groups: Sequence[pulumi.Input[str]]
    query: str
    width: int = GRID_COLUMNS
    height: int = 6

    def render(self, region: str) -> tuple[str, Json]:
        """Return the widget's type and properties."""
        sources = [part for group in self.log_groups for part in ("SOURCE '", group, "' | ")]
        known = all(isinstance(part, str) for part in sources)
        query = (
            "".join(str(part) for part in sources) + self.query if known else pulumi.Output.concat(*sources, self.query)
        )
        return "log", {"title": self.title, "region": region, "view": "table", "query": query}


Widget = Text | Graph | Ratio | Budget | AlarmList | LogQuery


def body(widgets: Sequence[Widget], region: str) -> Json:
    """Return the dashboard body: widgets from left to right, a new row where the next one does not fit.

    Widgets without content (no metric, alarm or log group) are left out: their subject does not exist here.
    """
    placed: list[Json] = []
    x = y = row_height = 0
    for widget in widgets:
        if is_empty(widget):
            continue
        if x + widget.width > GRID_COLUMNS:
            x, y, row_height = 0, y + row_height, 0
        kind, properties = widget.render(region)
        placed.append(
            {"type": kind, "x": x, "y": y, "width": widget.width, "height": widget.height, "properties": properties}
        )
        x, row_height = x + widget.width, max(row_height, widget.height)
    return {"widgets": placed}


def is_empty(widget: Widget) -> bool:
    """Whether a widget has nothing to show."""
    match widget:
        case Graph(metrics=content) | AlarmList(alarm_arns=content) | LogQuery(log_groups=content):
            return not content
        case _:
            return False


def _row(metric: Metric, extra: Json | None = None) -> list[Any]:
    """Return a metric as the body writes it: namespace, name, dimension name and value in turn, options."""
    options: Json = {"stat": metric.statistic, **({"label": metric.label} if metric.label else {}), **(extra or {})}
    dimensions = [part for pair in metric.dimensions.items() for part in pair]
    return [metric.namespace, metric.name, *dimensions, options]
