"""Distributions speak TLS 1.2 or later to their origins."""

from __future__ import annotations

from graph.values import FrozenList
from policies.control import Control, Remediation, Severity
from policies.distributions import DISTRIBUTION, each_origin
from policies.subject import Block, Subject
from policies.verdicts import NotApplicable, Verdict

CURRENT = {"TLSv1.2", "TLSv1.3"}


def check(distribution: Subject) -> Verdict:
    """Every protocol that an origin of its own allows."""
    return each_origin(distribution, _current)


def _current(origin: Block) -> Verdict:
    if origin.read("customOriginConfig").missing:
        return NotApplicable("its origins are buckets or within a VPC")
    protocols = origin.read("customOriginConfig.originSslProtocols")
    return protocols.must(lambda value: isinstance(value, FrozenList) and set(value) <= CURRENT, "TLSv1.2 or later")


CONTROL = Control(
    id="cloudfront-origin-tls-current",
    title="Distributions speak TLS 1.2 or later to their origins",
    severity=Severity.MEDIUM,
    rationale="TLS 1.0 and SSL 3 can be broken by whoever sits between edge and origin.",
    remediation=Remediation(
        summary="Allow TLSv1.2 only",
        snippet=(
            "cloudfront.Distribution(\n"
            '    name, origins=[{"custom_origin_config": {"origin_ssl_protocols": ["TLSv1.2"]}}]\n'
            ")"
        ),
    ),
    catalogue=("CF-06",),
    types=(DISTRIBUTION,),
    check=check,
)
