"""Every resource is in a region where the platform's data may be."""

from __future__ import annotations

from graph.values import is_unknown
from policies.control import Control, ControlSettings, Remediation, Severity, settings_of
from policies.subject import Subject
from policies.verdicts import PASS, Fail, NotApplicable, Undecided, Verdict

GLOBAL = ("aws:iam/", "aws:route53/", "aws:cloudfront/", "aws:organizations/", "aws:budgets/", "aws:shield/")
"""Services without a region."""


class Settings(ControlSettings):
    """Where data may be."""

    regions: frozenset[str] = frozenset({"us-east-1", "us-west-2"})
    """Approved regions: those of production."""


def check(resource: Subject) -> Verdict:
    """The resource's own region, else its provider's."""
    if resource.type.startswith(GLOBAL):
        return NotApplicable("the service has no region")
    region = resource.node.region
    if region is None or is_unknown(region):
        return Undecided("region")
    allowed = settings_of(resource.view, CONTROL).regions
    return PASS if region in allowed else Fail(f"it is in {region}; approved are {', '.join(sorted(allowed))}")


CONTROL = Control(
    id="resource-in-approved-region",
    title="Every resource is in an approved region",
    severity=Severity.MEDIUM,
    rationale="Data in a region that nobody has approved may break the law that it is kept under.",
    remediation=Remediation(
        summary="Deploy it in an approved region, or have the region approved in the environment's profile",
        snippet='Provider(name, region="us-east-1")',
    ),
    catalogue=("RES-01",),
    settings=Settings,
    types=("aws:*",),
    check=check,
    looks_around=True,
)
