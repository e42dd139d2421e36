"""Every resource is made by a provider whose resources the controls can read."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Verdict

KNOWN = frozenset({"aws", "eks", "kubernetes", "pulumi", "atoll"})


def check(resource: Subject) -> Verdict:
    """A dynamic provider, or one that runs commands, could do anything; so could one that no control knows."""
    kind = resource.type
    if kind.startswith(("pulumi-python:", "pulumi-nodejs:", "pulumi:pulumi:Stash")):
        return Fail(f"{kind} is a dynamic provider: what it does is code, which no control can read")
    package = resource.node.package
    return PASS if package in KNOWN else Fail(f"no control knows the provider {package}")


CONTROL = Control(
    id="program-known-providers-only",
    title="Every resource is made by a provider that the controls know",
    severity=Severity.HIGH,
    rationale="A bucket that a shell command makes is as public as any other, and no control would see it.",
    remediation=Remediation(
        summary="Use the resource of pulumi_aws or pulumi_kubernetes, or add controls for the provider first",
        snippet="s3.Bucket(name)",
    ),
    catalogue=(),
    types=("*",),
    check=check,
)
