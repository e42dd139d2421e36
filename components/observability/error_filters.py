"""The metric filter ErrorCount on log groups (OBS-1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

from components.observability.metrics import ERROR_COUNT, platform_namespace

TOKEN = "atoll:observability:ErrorFilters"
PATTERN = "ERROR"


@dataclass(frozen=True, kw_only=True)
class ErrorFiltersArgs:
    """Which log groups are counted."""

    environment: str
    log_groups: Mapping[str, pulumi.Input[str]]
    """Stable key, such as `ecs` → log group name."""


class ErrorFilters(pulumi.ComponentResource):
    """Counts log lines with the term ERROR, as document 002 asks: filter `ErrorCount`, pattern `ERROR`.

    One filter a log group, all feeding the one metric `ErrorCount` in `Atoll/<environment>`. Which group it was is a
    Logs Insights query away (the development dashboard has it). Costs USD 0.30 a month for the metric; filters are
    free.

    Source: OBS-1; Amazon CloudWatch Logs User Guide, "Filter pattern syntax for metric filters".
    """

    def __init__(self, name: str, *, args: ErrorFiltersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make a filter on each log group."""
        super().__init__(TOKEN, name, None, opts)
        for key, log_group in args.log_groups.items():
            cloudwatch.LogMetricFilter(
                f"{name}-errors-{key}",
                name=ERROR_COUNT,
                log_group_name=log_group,
                pattern=PATTERN,
                metric_transformation=cloudwatch.LogMetricFilterMetricTransformationArgs(
                    name=ERROR_COUNT,
                    namespace=platform_namespace(args.environment),
                    value="1",
                    default_value="0",
                    unit="Count",
                ),
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
