"""Shield Advanced protects what stands on the internet."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.distributions import DISTRIBUTION
from policies.load_balancers import BALANCERS, internet_facing
from policies.related import has_companion
from policies.subject import Subject
from policies.verdicts import NotApplicable, Undecided, Verdict


def check(edge: Subject) -> Verdict:
    """Distributions, and load balancers that are not internal."""
    if edge.type in BALANCERS:
        facing = internet_facing(edge)
        if isinstance(facing, Undecided):
            return facing
        if not facing:
            return NotApplicable("it is internal")
    return has_companion(edge, "no Shield protection is for it", ("aws:shield/protection:Protection", "resourceArn"))


CONTROL = Control(
    id="shield-protects-edge",
    title="Shield Advanced protects what stands on the internet",
    severity=Severity.MEDIUM,
    rationale="A flood of traffic is paid for by the platform, and nobody at AWS helps to stop it.",
    remediation=Remediation(
        summary="Add a protection for the resource", snippet="shield.Protection(name, resource_arn=distribution.arn)"
    ),
    catalogue=("SHD-01",),
    types=(*BALANCERS, DISTRIBUTION),
    check=check,
    looks_around=True,
)
