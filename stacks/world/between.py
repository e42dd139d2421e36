"""What leads from region to region: replication of buckets, peering of transit gateways (STO-1, NET-5)."""

from __future__ import annotations

from collections.abc import Mapping

from components.network.region_peering import PeeringEnd, RegionPeering, RegionPeeringArgs
from components.storage.bucket_replication import BucketReplication, BucketReplicationArgs, ReplicatedBucketEnd
from contracts.settings import GlobalStackSettings
from contracts.settings.connectivity import Segment
from contracts.settings.global_layer import PeeringSettings, ReplicatedBucket
from stacks.world.regions import WorldRegion, other_than


def replicate(settings: GlobalStackSettings, regions: Mapping[str, WorldRegion], name: str) -> None:
    """Copy each bucket of the settings from either region to the other."""
    if settings.replication is None:
        return
    for role in settings.replication.buckets:
        for stack, region in regions.items():
            BucketReplication(
                f"{name}-copy-{role}-{stack}",
                args=BucketReplicationArgs(
                    source=_end(region, role),
                    destination=_end(other_than(regions, stack), role),
                    time_control=settings.replication.time_control,
                    account_id=settings.account.id,
                    topic_arn=region.topic_arn,
                ),
                opts=region.opts,
            )


def _end(region: WorldRegion, role: ReplicatedBucket) -> ReplicatedBucketEnd:
    return ReplicatedBucketEnd(
        name=region.peer.value("buckets", role, "name"),
        arn=region.peer.value("buckets", role, "arn"),
        region=region.region,
        key_arn=region.peer.value("key_arns", "storage"),
    )


def peer(settings: GlobalStackSettings, regions: Mapping[str, WorldRegion], name: str) -> RegionPeering | None:
    """Join the two transit gateways: the primary's asks, the other's accepts."""
    if settings.peering is None:
        return None
    asks = regions[settings.primary]
    return RegionPeering(
        f"{name}-between",
        args=RegionPeeringArgs(
            asks=_gateway(asks, settings.peering),
            accepts=_gateway(other_than(regions, asks.stack), settings.peering),
            account_id=settings.account.id,
            known_to=settings.peering.known_to,
        ),
        opts=asks.opts,
    )


def _gateway(region: WorldRegion, settings: PeeringSettings) -> PeeringEnd:
    segments = (Segment.REGION, *settings.known_to)
    return PeeringEnd(
        stack=region.stack,
        region=region.region,
        gateway_id=region.peer.value("transit_gateway", "id"),
        table_ids={segment: region.peer.value("transit_gateway", "table_ids", segment) for segment in segments},
        cidrs=region.cidrs,
        provider=region.provider,
    )
