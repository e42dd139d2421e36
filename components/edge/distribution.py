"""The CloudFront distribution before both regions (EDGE-2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudfront

from components.edge import behaviours
from components.edge.origin_record import AliasTarget, alias
from contracts.settings.global_layer import CdnSettings

TOKEN = "atoll:edge:Distribution"
ORIGIN_TLS = "TLSv1.2"
"""What CloudFront speaks to load balancers; it knows no newer one for origins."""
ORIGIN_READ_SECONDS = 30
ORIGIN_KEEP_ALIVE_SECONDS = 5
FAILED = (500, 502, 503, 504)
"""Statuses after which the other region is asked; a region that does not answer counts as 504."""
NOT_THERE = (403, 404)
"""What a bucket answers for an object that has not been replicated to it yet."""
APPLICATION, ASSETS, TRAFFIC = "application", "assets", "traffic"
SHIELDS = {
    "us-east-1": "us-east-1",
    "us-east-2": "us-east-2",
    "us-west-2": "us-west-2",
    "ca-central-1": "us-east-1",
    "eu-central-1": "eu-central-1",
    "eu-north-1": "eu-west-2",
    "eu-west-1": "eu-west-1",
    "eu-west-2": "eu-west-2",
    "eu-west-3": "eu-west-2",
    "ap-northeast-1": "ap-northeast-1",
    "ap-south-1": "ap-south-1",
    "ap-southeast-1": "ap-southeast-1",
    "ap-southeast-2": "ap-southeast-2",
    "sa-east-1": "sa-east-1",
}
"""Region → the nearest one with Origin Shield.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-shield.html#choose-origin-shield-region"""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """One region, as CloudFront sees it."""

    host: pulumi.Input[str]
    """Name of its load balancer, for which that has a certificate."""
    region: str
    assets_bucket: pulumi.Input[str]
    """Name of its bucket of static assets."""


@dataclass(frozen=True, kw_only=True)
class DistributionArgs:
    """Wiring of the distribution."""

    settings: CdnSettings
    zone_id: pulumi.Input[str]
    certificate_arn: pulumi.Input[str]
    """Certificate of us-east-1 for `settings.domain`."""
    web_acl_arn: pulumi.Input[str]
    traffic_host: pulumi.Input[str]
    """Name that DNS or an accelerator leads to a healthy region."""
    origins: Mapping[str, Origin]
    """Stack → region; the first is asked first."""
    stream_config_arn: pulumi.Input[str] | None = None
    """Configuration of the request stream; None for no stream."""


class Distribution(pulumi.ComponentResource):
    """One name for the world: reads fail over between regions by request, writes by DNS, assets between buckets.

    Makes: the origin access control, the cache policy of the application, the policy of security headers, the
    distribution and its alias records (A, AAAA). Three ways lead to the regions: `settings.write_paths` to
    `traffic_host`, any method, never cached; assets and the root document to the regions' buckets in turn; all else,
    reads alone, to the regions' load balancers in turn, cached as long as they say.
    Costs: from USD 0.085 a GB, USD 0.01 per 10,000 HTTPS requests; Origin Shield USD 0.0075 per 10,000 requests to it.
    Does not: let buckets be read: the region stacks' bucket and key policies admit distributions of the account. Fail
    over a write: CloudFront repeats GET, HEAD and OPTIONS alone.
    Units: seconds. Errors: KeyError for a region without Origin Shield in `SHIELDS`.
    Source: EDGE-2;
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
    """

    id: pulumi.Output[str]
    arn: pulumi.Output[str]
    dns_name: pulumi.Output[str]

    def __init__(self, name: str, *, args: DistributionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-distribution` and what it refers to."""
        super().__init__(TOKEN, name, None, opts)
        self._name, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        settings = args.settings
        access = cloudfront.OriginAccessControl(
            f"{name}-access",
            name=name,
            description="CloudFront reads the buckets of assets",
            origin_access_control_origin_type="s3",
            signing_behavior="always",
            signing_protocol="sigv4",
            opts=self._child,
        )
        policies = behaviours.make_policies(name, args.stream_config_arn, parent=self)
        distribution = cloudfront.Distribution(
            f"{name}-distribution",
            enabled=True,
            is_ipv6_enabled=True,
            http_version="http2and3",
            comment=f"Leads {settings.domain} to the regions",
            aliases=[settings.domain],
            price_class=settings.price_class,
            default_root_object=behaviours.ROOT_DOCUMENT,
            web_acl_id=args.web_acl_arn,
            origins=[*self._balancers(), *self._buckets(access.id), self._traffic()],
            origin_groups=[
                _group(APPLICATION, args.origins, FAILED),
                _group(ASSETS, args.origins, (*FAILED, *NOT_THERE)),
            ],
            default_cache_behavior=behaviours.reads(APPLICATION, policies),
            ordered_cache_behaviors=[
                *(behaviours.writes(TRAFFIC, path, policies) for path in settings.write_paths),
                *(
                    behaviours.assets(ASSETS, path, policies)
                    for path in (settings.asset_path, f"/{behaviours.ROOT_DOCUMENT}")
                ),
            ],
            restrictions=cloudfront.DistributionRestrictionsArgs(
                # The web ACL refuses countries, by settings.
                geo_restriction=cloudfront.DistributionRestrictionsGeoRestrictionArgs(restriction_type="none")
            ),
            viewer_certificate=cloudfront.DistributionViewerCertificateArgs(
                acm_certificate_arn=args.certificate_arn,
                minimum_protocol_version=settings.tls,
                ssl_support_method="sni-only",
            ),
            opts=self._child,
        )
        target = AliasTarget(dns_name=distribution.domain_name, zone_id=distribution.hosted_zone_id)
        for kind in ("A", "AAAA"):
            alias(f"{name}-record-{kind.lower()}", args.zone_id, settings.domain, kind, target, parent=self)
        self.id, self.arn, self.dns_name = distribution.id, distribution.arn, distribution.domain_name
        self.register_outputs({"id": self.id, "arn": self.arn, "dns_name": self.dns_name})

    def _balancers(self) -> list[cloudfront.DistributionOriginArgs]:
        settings = self._args.settings
        return [
            cloudfront.DistributionOriginArgs(
                origin_id=_member(APPLICATION, stack),
                domain_name=origin.host,
                connection_attempts=settings.connection_attempts,
                connection_timeout=settings.connection_timeout_seconds,
                custom_origin_config=_https(),
                origin_shield=_shield(origin.region),
            )
            for stack, origin in self._args.origins.items()
        ]

    def _buckets(self, access: pulumi.Input[str]) -> list[cloudfront.DistributionOriginArgs]:
        settings = self._args.settings
        return [
            cloudfront.DistributionOriginArgs(
                origin_id=_member(ASSETS, stack),
                domain_name=pulumi.Output.format("{0}.s3.{1}.amazonaws.com", origin.assets_bucket, origin.region),
                connection_attempts=settings.connection_attempts,
                connection_timeout=settings.connection_timeout_seconds,
                origin_access_control_id=access,
                origin_shield=_shield(origin.region),
            )
            for stack, origin in self._args.origins.items()
        ]

    def _traffic(self) -> cloudfront.DistributionOriginArgs:
        """The way of writes. No shield: it stands in one region, and this way leads to either."""
        settings = self._args.settings
        return cloudfront.DistributionOriginArgs(
            origin_id=TRAFFIC,
            domain_name=self._args.traffic_host,
            connection_attempts=settings.connection_attempts,
            connection_timeout=settings.connection_timeout_seconds,
            custom_origin_config=_https(),
        )


def _https() -> cloudfront.DistributionOriginCustomOriginConfigArgs:
    return cloudfront.DistributionOriginCustomOriginConfigArgs(
        http_port=80,
        https_port=443,
        origin_protocol_policy="https-only",
        origin_ssl_protocols=[ORIGIN_TLS],
        origin_read_timeout=ORIGIN_READ_SECONDS,
        origin_keepalive_timeout=ORIGIN_KEEP_ALIVE_SECONDS,
    )


def _shield(region: str) -> cloudfront.DistributionOriginOriginShieldArgs:
    return cloudfront.DistributionOriginOriginShieldArgs(enabled=True, origin_shield_region=SHIELDS[region])


def _group(
    what: str, origins: Mapping[str, Origin], statuses: tuple[int, ...]
) -> cloudfront.DistributionOriginGroupArgs:
    return cloudfront.DistributionOriginGroupArgs(
        origin_id=what,
        failover_criteria=cloudfront.DistributionOriginGroupFailoverCriteriaArgs(status_codes=sorted(statuses)),
        members=[cloudfront.DistributionOriginGroupMemberArgs(origin_id=_member(what, stack)) for stack in origins],
    )


def _member(what: str, stack: str) -> str:
    return f"{what}-{stack}"
