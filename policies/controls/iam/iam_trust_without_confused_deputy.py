"""Roles that services take say on whose behalf."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.documents import read_policy
from policies.permissions import ROLE
from policies.subject import Subject
from policies.verdicts import PASS, Fail, NotApplicable, Verdict

GUARDS = ("aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceOrgPaths")
UNGUARDED = {
    "drt.shield.amazonaws.com": "people of AWS's response team take it, after the account has associated it",
    "ec2.amazonaws.com": "an instance profile is taken by the instance itself, without these keys",
    "eks.amazonaws.com": "the cluster's role is taken before there is a cluster",
    "pods.eks.amazonaws.com": "pod identity says cluster and namespace as session tags instead",
}
"""Service → why it cannot carry the condition. IAM User Guide, "The confused deputy problem", and each service's."""


def check(role: Subject) -> Verdict:
    """Services that do not act for somebody's resource, or do not send who that is, are a list."""
    statements = read_policy(role.read("assumeRolePolicy"))
    if not isinstance(statements, tuple):
        return statements
    services = {value: s for s in statements if s.allow for kind, value in s.principals if kind == "Service"}
    open_to = [name for name, s in services.items() if name not in UNGUARDED and not s.condition_on(*GUARDS)]
    if open_to:
        return Fail(f"{open_to[0]} takes it without a condition on aws:SourceAccount or aws:SourceArn")
    return PASS if services else NotApplicable("no service takes it")


CONTROL = Control(
    id="iam-trust-without-confused-deputy",
    title="Roles that services take say on whose behalf",
    severity=Severity.HIGH,
    rationale="A service can be talked into using the role for somebody else's account.",
    remediation=Remediation(
        summary="Add aws:SourceAccount, and aws:SourceArn where the service sends it",
        snippet='condition = {"StringEquals": {"aws:SourceAccount": account_id}}',
    ),
    catalogue=("IAM-05",),
    types=(ROLE,),
    check=check,
)
