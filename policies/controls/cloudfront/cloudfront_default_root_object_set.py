"""Distributions have a default root object."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.distributions import DISTRIBUTION
from policies.subject import Subject
from policies.verdicts import Verdict


def check(distribution: Subject) -> Verdict:
    """There is none where nobody names it."""
    return distribution.read("defaultRootObject").must_be_set()


CONTROL = Control(
    id="cloudfront-default-root-object-set",
    title="Distributions have a default root object",
    severity=Severity.CRITICAL,
    rationale="A request for the root may list everything that is in the origin.",
    remediation=Remediation(
        summary="Set default_root_object", snippet='cloudfront.Distribution(name, default_root_object="index.html")'
    ),
    catalogue=("CF-07",),
    types=(DISTRIBUTION,),
    check=check,
)
