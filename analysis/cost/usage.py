"""What a resource graph cannot know: how much an environment is used in a month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a month of use is assumed to be."""

    nat_gb: Decimal
    lcu_average: Decimal
    """Mean load balancer capacity units; health checks do not count."""
    log_gb: Mapping[str, Decimal]
    """Prefix of a log group's name → GB taken in; the longest prefix wins, and one that is missing is unknown."""
    bucket_gb: Decimal
    """Per bucket."""
    bucket_thousand_writes: Decimal
    table_gb: Decimal
    """Per table."""
    table_million_reads: Decimal
    table_million_writes: Decimal
    image_gb: Decimal
    """Per image repository."""
    kms_ten_thousand_requests: Decimal
    """Per key."""


SMALL = Usage(
    # Five tasks pull 150 MB of collector image each on 22 mornings from the public registry; the rest is calls to APIs.
    nat_gb=Decimal(25),
    lcu_average=Decimal("0.1"),
    log_gb={
        "/aws/ecs/app-service-": Decimal(1),
        "/aws/ecs/execute-command-": Decimal("0.01"),
        "/aws/rds/": Decimal("0.2"),
        "/aws/elasticache/": Decimal("0.05"),
        "/aws/lambda/": Decimal("0.1"),
        "/aws/vpc/": Decimal(1),
    },
    bucket_gb=Decimal(2),
    bucket_thousand_writes=Decimal(10),
    table_gb=Decimal("0.5"),
    table_million_reads=Decimal("0.5"),
    table_million_writes=Decimal("0.2"),
    image_gb=Decimal("0.5"),
    kms_ten_thousand_requests=Decimal(2),
)
"""A handful of developers in office hours, with sample data only (004: development)."""
