"""No queue is open to everyone."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.grants import nothing_for_everyone
from policies.subject import Subject
from policies.verdicts import Verdict


def check(queue: Subject) -> Verdict:
    """Only the own account may use it where there is no policy."""
    return nothing_for_everyone(queue.read("policy"))


CONTROL = Control(
    id="sqs-queue-without-public-grant",
    title="No queue is open to everyone",
    severity=Severity.MEDIUM,
    rationale="Everyone reads the messages, or sends some of their own.",
    remediation=Remediation(
        summary="Name the principals, or limit the statement to an account or an organization",
        snippet=(
            "statement = {\n"
            '    "Effect": "Allow", "Principal": {"AWS": partner_role_arn}, "Action": "sqs:SendMessage",\n'
            '    "Resource": queue_arn,\n'
            "}"
        ),
    ),
    catalogue=("SQS-02",),
    types=("aws:sqs/queuePolicy:QueuePolicy", "aws:sqs/queue:Queue"),
    check=check,
)
