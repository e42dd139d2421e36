"""Settings of the parts of the global stack: DNS, CDN, firewall, accelerator, replication, peering."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

from contracts.settings.base import Settings
from contracts.settings.connectivity import Segment
from contracts.settings.edge import WebAclSettings
from contracts.settings.kind import Kind, between, matching, one_of
from contracts.settings.kinds import AddressBlock, Domain, LogRetention, Percent, Region, UrlPath

HOME_REGION = "us-east-1"
"""Where AWS keeps what has no region: certificates and web ACLs of CloudFront, DNSSEC keys, metrics of Route 53."""

CHECKER_REGIONS = (
    "us-east-1",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "sa-east-1",
)
"""Regions of Route 53's health checkers, of which a check takes at least three.
https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html"""
VIEWER_TLS = ("TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025")
"""Security policies of CloudFront without TLS 1.1; each of them offers TLS 1.3.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html"""


def _zone_id_problem(text: str) -> str | None:
    shape = text.isascii() and text.isalnum() and text == text.upper()
    return None if shape and text.startswith("Z") and 2 <= len(text) <= 32 else "it does not look like Z…"


CheckerRegion = Annotated[str, one_of(CHECKER_REGIONS, "a region with health checkers")]
HostLabel = Annotated[
    str,
    matching(
        "[a-z0-9]([a-z0-9-]*[a-z0-9])?",
        "one part of a DNS name in lower case, such as api",
        lambda text: None if "." not in text and len(text) <= 63 else "it is more than one part",
    ),
]
ZoneId = Annotated[
    str,
    matching(
        "Z[A-Z0-9]{1,31}",
        "the id of a public hosted zone, such as Z0123456789ABCDEFGHIJ",
        _zone_id_problem,
        "`aws route53 list-hosted-zones` shows it",
    ),
]
Ttl = Annotated[int, between(1, 3600, "seconds")]
CheckInterval = Annotated[int, one_of((10, 30), "seconds between two requests of one checker")]
PathPattern = Annotated[
    str,
    Kind(
        "a path pattern of CloudFront that begins with /, such as /api/*, at most 255 characters",
        lambda text: None if text.startswith("/") and len(text) <= 255 and text.isascii() else "it is no such pattern",
        {"pattern": "^/", "maxLength": 255},
        "begin it with /",
    ),
]


@unique
class RoutingPolicy(StrEnum):
    """How DNS chooses among the regions that are healthy."""

    WEIGHTED = "weighted"
    """By each region's `weight_percent` (003: 70 and 30)."""
    LATENCY = "latency"
    """The region that answers the client's network fastest; weights are not asked."""
    FAILOVER = "failover"
    """The region with the greatest weight alone, the other one when it fails."""


@unique
class ReplicatedBucket(StrEnum):
    """Buckets of a region stack that may be replicated; logs stay where they were written."""

    ASSETS = "assets"
    UPLOADS = "uploads"
    BACKUPS = "backups"


class RegionShareSettings(Settings):
    """One region stack, and its share of the traffic."""

    region: Region
    """Region of the stack, as its own settings say."""
    weight_percent: Percent
    """Its share in percent; all together are 100. A region with 0 stands by."""
    blocks: tuple[AddressBlock, ...] = ()
    """Blocks of the address plan that lie there and that the other region may reach over `peering`; the stack's own
    alone if left out."""


class HealthCheckSettings(Settings):
    """How Route 53 finds out that a region does not answer: USD 2.50 a month for each (HTTPS, every 10 seconds)."""

    path: UrlPath
    """Path that answers 200 to 399 within four seconds when the region can serve."""
    interval_seconds: CheckInterval
    """Seconds between two requests of one checker, 10 or 30."""
    threshold: Annotated[int, between(1, 10, "answers")]
    """Answers in a row that change a checker's mind; a region is unhealthy when fewer than 18 % say it is healthy."""
    regions: tuple[CheckerRegion, ...]
    """Regions whose checkers ask, at least three."""

    @property
    def detection_seconds(self) -> int:
        """Seconds until a checker has seen enough to say that a region does not answer."""
        return self.interval_seconds * self.threshold


class DnsSettings(Settings):
    """The zone and its answers (EDGE-1): USD 0.50 a month, USD 0.40 per million questions."""

    zone: Domain
    """Public zone, such as `atoll.example`; the registrar has to name its servers once."""
    zone_id: ZoneId | None = None
    """Zone that is there already, whose DNSSEC and query log are looked after where it was made; left out, it
    is made here."""
    record: HostLabel
    """Name within the zone that leads to the regions, such as `api`."""
    policy: RoutingPolicy
    """How a region is chosen: `weighted`, `latency` or `failover`."""
    ttl_seconds: Ttl
    """Seconds that resolvers keep an answer; detection and this together are how long a failover takes."""
    health: HealthCheckSettings
    """How a region is found to be lost."""
    dnssec: bool
    """Sign the zone; USD 1 a month for the key. The registrar is given the DS record, an output of the stack, after."""
    query_log_retention_days: LogRetention
    """Days that questions are kept in CloudWatch Logs (us-east-1)."""

    @property
    def change_seconds(self) -> int:
        """Seconds until a client that honours the TTL is led away from a region that does not answer."""
        return self.health.detection_seconds + self.ttl_seconds


class RealTimeLogSettings(Settings):
    """A record of requests seconds after they were made (Kinesis): USD 0.01 per million lines, and the stream."""

    sampling_percent: Annotated[int, between(1, 100, "percent")]
    """Share of the requests."""
    retention_hours: Annotated[int, between(24, 8760, "hours")]
    """Hours that the stream keeps them, for readers that fell behind."""


class CdnSettings(Settings):
    """The CloudFront distribution (EDGE-2): USD 0.085 a GB, USD 1 per million HTTPS requests in North America."""

    domain: Domain
    """Name that viewers use: the zone, or a name within it."""
    tls: Annotated[str, one_of(VIEWER_TLS, "a security policy of CloudFront with TLS 1.2 or newer")]
    """Least that a viewer must speak; TLS 1.3 is offered by all of them."""
    price_class: Annotated[str, one_of(("PriceClass_100", "PriceClass_200", "PriceClass_All"), "a price class")]
    """Edge locations that serve: North America and Europe alone, all but the dearest, or all."""
    write_paths: tuple[PathPattern, ...]
    """Paths that take POST and PUT. CloudFront fails over for GET, HEAD and OPTIONS alone, so these are led by DNS."""
    asset_path: PathPattern = "/assets/*"
    """Path of the static assets, which come from the regions' buckets; `/assets/*` if left out."""
    connection_attempts: Annotated[int, between(1, 3, "attempts")] = 1
    """Attempts to connect to a region before the other one is asked; one if left out."""
    connection_timeout_seconds: Annotated[int, between(1, 10, "seconds")] = 2
    """Seconds of each attempt; two if left out."""
    real_time_logs: RealTimeLogSettings | None = None
    """Requests as a stream; none if left out. From USD 29 a month for the stream."""

    @property
    def failover_seconds(self) -> int:
        """Seconds that a request waits at most before CloudFront asks the other region."""
        return self.connection_attempts * self.connection_timeout_seconds


class FirewallSettings(Settings):
    """The web ACL before CloudFront (EDGE-3): USD 5 a month, USD 1 for each rule, USD 0.60 per million requests."""

    rate_limit: Annotated[int, between(10, 2_000_000_000, "requests in five minutes")]
    """Requests that one address may send in five minutes before it is blocked."""
    rules: WebAclSettings
    """What is refused beside floods, and the log."""


class AcceleratorSettings(Settings):
    """Global Accelerator: a way between regions without DNS, USD 18 a month and from USD 0.015 a GB (EDGE-1).

    Its two addresses never change, so that no cached answer delays a failover: at most 30 seconds after a load balancer
    is unhealthy. `dns.record` leads to it instead of to the regions, and `dns.policy` is not asked. A region's share is
    a traffic dial: of the clients nearest to it, so many percent are served there and the others elsewhere.
    """

    health_interval_seconds: CheckInterval
    """Seconds between two checks."""
    health_threshold: Annotated[int, between(1, 10, "answers")]
    """Checks in a row that change its mind."""
    client_affinity: bool = False
    """Keep a client in one region; left out, each connection is free."""


class ReplicationSettings(Settings):
    """Buckets that both regions have (STO-1): USD 0.02 a GB between regions, and a second copy of every object."""

    buckets: tuple[ReplicatedBucket, ...]
    """Buckets that are replicated, each way."""
    time_control: bool
    """Replication time control: 99.9 % within 15 minutes by AWS's SLA, USD 0.015 a GB; without it nothing is
    promised."""


class PeeringSettings(Settings):
    """A peering of the regions' transit gateways (NET-5): USD 36.50 a month on each side, from USD 0.02 a GB."""

    known_to: tuple[Segment, ...] = (Segment.WORKLOAD, Segment.SHARED, Segment.EGRESS)
    """Segments that know the way to the other region: workload, shared and egress if left out."""
