"""Alarms that follow from a contract's SLO: error rate and p95 latency of what serves it (CON-4, OBS-6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

from components.observability.burn_rate import Objective, Source
from components.observability.burn_rate_alarms import BurnRateAlarms, BurnRateAlarmsArgs
from contracts.services.contract import Slo

TOKEN = "atoll:observability:SloAlarms"
PERIOD_SECONDS = 300
BREACHES = 3
"""Periods in a row that must be bad, or one slow start would ring."""

Dimensions = Mapping[str, pulumi.Input[str]]


@dataclass(frozen=True, kw_only=True)
class Served:
    """One thing that serves requests: which metrics tell how well."""

    key: str
    """Stable key in names, such as `function-APIProcessing`."""
    namespace: str
    dimensions: Dimensions
    requests: str
    """Metric that counts requests."""
    errors: Sequence[str]
    """Metrics that count failed ones."""
    latency: str | None
    """Metric in milliseconds; None where the time says nothing, as for a workflow that waits for people."""


def http_api(key: str, api_id: pulumi.Input[str]) -> Served:
    """An HTTP API. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html"""
    return Served(
        key=f"http-{key}",
        namespace="AWS/ApiGateway",
        dimensions={"ApiId": api_id},
        requests="Count",
        errors=("5xx",),
        latency="Latency",
    )


def rest_api(key: str, name: pulumi.Input[str]) -> Served:
    """A REST API, which is told by its name. https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html"""
    return Served(
        key=f"http-{key}",
        namespace="AWS/ApiGateway",
        dimensions={"ApiName": name},
        requests="Count",
        errors=("5XXError",),
        latency="Latency",
    )


def function(key: str, name: pulumi.Input[str]) -> Served:
    """A function. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    return Served(
        key=f"function-{key}",
        namespace="AWS/Lambda",
        dimensions={"FunctionName": name},
        requests="Invocations",
        errors=("Errors",),
        latency="Duration",
    )


def workflow(key: str, arn: pulumi.Input[str], *, timed: bool) -> Served:
    """A state machine. https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html"""
    return Served(
        key=f"workflow-{key}",
        namespace="AWS/States",
        dimensions={"StateMachineArn": arn},
        requests="ExecutionsStarted",
        errors=("ExecutionsFailed", "ExecutionsTimedOut"),
        latency="ExecutionTime" if timed else None,
    )


@dataclass(frozen=True, kw_only=True)
class SloAlarmsArgs:
    """What was promised, what serves it, and who is told."""

    slo: Slo
    served: Sequence[Served]
    topic_arn: pulumi.Input[str]
    burn_rates: bool = False
    """Also watch how fast each API burns its error budget; functions and workflows have thresholds alone."""


class SloAlarms(pulumi.ComponentResource):
    """For each thing that serves requests an alarm on its error rate, and one on its p95 latency.

    The error rate is the failed share of the requests in five minutes, three times in a row above what the contract
    allows; latency likewise. No traffic is no alarm. Availability over 30 days is a budget, not a threshold: with
    `burn_rates` each API has four pairs of windows on it (`BurnRateAlarms`, USD 3.60 a month). Costs
    USD 0.30 a month for an error rate of two metrics, 0.10 for a latency.
    Source: CON-4, OBS-6; Amazon CloudWatch User Guide, "Using metric math".
    """

    alarm_names: tuple[str, ...]

    def __init__(self, name: str, *, args: SloAlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, f"{name}-slo", None, opts)
        self._name, self._args = name, args
        made = [alarm for served in args.served for alarm in self._watch(served)]
        budgets = [of_requests(served, args.slo) for served in args.served if served.key.startswith("http-")]
        if args.burn_rates and budgets:
            burning = BurnRateAlarmsArgs(prefix=name, objectives=budgets, topic_arn=args.topic_arn)
            child = pulumi.ResourceOptions(parent=self)
            made += BurnRateAlarms(f"{name}-budget", args=burning, opts=child).alarm_names
        self.alarm_names = tuple(made)
        self.register_outputs({"alarm_names": list(self.alarm_names)})

    def _watch(self, served: Served) -> Iterator[str]:
        allowed = self._args.slo.error_rate_percent
        label = f"{self._name}-{served.key}"
        yield self._alarm(
            f"{label}-error-rate",
            f"More than {allowed:g} % of requests fail, which the contract does not allow.",
            threshold=allowed,
            queries=_error_rate(served),
        )
        if served.latency is not None:
            milliseconds = self._args.slo.latency_p95_ms
            yield self._alarm(
                f"{label}-latency",
                f"One request in twenty takes longer than the {milliseconds} ms of the contract.",
                threshold=milliseconds,
                queries=[_metric("latency", served, served.latency, "p95", shown=True)],
            )

    def _alarm(
        self, alarm: str, description: str, *, threshold: float, queries: list[cloudwatch.MetricAlarmMetricQueryArgs]
    ) -> str:
        cloudwatch.MetricAlarm(
            alarm,
            name=alarm,
            alarm_description=description,
            comparison_operator="GreaterThanThreshold",
            threshold=threshold,
            evaluation_periods=BREACHES,
            datapoints_to_alarm=BREACHES,
            treat_missing_data="notBreaching",
            metric_queries=queries,
            alarm_actions=[self._args.topic_arn],
            ok_actions=[self._args.topic_arn],
            opts=pulumi.ResourceOptions(parent=self),
        )
        return alarm


def of_requests(served: Served, slo: Slo) -> Objective:
    """Requests of an API that fail, against the availability that its contract promises."""

    def source(id_: str, metric: str) -> Source:
        return Source(id=id_, namespace=served.namespace, metric=metric, dimensions=served.dimensions)

    ids = [f"errors{index}" for index in range(len(served.errors))]
    return Objective(
        key=served.key,
        what="requests fail",
        allowed_percent=round(100 - slo.availability_percent, 6),
        bad_percent=f"100 * ({' + '.join(f'FILL({each}, 0)' for each in ids)}) / requests",
        sources=(
            source("requests", served.requests),
            *(source(each, metric) for each, metric in zip(ids, served.errors, strict=True)),
        ),
    )


def _error_rate(served: Served) -> list[cloudwatch.MetricAlarmMetricQueryArgs]:
    ids = [f"errors{index}" for index in range(len(served.errors))]
    return [
        cloudwatch.MetricAlarmMetricQueryArgs(
            id="rate", expression=f"100 * ({' + '.join(ids)}) / requests", label="error rate", return_data=True
        ),
        _metric("requests", served, served.requests, "Sum"),
        *(_metric(id_, served, metric, "Sum") for id_, metric in zip(ids, served.errors, strict=True)),
    ]


def _metric(
    id_: str, served: Served, metric: str, statistic: str, *, shown: bool = False
) -> cloudwatch.MetricAlarmMetricQueryArgs:
    return cloudwatch.MetricAlarmMetricQueryArgs(
        id=id_,
        return_data=shown,
        metric=cloudwatch.MetricAlarmMetricQueryMetricArgs(
            namespace=served.namespace,
            metric_name=metric,
            dimensions=dict(served.dimensions),
            stat=statistic,
            period=PERIOD_SECONDS,
        ),
    )
