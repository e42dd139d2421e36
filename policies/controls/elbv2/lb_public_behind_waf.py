"""Application load balancers on the internet stand behind a web ACL."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.load_balancers import BALANCERS, internet_facing, of_application
from policies.subject import Subject
from policies.verdicts import NotApplicable, Undecided, Verdict
from policies.web_acls import guarded


def check(balancer: Subject) -> Verdict:
    """A web ACL is associated with it."""
    kind = of_application(balancer)
    if isinstance(kind, Undecided):
        return kind
    if not kind:
        return NotApplicable("only application load balancers take a web ACL")
    facing = internet_facing(balancer)
    if isinstance(facing, Undecided):
        return facing
    return guarded(balancer) if facing else NotApplicable("it is internal")


CONTROL = Control(
    id="lb-public-behind-waf",
    title="Application load balancers on the internet stand behind a web ACL",
    severity=Severity.MEDIUM,
    rationale="Common attacks and floods reach the containers unfiltered.",
    remediation=Remediation(
        summary="Associate a web ACL",
        snippet="wafv2.WebAclAssociation(name, resource_arn=balancer.arn, web_acl_arn=acl.arn)",
    ),
    catalogue=("LB-08",),
    types=BALANCERS,
    check=check,
    looks_around=True,
)
