"""Every tier of subnets spans several availability zones."""

from __future__ import annotations

from policies.control import Control, ControlSettings, Pillar, Remediation, Severity, settings_of
from policies.networks import VPCS
from policies.subject import Subject
from policies.verdicts import PASS, Fail, NotApplicable, Undecided, Verdict, all_of


class Settings(ControlSettings):
    """How many."""

    zones: int = 3
    """Least number of different zones of each tier."""


SUBNETS = ("aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet")
TIER = "Tier"


def check(vpc: Subject) -> Verdict:
    """Subnets with the same tag Tier are a tier; those without one are a tier, too. AWS chooses a zone otherwise."""
    subnets = [vpc.companions(kind, "vpcId") for kind in SUBNETS]
    possible = [subnet for found in subnets for subnet in found.possible]
    certain = [subnet for found in subnets for subnet in found.certain]
    if possible:
        return Undecided(f"vpcId of {possible[0]}")
    if not certain:
        return NotApplicable("it has no subnets in this stack")
    settings: Settings = settings_of(vpc.view, CONTROL)
    tiers = sorted({_tier(subnet) for subnet in certain})
    return all_of(*(_spans(tier, [s for s in certain if _tier(s) == tier], settings.zones) for tier in tiers))


def _tier(subnet: Subject) -> str:
    return str(subnet.view.graph.tags_all(subnet.node).get(TIER, "without a tier"))


def _spans(tier: str, subnets: list[Subject], wanted: int) -> Verdict:
    zones = [subnet.read("availabilityZone") for subnet in subnets]
    zones = [subnet.read("availabilityZoneId") if z.missing else z for z, subnet in zip(zones, subnets, strict=True)]
    known = {str(zone.value) for zone in zones if zone.known and not zone.missing}
    if len(known) >= wanted:
        return PASS
    unknown = [zone for zone in zones if not zone.known]
    if unknown:
        return unknown[0].undecided()
    return Fail(f"its subnets {tier} are in {len(known)} zones, they must be in at least {wanted}")


CONTROL = Control(
    id="ec2-subnets-span-zones",
    title="Every tier of subnets spans several availability zones",
    severity=Severity.MEDIUM,
    rationale="One zone fails every few years, and a tier in too few of them fails with it or is short of room.",
    remediation=Remediation(
        summary="Make a subnet of each tier in each of three zones",
        snippet=(
            "ec2.Subnet(\n"
            '    f"{name}-{zone}", vpc_id=vpc.id, cidr_block=cidr, availability_zone=zone, tags={"Tier": "private"}\n'
            ")"
        ),
    ),
    catalogue=("EC2-23",),
    pillar=Pillar.RELIABILITY,
    settings=Settings,
    types=VPCS,
    check=check,
    looks_around=True,
)
