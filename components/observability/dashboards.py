"""The executive, operations and development dashboards (OBS-2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

from components.observability.dashboard_plan import DashboardKind, widgets
from components.observability.subjects import Subjects
from components.observability.widgets import body

TOKEN = "atoll:observability:Dashboards"


@dataclass(frozen=True, kw_only=True)
class DashboardsArgs:
    """What is shown."""

    subjects: Subjects
    alarm_names: Sequence[str]
    latency_objective_seconds: float
    """Drawn as a line in the latency graphs; the threshold of the latency alarm."""
    availability_percent: float | None = None
    """Objective over 30 days, of which the error budget is shown; None for no such widget."""
    account_name: str | None = None
    """What the names carry in place of the environment: dashboards are the account's, not a region's."""


class Dashboards(pulumi.ComponentResource):
    """Three CloudWatch dashboards as code: is it up and what does it cost, what is unhealthy, how do services behave.

    Costs nothing for the first three dashboards of an account with up to 50 metrics each, then USD 3 a month and
    dashboard. Opening the development dashboard runs a Logs Insights query over the log groups (USD 0.005 a GB
    scanned).

    Source: OBS-2; Amazon CloudWatch API Reference, "Dashboard body structure and syntax".
    """

    names: tuple[str, ...]

    def __init__(self, name: str, *, args: DashboardsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the dashboards."""
        super().__init__(TOKEN, name, None, opts)
        shown_as = args.account_name or args.subjects.environment
        for kind in DashboardKind:
            shown = widgets(
                kind,
                args.subjects,
                alarm_names=args.alarm_names,
                latency_objective_seconds=args.latency_objective_seconds,
                availability_percent=args.availability_percent,
            )
            cloudwatch.Dashboard(
                f"{name}-dashboard-{kind}",
                dashboard_name=dashboard_name(shown_as, kind),
                dashboard_body=pulumi.Output.json_dumps(body(shown, args.subjects.region)),
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.names = tuple(dashboard_name(shown_as, kind) for kind in DashboardKind)
        self.register_outputs({"names": list(self.names)})


def dashboard_name(environment: str, kind: DashboardKind) -> str:
    """Return the physical name of one dashboard."""
    return f"atoll-{environment}-{kind}"
