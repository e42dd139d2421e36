"""Distributions talk to their origins over HTTPS."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.distributions import DISTRIBUTION, each_origin
from policies.subject import Block, Subject
from policies.verdicts import NotApplicable, Verdict


def check(distribution: Subject) -> Verdict:
    """Origins that are buckets are asked by cloudfront-viewers-https-only: CloudFront uses what the viewer uses."""
    return each_origin(distribution, _encrypted)


def _encrypted(origin: Block) -> Verdict:
    policy = origin.read("customOriginConfig.originProtocolPolicy")
    if origin.read("customOriginConfig").missing:
        return NotApplicable("its origins are buckets or within a VPC")
    return policy.must_be("https-only")


CONTROL = Control(
    id="cloudfront-origin-traffic-encrypted",
    title="Distributions talk to their origins over HTTPS",
    severity=Severity.MEDIUM,
    rationale="Between edge and origin everything travels in clear over the internet.",
    remediation=Remediation(
        summary="Set origin_protocol_policy to https-only",
        snippet=(
            "cloudfront.Distribution(\n"
            '    name, origins=[{"custom_origin_config": {"origin_protocol_policy": "https-only"}}]\n'
            ")"
        ),
    ),
    catalogue=("CF-05",),
    types=(DISTRIBUTION,),
    check=check,
)
