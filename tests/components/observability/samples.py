"""Settings and subjects for the tests of this folder; every value is stated here, none is read from a stack file."""

from __future__ import annotations

from typing import Any

from components.observability import Subjects
from contracts.settings.operations import AlarmGroup, AlarmThresholds, ObservabilitySettings
from tests.kit import ACCOUNT, REGION

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/messaging"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:atoll-test-alarms"
BALANCER = "app/test-alb/1"


def settings(**changes: Any) -> ObservabilitySettings:
    """Every group of alarms, no anomaly detection and no composite."""
    values: dict[str, Any] = {
        "lambda_log_retention_days": 14,
        "database_log_retention_days": 7,
        "cpu_alarm_percent": 80,
        "alarms": tuple(AlarmGroup),
        "alarm_thresholds": AlarmThresholds(
            database_free_storage_gib=4,
            database_connections=60,
            cache_memory_percent=75,
            cache_evictions=100,
            server_errors=10,
            latency_p95_milliseconds=200,
            error_count=20,
        ),
        "composite_alarm": False,
        "anomaly_detection": False,
        "dashboards": True,
        "notification_emails": (),
    }
    return ObservabilitySettings(**(values | changes))


def subjects(**changes: Any) -> Subjects:
    """Two services of which one takes requests, and one of everything else."""
    values: dict[str, Any] = {
        "environment": "test",
        "region": REGION,
        "account_id": ACCOUNT,
        "cluster_name": "atoll-test",
        "service_names": {"user": "user-1", "jobs": "jobs-1"},
        "load_balancer": BALANCER,
        "target_groups": {"user": "targetgroup/user/1"},
        "database": "atoll-test",
        "cache_nodes": ("atoll-test-0001-001",),
        "tables": {"orders": "atoll-test-orders"},
        "log_groups": {"services": "/aws/ecs/app-service-test", "functions": "/aws/lambda/platform-functions"},
    }
    return Subjects(**(values | changes))


NOTHING = Subjects(environment="test", region=REGION, account_id=ACCOUNT)
"""An environment in which nothing is watched."""
