"""What the global stack reads of the region stacks, and the providers of their regions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws.provider import Provider

from contracts.addresses import block
from contracts.outputs.reading import Reading
from contracts.outputs.region import RegionOutputs
from contracts.settings import GlobalStackSettings
from contracts.settings.connectivity import Segment
from contracts.settings.global_layer import RegionShareSettings
from stacks.peers import Peer, read_peers
from stacks.provider import provider

VERSION = 1
"""Version of a region's outputs for which this layer was written."""


@dataclass(frozen=True, kw_only=True)
class WorldRegion:
    """One region stack: its share, its outputs, and the provider of its region."""

    stack: str
    share: RegionShareSettings
    peer: Peer
    provider: Provider

    @property
    def region(self) -> str:
        """Its AWS region."""
        return self.share.region

    @property
    def opts(self) -> pulumi.ResourceOptions:
        """Options of components that are made in its region."""
        return pulumi.ResourceOptions(providers=[self.provider])

    @property
    def cidrs(self) -> tuple[str, ...]:
        """Networks there that the other region may reach."""
        return tuple(str(block(name)) for name in self.share.blocks or (self.stack,))

    @property
    def topic_arn(self) -> pulumi.Output[str]:
        """Topic of its alarms."""
        return self.peer.value("alarm_topic_arn")


def read_regions(settings: GlobalStackSettings) -> dict[str, WorldRegion]:
    """Stack → region, in the order of the settings; nothing but providers is declared.

    Raises:
        pulumi.RunError: a stack was never deployed, is of another place than the settings say, or exports too little.
    """
    peers = read_peers([_reading(name, share, settings) for name, share in settings.regions.items()])
    providers = _providers(settings)
    return {
        name: WorldRegion(stack=name, share=share, peer=peers[name], provider=providers[share.region])
        for name, share in settings.regions.items()
    }


def other_than(regions: Mapping[str, WorldRegion], stack: str) -> WorldRegion:
    """The other one of the two regions."""
    return next(region for name, region in regions.items() if name != stack)


def _providers(settings: GlobalStackSettings) -> dict[str, Provider]:
    """Region → its provider; that of the home region comes first and makes what has no region."""
    stack = pulumi.get_stack()
    others = [share.region for share in settings.regions.values() if share.region != settings.region]
    return {
        settings.region: provider(settings, stack),
        **{region: provider(settings, stack, region) for region in others},
    }


def _reading(name: str, share: RegionShareSettings, settings: GlobalStackSettings) -> Reading:
    return Reading(
        stack=name,
        setting=f"atoll:regions.{name}",
        record=RegionOutputs,
        version=VERSION,
        needs=dict(_needs(settings)),
        place={"environment": settings.environment, "region": share.region, "account_id": settings.account.id},
    )


def _needs(settings: GlobalStackSettings) -> Iterator[tuple[str, str]]:
    yield "key_arns.logs", "the logs of DNS and the web ACL"
    if settings.cdn is not None:
        yield "buckets.assets", "the assets that CloudFront serves"
        yield "buckets.logs", "who reads the log of CloudFront"
        yield "key_arns.storage", "the log of CloudFront"
    if settings.replication is not None:
        yield "key_arns.storage", "replicated objects"
        for role in settings.replication.buckets:
            yield f"buckets.{role}", "replication"
    if settings.peering is not None:
        yield "transit_gateway.id", "the peering of the transit gateways"
        for segment in (Segment.REGION, *settings.peering.known_to):
            yield f"transit_gateway.table_ids.{segment}", "routes over the peering"
