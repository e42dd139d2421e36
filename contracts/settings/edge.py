"""Settings of the edge: load balancer, certificate, web ACL (EDGE-4), and the split between regions (EDGE-1)."""

from __future__ import annotations

from typing import Annotated

from contracts.settings.base import Settings
from contracts.settings.kind import between, one_of, shaped
from contracts.settings.kinds import Domain, Email, LogicalName, LogRetention, Percent, TlsPolicy

Country = Annotated[
    str,
    shaped("[A-Z]{2}", "a country of ISO 3166 in two capitals", "write it like CH"),
]
Cidr = Annotated[
    str,
    shaped(
        r"[0-9]{1,3}(\.[0-9]{1,3}){3}/([1-9]|[12][0-9]|3[0-2])",
        "an IPv4 range such as 203.0.113.0/24",
        "write it like 203.0.113.7/32",
    ),
]
Phone = Annotated[
    str,
    shaped(
        r"\+[1-9][0-9]{6,14}",
        "a number with its country, such as +12025550123",
        "begin with + and the country",
    ),
]
ManagedRules = Annotated[
    str,
    one_of(
        (
            "AWSManagedRulesAmazonIpReputationList",
            "AWSManagedRulesAnonymousIpList",
            "AWSManagedRulesCommonRuleSet",
            "AWSManagedRulesKnownBadInputsRuleSet",
            "AWSManagedRulesSQLiRuleSet",
            "AWSManagedRulesLinuxRuleSet",
        ),
        "a free rule group of AWS",
    ),
]


class WebAclSettings(Settings):
    """What the web ACL refuses beside floods; each rule costs USD 1 a month, its log USD 0.50 a GB."""

    managed_rules: tuple[ManagedRules, ...]
    """AWS's rule groups; the common one is needed."""
    blocked_countries: tuple[Country, ...] = ()
    """Countries whose requests are refused; none if left out."""
    always_allowed: tuple[Cidr, ...] = ()
    """Addresses that no other rule is asked about, such as those of monitoring; none if left out."""
    always_blocked: tuple[Cidr, ...] = ()
    """Addresses that are refused; none if left out."""
    longest_body_bytes: Annotated[int, between(1, 8192, "bytes")] | None = None
    """Longest body of a request, at most the 8 KiB that WAF reads before a load balancer; any if left out."""
    log_retention_days: LogRetention
    """Days that requests which were blocked or counted are kept in CloudWatch Logs."""


class ShieldContact(Settings):
    """Whom AWS's response team calls."""

    email: Email
    """Address."""
    phone: Phone
    """Number with country."""


class ShieldSettings(Settings):
    """Shield Advanced: USD 3,000 a month for the organization, with a commitment of a year."""

    subscribe: bool
    """Subscribe this account; false where the organization's payer has."""
    automatic_response: bool
    """Let Shield add rules to the web ACL while it is attacked."""
    contacts: tuple[ShieldContact, ...]
    """Whom the response team calls when the health check fails during an attack; none for no such calls."""


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
    web_acl_rules: WebAclSettings | None = None
    """What the web ACL refuses beside floods, and its log; AWS's three basic groups and no log if left out."""
    shield: ShieldSettings | None = None
    """Shield Advanced for the load balancer; the standard protection, which is free, if left out."""


class TrafficSettings(Settings):
    """How an environment's traffic is split between its region stacks (003: 70 % and 30 %)."""

    weight_percent: dict[LogicalName, Percent]
    """Address block of a region stack (`prod`, `prod-west`) → its share in percent; together 100.

    By stack and not by region, so that moving a stack to another region leaves the split alone.
    """
