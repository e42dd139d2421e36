from __future__ import annotations

import pytest

from components.observability.metrics import Metric, platform_namespace


def test_metric_is_accepted_when_its_service_publishes_it() -> None:
    assert not Metric("AWS/RDS", "CPUUtilization", {"DBInstanceIdentifier": "x"}, "Average").is_percentile
    assert Metric("AWS/ApplicationELB", "TargetResponseTime", {"LoadBalancer": "x"}, "p95").is_percentile
    assert Metric(platform_namespace("dev"), "ErrorCount", {}, "Sum").namespace == "Atoll/dev"


@pytest.mark.parametrize(
    ("namespace", "name", "dimensions", "message"),
    [
        ("AWS/Nothing", "CPUUtilization", (), r"metric namespace AWS/Nothing is unknown; known: AWS/ApplicationELB, "),
        (
            "AWS/RDS",
            "CpuUtilization",
            ("DBInstanceIdentifier",),
            r"AWS/RDS has no metric CpuUtilization; it has Aurora",
        ),
        # Fargate does not publish CPU for a cluster as a whole.
        (
            "AWS/ECS",
            "CPUUtilization",
            ("ClusterName",),
            r"AWS/ECS CPUUtilization is published with \{ClusterName, ServiceName\}, not \{ClusterName\}",
        ),
        ("Atoll", "ErrorCount", ("Environment",), r"published with \{\}, not \{Environment\}"),
        ("Atollish/dev", "ErrorCount", (), r"metric namespace Atollish/dev is unknown"),
    ],
)
def test_metric_is_refused_when_it_would_stay_empty(
    namespace: str, name: str, dimensions: tuple[str, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Metric(namespace, name, dict.fromkeys(dimensions, "x"), "Average")
