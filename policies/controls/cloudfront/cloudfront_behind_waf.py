"""Distributions stand behind a web ACL."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.distributions import DISTRIBUTION
from policies.subject import Subject
from policies.verdicts import Verdict


def check(distribution: Subject) -> Verdict:
    """There is none where nobody names it."""
    return distribution.read("webAclId").must_be_set()


CONTROL = Control(
    id="cloudfront-behind-waf",
    title="Distributions stand behind a web ACL",
    severity=Severity.MEDIUM,
    rationale="Common attacks and floods reach the origins unfiltered.",
    remediation=Remediation(
        summary="Name a web ACL of scope CLOUDFRONT", snippet="cloudfront.Distribution(name, web_acl_id=acl.arn)"
    ),
    catalogue=("CF-02",),
    types=(DISTRIBUTION,),
    check=check,
)
