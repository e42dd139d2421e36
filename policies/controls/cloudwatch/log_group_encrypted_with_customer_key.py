"""Log groups are encrypted with a customer key."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(group: Subject) -> Verdict:
    """AWS takes a key of its own where nobody names one."""
    return group.read("kmsKeyId").must_be_set()


CONTROL = Control(
    id="log-group-encrypted-with-customer-key",
    title="Log groups are encrypted with a customer key",
    severity=Severity.MEDIUM,
    rationale="Logs hold names, addresses and at times secrets; nobody can take a key of AWS away from a reader.",
    remediation=Remediation(summary="Name a key", snippet="cloudwatch.LogGroup(name, kms_key_id=key.arn)"),
    catalogue=("CW-01",),
    types=("aws:cloudwatch/logGroup:LogGroup",),
    check=check,
)
