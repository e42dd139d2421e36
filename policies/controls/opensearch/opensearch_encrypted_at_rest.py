"""Search domains are encrypted at rest."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(domain: Subject) -> Verdict:
    """It is off where nobody says otherwise."""
    return domain.read("encryptAtRest.enabled", default=False).must_be(True)


CONTROL = Control(
    id="opensearch-encrypted-at-rest",
    title="Search domains are encrypted at rest",
    severity=Severity.MEDIUM,
    rationale="Whoever gets hold of a volume or a snapshot reads every document.",
    remediation=Remediation(
        summary="Turn encrypt_at_rest on",
        snippet='opensearch.Domain(name, encrypt_at_rest={"enabled": True, "kms_key_id": key.arn})',
    ),
    catalogue=("OS-01",),
    types=("aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain"),
    check=check,
)
