"""Settings of what acts or judges by itself (AI-1): forecasts, DevOps Guru, risk scoring, self-healing."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

from contracts import names
from contracts.settings.base import Settings
from contracts.settings.kind import between, matching, named, one_of
from contracts.settings.kinds import LogRetention, Percent

INSTANCES = ("ml.t2.medium", "ml.t2.large", "ml.m5.large", "ml.c5.large")
"""Instance types of the scoring endpoint: small ones. https://aws.amazon.com/sagemaker/pricing/"""


def _model_problem(text: str) -> str | None:
    return names.unsafe_characters(text) or (None if text.endswith(".tar.gz") else "it is no such key")


ModelKey = Annotated[
    str,
    matching(
        r"[A-Za-z0-9][A-Za-z0-9._/-]*[.]tar[.]gz",
        "the key of an object that ends in .tar.gz",
        _model_problem,
        "upload the model artefact there first",
    ),
]


@unique
class ForecastMode(StrEnum):
    """What a forecast does."""

    FORECAST_ONLY = "ForecastOnly"
    """It is shown, and nothing scales by it: how one begins."""
    FORECAST_AND_SCALE = "ForecastAndScale"
    """Capacity is there before the load."""


class PredictiveScalingSettings(Settings):
    """Scaling by a forecast of CPU, learnt from two weeks, besides the steps of document 004."""

    mode: ForecastMode
    """ForecastOnly to look at it, ForecastAndScale to act on it."""
    target_cpu_percent: Annotated[int, between(10, 90, "percent")]
    """Average CPU for which capacity is planned."""
    buffer_seconds: Annotated[int, between(0, 3600, "seconds")]
    """How long before the hour capacity is brought."""


class DevOpsGuruSettings(Settings):
    """Amazon DevOps Guru on the resources of this stack."""

    least_severity: Annotated[str, one_of(("HIGH", "MEDIUM", "LOW"), "a severity of DevOps Guru")]
    """Insights below it are shown and not sent."""


class RiskScoringSettings(Settings):
    """A SageMaker endpoint that scores the risk of a change."""

    image: Annotated[str, named(names.IMAGE)]
    """Tag of the model server in the repository `<environment>/change-risk`: `POST /invocations`, `GET /ping`."""
    model_key: ModelKey | None
    """Object in the telemetry bucket: a .tar.gz with the trained model. Null at first: then only repository and bucket
    are made, to bring image and model there."""
    instance_type: Annotated[str, one_of(INSTANCES, "an instance type for the endpoint")]
    """One instance. Serverless endpoints have neither VPC nor network isolation nor data capture."""
    capture_percent: Percent
    """Share of requests kept, encrypted, in the logs bucket to judge the model by."""


@unique
class Remedy(StrEnum):
    """What an alarm may set off."""

    RESTART_SERVICE = "restart-service"
    """A service with unhealthy tasks gets new ones."""
    SCALE_OUT = "scale-out"
    """A service with high CPU gets one task more, up to the maximum of its scaling."""
    REDRIVE_DEAD_LETTERS = "redrive-dead-letters"
    """Dead letters go back to their queue, slowly."""
    ROTATE_CREDENTIALS = "rotate-credentials"
    """Many failed log-ins to the database: its master password is changed."""


class SelfHealingSettings(Settings):
    """Alarm → remedy, with guard rails."""

    remedies: tuple[Remedy, ...]
    """What may be done without a person."""
    cool_down_minutes: Annotated[int, between(5, 1440, "minutes")]
    """A remedy is not tried again on the same subject within so many minutes: the alarm then needs a person."""
    failed_logins: Annotated[int, between(1, 100_000, "in five minutes")]
    """Failed log-ins to the database from which on its password is changed."""
    log_retention_days: LogRetention
    """Retention of the log of what was done."""


class IntelligenceSettings(Settings):
    """Each member is a switch: null is off."""

    predictive_scaling: PredictiveScalingSettings | None = None
    """Forecasts are free; what is scaled by them is paid for. Off if left out."""
    devops_guru: DevOpsGuruSettings | None = None
    """About $2 to $3 a month for each resource it analyses: $100 to $200 for 50 that count. Off if left out."""
    risk_scoring: RiskScoringSettings | None = None
    """About $40 a month for one ml.t2.medium, day and night. Off if left out."""
    self_healing: SelfHealingSettings | None = None
    """Below $1 a month: state transitions and a log. Off if left out."""
