"""What the global stack exports; `contracts.outputs.world.WorldOutputs` is the record that its readers use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from components.edge.region_health import METRIC, NAMESPACE, switch_alarm, switch_dimensions
from components.network.region_peering import RegionPeering
from contracts.outputs.world import WorldOutputs
from contracts.settings import GlobalStackSettings
from stacks.world.edge import Edge
from stacks.world.regions import WorldRegion, other_than


def export(
    settings: GlobalStackSettings, regions: Mapping[str, WorldRegion], edge: Edge, peering: RegionPeering | None
) -> None:
    """Export one stack output for each field of `WorldOutputs`."""
    outputs: dict[str, Any] = {
        "schema_version": WorldOutputs.VERSION,
        "environment": settings.environment,
        "region": settings.region,
        "account_id": settings.account.id,
        "zone": {
            "id": edge.zone.zone_id,
            "name": settings.dns.zone,
            "name_servers": edge.zone.name_servers,
            "ds_record": edge.zone.ds_record,
        },
        "traffic": _traffic(settings, regions, edge),
        "replicated_buckets": {
            role.value: {stack: region.peer.value("buckets", role, "name") for stack, region in regions.items()}
            for role in (settings.replication.buckets if settings.replication is not None else ())
        },
        "accelerator": _accelerator(edge),
        "distribution": _distribution(settings, edge),
        "web_acl_arn": edge.firewall.arn if edge.firewall is not None else None,
        "peering": _peering(settings, regions, peering),
    }
    for name, value in outputs.items():
        pulumi.export(name, value)


def _traffic(settings: GlobalStackSettings, regions: Mapping[str, WorldRegion], edge: Edge) -> dict[str, Any]:
    by_dns = edge.accelerator is None
    return {
        "host": edge.traffic.host,
        "policy": settings.dns.policy.value if by_dns else None,
        "ttl_seconds": settings.dns.ttl_seconds if by_dns else None,
        "endpoints": {
            stack: {
                "stack": stack,
                "region": region.region,
                "host": edge.hosts[stack],
                "weight_percent": region.share.weight_percent,
                "health_check_id": edge.health[stack].check_id,
                "endpoint_check_id": edge.health[stack].endpoint_check_id,
                "switch": {
                    "region": other_than(regions, stack).region,
                    "namespace": NAMESPACE,
                    "metric": METRIC,
                    "dimensions": switch_dimensions(settings.environment, stack),
                    "alarm": switch_alarm(settings.environment, stack),
                },
            }
            for stack, region in regions.items()
        },
    }


def _accelerator(edge: Edge) -> dict[str, Any] | None:
    if edge.accelerator is None:
        return None
    found = edge.accelerator
    return {"arn": found.arn, "dns_name": found.dns_name, "endpoint_group_arns": found.group_arns}


def _distribution(settings: GlobalStackSettings, edge: Edge) -> dict[str, Any] | None:
    if edge.distribution is None or settings.cdn is None:
        return None
    found = edge.distribution
    return {"id": found.id, "arn": found.arn, "domain": settings.cdn.domain, "dns_name": found.dns_name}


def _peering(
    settings: GlobalStackSettings, regions: Mapping[str, WorldRegion], peering: RegionPeering | None
) -> dict[str, Any] | None:
    if peering is None:
        return None
    asked_by = settings.primary
    return {"id": peering.id, "asked_by": asked_by, "accepted_by": other_than(regions, asked_by).stack}
