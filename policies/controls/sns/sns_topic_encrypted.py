"""Topics are encrypted with KMS."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(topic: Subject) -> Verdict:
    """AWS encrypts none where nobody says otherwise."""
    return topic.read("kmsMasterKeyId").must_be_set()


CONTROL = Control(
    id="sns-topic-encrypted",
    title="Topics are encrypted with KMS",
    severity=Severity.MEDIUM,
    rationale="Messages lie on disks in clear until they are delivered.",
    remediation=Remediation(summary="Name a key", snippet="sns.Topic(name, kms_master_key_id=key.id)"),
    catalogue=("SNS-01",),
    types=("aws:sns/topic:Topic",),
    check=check,
)
