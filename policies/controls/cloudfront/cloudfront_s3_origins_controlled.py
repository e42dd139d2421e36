"""Distributions reach buckets by an origin access control."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.distributions import DISTRIBUTION, each_origin
from policies.subject import Block, Subject
from policies.verdicts import NotApplicable, Verdict


def check(distribution: Subject) -> Verdict:
    """An origin without configuration of its own is a bucket; an origin access identity does not count."""
    return each_origin(distribution, _controlled)


def _controlled(origin: Block) -> Verdict:
    if any(not origin.read(kind).missing for kind in ("customOriginConfig", "vpcOriginConfig")):
        return NotApplicable("none of its origins is a bucket")
    return origin.read("originAccessControlId").must_be_set()


CONTROL = Control(
    id="cloudfront-s3-origins-controlled",
    title="Distributions reach buckets by an origin access control",
    severity=Severity.MEDIUM,
    rationale="Without it the bucket has to be public for CloudFront to read it.",
    remediation=Remediation(
        summary="Make an origin access control and name it at the origin",
        snippet='cloudfront.Distribution(name, origins=[{"origin_access_control_id": control.id}])',
    ),
    catalogue=("CF-09",),
    types=(DISTRIBUTION,),
    check=check,
)
