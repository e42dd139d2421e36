"""What the network, its zones, its block and the split of traffic must be to one another."""

from __future__ import annotations

from collections.abc import Iterator

from contracts import addresses, regions
from contracts.settings.edge import EdgeSettings, TrafficSettings
from contracts.settings.kind import near
from contracts.settings.network import NetworkSettings
from contracts.settings.rules.engine import Finding, rule

LONGEST_CERTIFICATE_NAME = 64
"""Characters of the first name of an ACM certificate. https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html"""


@rule("region", "network")
def _zones_of_the_region(region: str, network: NetworkSettings) -> Iterator[Finding]:
    known = regions.zone_names(region)
    for index, zone in enumerate(network.availability_zones):
        name = regions.full_zone_name(region, zone)
        if name not in known:
            path = ("network", "availability_zones", index)
            yield Finding(
                path,
                zone,
                f"a zone of {region}: {', '.join(known)}",
                near(zone, known) or "use the letter of one of these",
            )


@rule("region", "network")
def _workload_zones(region: str, network: NetworkSettings) -> Iterator[Finding]:
    zones = [regions.full_zone_name(region, zone) for zone in network.availability_zones]
    if not network.workload_zones:
        yield Finding(
            ("network", "workload_zones"), (), "at least one of availability_zones", "name the zones that tasks run in"
        )
    for index, zone in enumerate(network.workload_zones):
        if regions.full_zone_name(region, zone) not in zones:
            path = ("network", "workload_zones", index)
            yield Finding(
                path, zone, f"one of availability_zones: {', '.join(zones)}", "add the zone there or use one of these"
            )


@rule("network")
def _preset_and_zones(network: NetworkSettings) -> Iterator[Finding]:
    needed, found = addresses.zone_count(network.preset), len(network.availability_zones)
    if needed != found:
        other = next((p for p in addresses.SubnetPreset if addresses.zone_count(p) == found), None)
        fix = f"name {needed} zones" + (f", or use the preset {other}" if other else "")
        yield Finding(
            ("network", "availability_zones"),
            network.availability_zones,
            f"{needed} zones, which is what {network.preset} lays out",
            fix,
        )


@rule("environment", "network")
def _block_of_the_environment(environment: str, network: NetworkSettings) -> Iterator[Finding]:
    name, path = network.address_block, ("network", "address_block")
    if environment.startswith("env-") != name.startswith("pool-"):
        allowed = (
            "a block of the pool (pool-000 …)"
            if environment.startswith("env-")
            else "a block of its own, not one of the pool"
        )
        yield Finding(
            path, name, allowed, f"two stacks in one block could never be connected; {environment} needs its own"
        )
    elif not environment.startswith("env-") and name != environment and not name.startswith(f"{environment}-"):
        fix = f"use {environment}; the block {name} belongs to another environment"
        yield Finding(path, name, f"{environment}, or a block whose name begins with {environment}-", fix)


@rule("stack", "environment", "network")
def _stack_is_what_it_is_called(stack: str, environment: str, network: NetworkSettings) -> Iterator[Finding]:
    if stack in addresses.ADDRESS_PLAN and network.address_block != stack:
        fix = f"the stack {stack} has the block {stack}; a copied file has to be changed here too"
        yield Finding(("network", "address_block"), network.address_block, stack, fix)
    if stack in addresses.ADDRESS_PLAN and stack != environment and not stack.startswith(f"{environment}-"):
        yield Finding(
            ("environment",),
            environment,
            f"the environment that the stack {stack} is part of",
            "check that this is the right file",
        )


@rule("edge")
def _certificate_name(edge: EdgeSettings) -> Iterator[Finding]:
    if len(edge.domain) > LONGEST_CERTIFICATE_NAME:
        allowed = f"at most {LONGEST_CERTIFICATE_NAME} characters, the longest first name of an ACM certificate"
        yield Finding(("edge", "domain"), edge.domain, allowed, "choose a shorter name")


@rule("network", "traffic")
def _traffic_split(network: NetworkSettings, traffic: TrafficSettings | None) -> Iterator[Finding]:
    if traffic is None:
        return
    weights, path = traffic.weight_percent, ("traffic", "weight_percent")
    total = sum(weights.values())
    if total != 100:
        summed = " + ".join(str(weight) for weight in weights.values()) or "nothing"
        yield Finding(path, total, "weights that sum to 100", f"{summed} = {total}; change one of them")
    for name in weights:
        if name not in addresses.ADDRESS_PLAN:
            known = list(addresses.ADDRESS_PLAN)
            yield Finding(
                (*path, name),
                name,
                f"an address block: {', '.join(known)}",
                near(name, known) or "name region stacks by block",
            )
    if network.address_block not in weights:
        yield Finding(
            path,
            ", ".join(weights),
            f"a weight for this stack's own block {network.address_block}",
            "add it (0 keeps it in reserve)",
        )
