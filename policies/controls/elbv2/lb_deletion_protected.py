"""Load balancers are protected against deletion."""

from __future__ import annotations

from policies.control import Control, Pillar, Remediation, Severity
from policies.corrections import setting
from policies.load_balancers import BALANCERS
from policies.subject import Subject
from policies.verdicts import Verdict


def check(balancer: Subject) -> Verdict:
    """AWS deletes it where nobody says otherwise."""
    return balancer.read("enableDeletionProtection", default=False).must_be(True)


CONTROL = Control(
    id="lb-deletion-protected",
    title="Load balancers are protected against deletion",
    severity=Severity.MEDIUM,
    rationale="One wrong destroy takes the address of a site away.",
    remediation=Remediation(
        summary="Set enable_deletion_protection", snippet="lb.LoadBalancer(name, enable_deletion_protection=True)"
    ),
    catalogue=("LB-05",),
    pillar=Pillar.RELIABILITY,
    types=BALANCERS,
    check=check,
    correct=setting("enableDeletionProtection", True),
)
