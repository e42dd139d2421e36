"""Queues are encrypted."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.corrections import setting
from policies.subject import Subject
from policies.verdicts import Verdict, any_of


def check(queue: Subject) -> Verdict:
    """SQS encrypts with a key of its own where nobody says otherwise."""
    return any_of(
        queue.read("sqsManagedSseEnabled", default=True).must_be(True), queue.read("kmsMasterKeyId").must_be_set()
    )


CONTROL = Control(
    id="sqs-queue-encrypted",
    title="Queues are encrypted",
    severity=Severity.MEDIUM,
    rationale="Messages lie on disks in clear until they are read.",
    remediation=Remediation(
        summary="Name a key, or leave the encryption of SQS on", snippet="sqs.Queue(name, kms_master_key_id=key.id)"
    ),
    catalogue=("SQS-01",),
    types=("aws:sqs/queue:Queue",),
    check=check,
    correct=setting("sqsManagedSseEnabled", True),
)
