"""Load balancers span several availability zones."""

from __future__ import annotations

from policies.control import Control, ControlSettings, Pillar, Remediation, Severity, settings_of
from policies.load_balancers import BALANCERS
from policies.subject import Subject
from policies.verdicts import Undecided, Verdict
from policies.zones import spans


class Zones(ControlSettings):
    """How many zones."""

    minimum_zones: int = 3
    """Least number of availability zones; AWS has three in every region that the platform uses."""


def check(balancer: Subject) -> Verdict:
    """By its subnets, listed or mapped."""
    minimum: int = settings_of(balancer.view, CONTROL).minimum_zones
    mapped = balancer.blocks("subnetMappings")
    if mapped is None:
        return Undecided("subnetMappings")
    return spans(balancer, minimum, balancer.read("subnets"), *(mapping.read("subnetId") for mapping in mapped))


CONTROL = Control(
    id="lb-zones-spanned",
    title="Load balancers span several availability zones",
    severity=Severity.MEDIUM,
    rationale="When its only zone fails, nothing behind it can be reached.",
    remediation=Remediation(
        summary="Give it a subnet in each zone",
        snippet="lb.LoadBalancer(name, subnets=[subnet.id for subnet in public_subnets])",
    ),
    catalogue=("LB-07",),
    pillar=Pillar.RELIABILITY,
    settings=Zones,
    types=BALANCERS,
    check=check,
    looks_around=True,
)
