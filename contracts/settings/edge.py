"""Settings of the regional edge: load balancer, certificate, web ACL (EDGE-4)."""

from __future__ import annotations

from contracts.settings.base import Settings


class EdgeSettings(Settings):
    """The internet-facing application load balancer."""

    domain: str
    """DNS name the certificate is issued for, such as `dev.atoll.example`."""
    tls_policy: str
    """ELB security policy of the HTTPS listener."""
    idle_timeout_seconds: int
    access_logs: bool
    access_log_retention_days: int
    web_acl: bool
    """Associate a regional WAF web ACL with the load balancer."""
    web_acl_rate_limit: int
    """Requests that one address may send in five minutes before it is blocked, 10–2,000,000,000."""
