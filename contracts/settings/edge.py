"""Settings of the edge: load balancer, certificate, web ACL (EDGE-4), and the split between regions (EDGE-1)."""

from __future__ import annotations

from typing import Annotated

from contracts.settings.base import Settings
from contracts.settings.kind import between
from contracts.settings.kinds import Domain, LogicalName, Percent, TlsPolicy


class EdgeSettings(Settings):
    """The internet-facing application load balancer."""

    domain: Domain
    """DNS name the certificate is issued for, such as `dev.atoll.example`."""
    tls_policy: TlsPolicy
    """ELB security policy of the HTTPS listener, with TLS 1.2 or newer."""
    idle_timeout_seconds: Annotated[int, between(1, 4000, "seconds")]
    """Seconds after which an idle connection is closed, 1 to 4000."""
    access_logs: bool
    """Write access logs to the logs bucket."""
    access_log_retention_days: Annotated[int, between(1, 3650, "days")]
    """Days that access logs are kept in the bucket."""
    web_acl: bool
    """Associate a regional WAF web ACL with the load balancer."""
    web_acl_rate_limit: Annotated[int, between(10, 2_000_000_000, "requests in five minutes")]
    """Requests that one address may send in five minutes before the web ACL blocks it."""


class TrafficSettings(Settings):
    """How an environment's traffic is split between its region stacks (003: 70 % and 30 %)."""

    weight_percent: dict[LogicalName, Percent]
    """Address block of a region stack (`prod`, `prod-west`) → its share in percent; together 100.

    By stack and not by region, so that moving a stack to another region leaves the split alone.
    """
