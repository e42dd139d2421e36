"""Access Analyzer looks at every region."""

from __future__ import annotations

from policies.control import Remediation, Severity, StackControl
from policies.related import any_on
from policies.subject import View
from policies.verdicts import Verdict


def check(stack: View) -> Verdict:
    """Analyzers of unused or internal access do not see strangers; AWS takes ACCOUNT where nobody names a type."""
    return any_on(
        stack,
        "aws:accessanalyzer/analyzer:Analyzer",
        "the stack has no Access Analyzer",
        lambda analyzer: analyzer.read("type", default="ACCOUNT").must_be_one_of(("ACCOUNT", "ORGANIZATION")),
    )


CONTROL = StackControl(
    id="access-analyzer-enabled",
    title="Access Analyzer looks at every region",
    severity=Severity.LOW,
    rationale="Nobody notices that a role, a key or a bucket was opened to strangers.",
    remediation=Remediation(
        summary="Add an analyzer", snippet='accessanalyzer.Analyzer(name, analyzer_name=name, type="ACCOUNT")'
    ),
    catalogue=("IAM-13",),
    layers=("region",),
    check=check,
)
