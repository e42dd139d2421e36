"""DNS, the distribution, the accelerator and what protects them (EDGE-1, EDGE-2, EDGE-3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.edge.certificate import Certificate, CertificateArgs
from components.edge.distribution import Distribution, DistributionArgs, Origin
from components.edge.distribution_logs import DistributionLogs, DistributionLogsArgs
from components.edge.global_accelerator import AcceleratedRegion, GlobalAccelerator, GlobalAcceleratorArgs
from components.edge.global_web_acl import GlobalWebAcl, GlobalWebAclArgs
from components.edge.hosted_zone import HostedZone, HostedZoneArgs
from components.edge.origin_record import AliasTarget, OriginRecord, OriginRecordArgs, origin_host
from components.edge.region_health import RegionHealth, RegionHealthArgs
from components.edge.request_stream import RequestStream, RequestStreamArgs
from components.edge.shielded_edge import ShieldedEdge, ShieldedEdgeArgs
from components.edge.traffic_records import Endpoint, TrafficRecords, TrafficRecordsArgs
from contracts.settings import GlobalStackSettings
from contracts.settings.global_layer import CdnSettings, FirewallSettings
from stacks.world.regions import WorldRegion, other_than


@dataclass(frozen=True, kw_only=True)
class Edge:
    """What the world comes in by."""

    zone: HostedZone
    hosts: Mapping[str, str]
    """Stack → name of its load balancer."""
    health: Mapping[str, RegionHealth]
    """Stack → its health."""
    traffic: TrafficRecords
    accelerator: GlobalAccelerator | None
    distribution: Distribution | None
    firewall: GlobalWebAcl | None


def make_edge(settings: GlobalStackSettings, regions: Mapping[str, WorldRegion], name: str) -> Edge:
    """Everything between a client and a region's load balancer."""
    return _EdgeMaker(settings, regions, name).make()


class _EdgeMaker:
    """Makes one after another, each wired to the one before."""

    def __init__(self, settings: GlobalStackSettings, regions: Mapping[str, WorldRegion], name: str) -> None:
        self._settings, self._regions, self._name = settings, regions, name
        home = next(one for one in regions.values() if one.region == settings.region)
        self._home, self._opts = home, home.opts
        self._log_key = home.peer.value("key_arns", "logs")
        self._hosts = {stack: origin_host(settings.dns, stack) for stack in regions}

    def make(self) -> Edge:
        settings = self._settings
        zone = HostedZone(
            self._name,
            args=HostedZoneArgs(
                settings=settings.dns,
                protection=settings.protection,
                account_id=settings.account.id,
                region=settings.region,
                log_key_arn=self._log_key,
                topic_arn=self._home.topic_arn,
            ),
            opts=self._opts,
        )
        origins = {stack: self._origin(stack, region, zone) for stack, region in self._regions.items()}
        health = {stack: self._health(stack, region) for stack, region in self._regions.items()}
        accelerator = self._accelerator()
        traffic = TrafficRecords(
            f"{self._name}-traffic",
            args=TrafficRecordsArgs(
                settings=settings.dns,
                zone_id=zone.zone_id,
                endpoints={stack: self._endpoint(stack, health[stack]) for stack in self._regions},
                accelerator=AliasTarget(dns_name=accelerator.dns_name, zone_id=accelerator.zone_id)
                if accelerator is not None
                else None,
            ),
            opts=self._opts,
        )
        firewall = self._firewall(settings.firewall) if settings.firewall is not None else None
        distribution = None
        if settings.cdn is not None and firewall is not None:
            distribution = self._distribution(settings.cdn, zone, firewall, traffic, origins)
        self._shield(zone, distribution, accelerator, firewall)
        return Edge(
            zone=zone,
            hosts=self._hosts,
            health=health,
            traffic=traffic,
            accelerator=accelerator,
            distribution=distribution,
            firewall=firewall,
        )

    def _origin(self, stack: str, region: WorldRegion, zone: HostedZone) -> OriginRecord:
        return OriginRecord(
            f"{self._name}-origin-{stack}",
            args=OriginRecordArgs(
                zone_id=zone.zone_id,
                host=self._hosts[stack],
                balancer=AliasTarget(
                    dns_name=region.peer.value("load_balancer", "dns_name"),
                    zone_id=region.peer.value("load_balancer", "zone_id"),
                ),
            ),
            opts=self._opts,
        )

    def _health(self, stack: str, region: WorldRegion) -> RegionHealth:
        settings, elsewhere = self._settings, other_than(self._regions, stack)
        return RegionHealth(
            f"{self._name}-health-{stack}",
            args=RegionHealthArgs(
                settings=settings.dns.health,
                environment=settings.environment,
                stack=region.stack,
                host=self._hosts[stack],
                elsewhere=elsewhere.provider,
                elsewhere_region=elsewhere.region,
                topic_arn=self._home.topic_arn,
                elsewhere_topic_arn=elsewhere.topic_arn,
            ),
            opts=self._opts,
        )

    def _endpoint(self, stack: str, health: RegionHealth) -> Endpoint:
        share = self._settings.regions[stack]
        return Endpoint(
            host=self._hosts[stack],
            region=share.region,
            weight_percent=share.weight_percent,
            primary=stack == self._settings.primary,
            health_check_id=health.check_id,
        )

    def _accelerator(self) -> GlobalAccelerator | None:
        settings = self._settings
        if settings.accelerator is None:
            return None
        return GlobalAccelerator(
            self._name,
            args=GlobalAcceleratorArgs(
                settings=settings.accelerator,
                health_path=settings.dns.health.path,
                regions={
                    stack: AcceleratedRegion(
                        region=region.region,
                        balancer_arn=region.peer.value("load_balancer", "arn"),
                        weight_percent=region.share.weight_percent,
                    )
                    for stack, region in self._regions.items()
                },
            ),
            opts=self._opts,
        )

    def _firewall(self, settings: FirewallSettings) -> GlobalWebAcl:
        return GlobalWebAcl(
            f"{self._name}-waf",
            args=GlobalWebAclArgs(
                settings=settings,
                log_key_arn=self._log_key,
                account_id=self._settings.account.id,
                region=self._settings.region,
            ),
            opts=self._opts,
        )

    def _distribution(
        self,
        cdn: CdnSettings,
        zone: HostedZone,
        firewall: GlobalWebAcl,
        traffic: TrafficRecords,
        origins: Mapping[str, OriginRecord],
    ) -> Distribution:
        settings = self._settings
        certificate = Certificate(
            f"{self._name}-tls",
            args=CertificateArgs(domain=settings.dns.zone, hosted_zone_id=zone.zone_id),
            opts=self._opts,
        )
        stream = None
        if cdn.real_time_logs is not None:
            stream = RequestStream(
                f"{self._name}-requests",
                args=RequestStreamArgs(
                    settings=cdn.real_time_logs, key_arn=self._log_key, account_id=settings.account.id
                ),
                opts=self._opts,
            )
        first = sorted(self._regions, key=lambda stack: stack != settings.primary)
        distribution = Distribution(
            f"{self._name}-cdn",
            args=DistributionArgs(
                settings=cdn,
                zone_id=zone.zone_id,
                certificate_arn=certificate.arn,
                web_acl_arn=firewall.arn,
                traffic_host=traffic.host,
                origins={
                    stack: Origin(
                        host=origins[stack].host,
                        region=self._regions[stack].region,
                        assets_bucket=self._regions[stack].peer.value("buckets", "assets", "name"),
                    )
                    for stack in first
                },
                stream_config_arn=stream.config_arn if stream is not None else None,
            ),
            opts=self._opts,
        )
        DistributionLogs(
            f"{self._name}-cdn-logs",
            args=DistributionLogsArgs(
                distribution_arn=distribution.arn,
                environment=settings.environment,
                account_id=settings.account.id,
                region=settings.region,
                retention_days=settings.log_retention_days,
                protection=settings.protection,
                key_arn=self._home.peer.value("key_arns", "storage"),
                log_bucket=self._home.peer.value("buckets", "logs", "name"),
            ),
            opts=self._opts,
        )
        return distribution

    def _shield(
        self,
        zone: HostedZone,
        distribution: Distribution | None,
        accelerator: GlobalAccelerator | None,
        firewall: GlobalWebAcl | None,
    ) -> None:
        """Protect what has no region: with neither distribution nor accelerator, the zone is all there is."""
        settings = self._settings
        if settings.shield is None:
            return
        zone_arn = pulumi.Output.concat("arn:aws:route53:::hostedzone/", zone.zone_id)
        everything: dict[str, pulumi.Output[str]] = {}
        if distribution is not None:
            everything["cdn"] = distribution.arn
        if accelerator is not None:
            everything["accelerator"] = accelerator.arn
        everything["zone"] = zone_arn
        entrance = next(iter(everything))
        ShieldedEdge(
            f"{self._name}-shield",
            args=ShieldedEdgeArgs(
                settings=settings.shield,
                domain=settings.cdn.domain
                if settings.cdn is not None
                else f"{settings.dns.record}.{settings.dns.zone}",
                entrance_arn=everything[entrance],
                firewall=firewall,
                further={key: arn for key, arn in everything.items() if key != entrance},
            ),
            opts=self._opts,
        )
