"""Security Hub is on with the best practices of AWS, CIS and PCI DSS."""

from __future__ import annotations

from policies.control import Remediation, Severity, StackControl
from policies.subject import View
from policies.verdicts import Fail, Verdict, all_of, any_of

STANDARDS = ("aws-foundational-security-best-practices", "cis-aws-foundations-benchmark", "pci-dss")


def check(stack: View) -> Verdict:
    """Three standards by the name in their ARN."""
    if not stack.of_type("aws:securityhub/account:Account"):
        return Fail("the stack does not enable Security Hub")
    return all_of(*(_subscribed(stack, standard) for standard in STANDARDS))


def _subscribed(stack: View, standard: str) -> Verdict:
    missing = f"the stack does not subscribe to {standard}"
    arns = [
        s.read("standardsArn") for s in stack.of_type("aws:securityhub/standardsSubscription:StandardsSubscription")
    ]
    verdicts = [arn.must(lambda value: f"/{standard}/" in str(value), standard) for arn in arns]
    return any_of(Fail(missing), *(verdict for verdict in verdicts if not isinstance(verdict, Fail)))


CONTROL = StackControl(
    id="securityhub-enabled",
    title="Security Hub is on with the best practices of AWS, CIS and PCI DSS",
    severity=Severity.HIGH,
    rationale="Findings of a dozen services stay where nobody looks.",
    remediation=Remediation(
        summary="Add the account and a subscription for each standard",
        snippet="securityhub.StandardsSubscription(name, standards_arn=standard_arn)",
    ),
    catalogue=("SH-01",),
    layers=("region",),
    check=check,
)
