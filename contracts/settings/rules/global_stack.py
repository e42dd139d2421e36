"""What the parts of the global stack must be to one another and to the recovery targets."""

from __future__ import annotations

from collections.abc import Iterator

from contracts import addresses
from contracts.recovery.targets import RecoveryTargets
from contracts.settings.edge import ShieldSettings
from contracts.settings.global_layer import (
    HOME_REGION,
    AcceleratorSettings,
    CdnSettings,
    DnsSettings,
    FirewallSettings,
    PeeringSettings,
    RegionShareSettings,
    ReplicationSettings,
)
from contracts.settings.kind import near
from contracts.settings.rules.engine import Finding, rule

REGIONS = 2
"""Region stacks that the global stack leads to: peering and replication are of pairs."""
LEAST_CHECKERS = 3
"""Regions of checkers that Route 53 asks for."""
Shares = dict[str, RegionShareSettings]


@rule("region", "regions")
def _home(region: str, regions: Shares) -> Iterator[Finding]:
    del regions  # it tells the global stack from others, which may be anywhere
    if region != HOME_REGION:
        allowed = f"{HOME_REGION}, where AWS keeps the certificates of CloudFront, DNSSEC keys and the like"
        yield Finding(("region",), region, allowed, f"write {HOME_REGION}; the region stacks are where they are")


@rule("regions")
def _pair(regions: Shares) -> Iterator[Finding]:
    path = ("regions",)
    if len(regions) != REGIONS:
        yield Finding(path, ", ".join(regions), f"{REGIONS} region stacks", "name the two of the environment")
    places: dict[str, str] = {}
    for name, share in regions.items():
        other = places.setdefault(share.region, name)
        if other != name:
            fix = "two stacks in one region are lost together: name where the stack really is"
            yield Finding((*path, name, "region"), share.region, f"another region than that of {other}", fix)
    if HOME_REGION not in places:
        fix = "the keys, topics and log buckets of what has no region are those of the stack there"
        yield Finding(path, ", ".join(places), f"one of them in {HOME_REGION}", fix)
    total = sum(share.weight_percent for share in regions.values())
    if total != 100:
        summed = " + ".join(str(share.weight_percent) for share in regions.values()) or "nothing"
        yield Finding(path, total, "weights that sum to 100", f"{summed} = {total}; change one of them")


@rule("environment", "regions")
def _of_the_environment(environment: str, regions: Shares) -> Iterator[Finding]:
    for name in regions:
        if name not in addresses.ADDRESS_PLAN:
            known = [block for block in addresses.ADDRESS_PLAN if block.split("-")[0] == environment]
            fix = near(name, known) or "a region stack is called like its block in contracts/addresses.py"
            yield Finding(("regions", name), name, f"a region stack: {', '.join(known)}", fix)
        elif name != environment and not name.startswith(f"{environment}-"):
            allowed = f"{environment}, or a stack whose name begins with {environment}-"
            yield Finding(("regions", name), name, allowed, f"it belongs to another environment than {environment}")


@rule("regions", "peering")
def _blocks(regions: Shares, peering: PeeringSettings) -> Iterator[Finding]:
    del peering  # without one, nobody asks for blocks
    taken: dict[str, str] = {}
    for name, share in regions.items():
        for index, one in enumerate(share.blocks):
            other = taken.setdefault(one, name)
            if other != name:
                fix = "a route leads one way: remove it in one of the two regions"
                yield Finding(("regions", name, "blocks", index), one, f"a block apart from those of {other}", fix)


@rule("dns")
def _checkers(dns: DnsSettings) -> Iterator[Finding]:
    if len(dns.health.regions) < LEAST_CHECKERS:
        fix = "one region's view of the internet must not move all traffic: name more"
        path = ("dns", "health", "regions")
        yield Finding(path, ", ".join(dns.health.regions), f"at least {LEAST_CHECKERS} regions", fix)


@rule("dns")
def _existing_zone(dns: DnsSettings) -> Iterator[Finding]:
    if dns.zone_id is not None and dns.dnssec:
        allowed = "false where zone_id names a zone that is there already"
        yield Finding(("dns", "dnssec"), True, allowed, "sign the zone where it was made, or leave zone_id out")


@rule("dns", "recovery", "accelerator?")
def _dns_in_time(
    dns: DnsSettings, recovery: RecoveryTargets, accelerator: AcceleratorSettings | None
) -> Iterator[Finding]:
    target = recovery.dns_rto
    if target is None or accelerator is not None or dns.change_seconds <= target.seconds:
        return
    health = dns.health
    spent = f"{health.interval_seconds} s x {health.threshold} + {dns.ttl_seconds} s = {dns.change_seconds} s"
    yield Finding(
        ("dns", "ttl_seconds"),
        dns.ttl_seconds,
        f"interval x threshold + ttl of at most {target.seconds} s (recovery.dns_rto)",
        f"{spent}: check every 10 s with threshold 1 and a ttl of at most {max(target.seconds - 10, 1)} s, or add "
        "accelerator, which needs no DNS to fail over",
    )


@rule("dns", "cdn")
def _viewers_are_in_the_zone(dns: DnsSettings, cdn: CdnSettings) -> Iterator[Finding]:
    within = cdn.domain == dns.zone or (
        cdn.domain.endswith(f".{dns.zone}") and cdn.domain.removesuffix(f".{dns.zone}").count(".") == 0
    )
    if not within:
        allowed = f"{dns.zone}, or a name directly within it, for which the certificate is issued"
        yield Finding(("cdn", "domain"), cdn.domain, allowed, "correct one of the two names")
    elif cdn.domain == f"{dns.record}.{dns.zone}":
        allowed = f"another name than {cdn.domain}, which leads to the regions"
        fix = "CloudFront would ask itself: give viewers the zone's own name, or rename dns.record"
        yield Finding(("cdn", "domain"), cdn.domain, allowed, fix)


@rule("firewall?", "cdn?", "regions")
def _firewall_and_cdn(firewall: FirewallSettings | None, cdn: CdnSettings | None, regions: Shares) -> Iterator[Finding]:
    del regions
    if firewall is not None and cdn is None:
        fix = "add cdn, or leave firewall out: each region's load balancer has a web ACL of its own"
        yield Finding(("firewall",), "a web ACL of CloudFront", "no firewall where there is no cdn", fix)
    if cdn is not None and firewall is None:
        fix = "add firewall: what is served to the world is filtered before it reaches a region"
        yield Finding(("firewall",), None, "a firewall where there is cdn", fix)


@rule("shield", "cdn?", "accelerator?", "regions")
def _shield_has_an_entrance(
    shield: ShieldSettings, cdn: CdnSettings | None, accelerator: AcceleratorSettings | None, regions: Shares
) -> Iterator[Finding]:
    del regions
    if cdn is None and accelerator is None:
        fix = "add one of them, or leave shield out: each region protects its load balancer itself (edge.shield)"
        yield Finding(("shield",), "protections", "no shield where there is neither cdn nor accelerator", fix)
    elif cdn is None and shield.automatic_response:
        path = ("shield", "automatic_response")
        yield Finding(path, True, "false where there is no cdn", "Shield adds rules to web ACLs alone: write false")


@rule("replication")
def _something_is_replicated(replication: ReplicationSettings) -> Iterator[Finding]:
    if not replication.buckets:
        fix = "name a bucket, or leave replication out"
        yield Finding(("replication", "buckets"), "nothing", "at least one of assets, uploads, backups", fix)


@rule("peering")
def _somebody_knows_the_way(peering: PeeringSettings) -> Iterator[Finding]:
    if not peering.known_to:
        fix = "name a segment, or leave peering out"
        yield Finding(("peering", "known_to"), "nothing", "at least one segment, such as workload", fix)
