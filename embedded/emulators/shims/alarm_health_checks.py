"""Health checks of alarms: they have an alarm and an answer for want of data, and nothing of an endpoint's check."""

# pyright: basic, reportAttributeAccessIssue=false

from __future__ import annotations

from typing import Any

from moto.route53.models import HealthCheck
from moto.route53.responses import Route53

REASON = "moto's Route 53 forgets the alarm of a health check and shows it with the port and interval of an endpoint's."
KIND = "CLOUDWATCH_METRIC"
TOLD = ("AlarmIdentifier", "InsufficientDataHealthStatus")
ENDPOINT_ONLY = ("IPAddress", "Port", "RequestInterval", "FailureThreshold", "MeasureLatency")


def apply() -> None:
    """Keep what a check of an alarm is told, and show no more than that."""
    original: Any = HealthCheck.health_check_config
    create, update = Route53.create_health_check, Route53.update_health_check

    def told(self: Route53) -> dict[str, Any]:
        config = self._get_param("HealthCheckConfig") or {}  # a change has its members beside the id
        values = {name: config.get(name, self._get_param(name)) for name in TOLD}
        return {name: value for name, value in values.items() if value is not None}

    def remembering(self: Route53, answer: Any) -> Any:
        check = answer.result["HealthCheck"] if isinstance(answer.result, dict) else None
        if isinstance(check, HealthCheck):
            check.__dict__.setdefault("alarm", {}).update(told(self))
        return answer

    def config(self: HealthCheck) -> dict[str, Any]:
        shown = original.fget(self)
        if self.type_ != KIND:
            return shown
        kept = {name: value for name, value in shown.items() if name not in ENDPOINT_ONLY}
        return kept | self.__dict__.get("alarm", {})

    HealthCheck.health_check_config = property(config)
    Route53.create_health_check = lambda self: remembering(self, create(self))
    Route53.update_health_check = lambda self: remembering(self, update(self))
