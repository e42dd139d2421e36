"""No topic is open to everyone."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.grants import nothing_for_everyone
from policies.subject import Subject
from policies.verdicts import Verdict


def check(topic: Subject) -> Verdict:
    """Only the own account may use it where there is no policy."""
    return nothing_for_everyone(topic.read("policy"))


CONTROL = Control(
    id="sns-topic-without-public-grant",
    title="No topic is open to everyone",
    severity=Severity.HIGH,
    rationale="Everyone reads what is published, or publishes to your systems.",
    remediation=Remediation(
        summary="Name the principals, or limit the statement to an account or an organization",
        snippet=(
            "statement = {\n"
            '    "Effect": "Allow", "Principal": {"AWS": partner_role_arn}, "Action": "sns:Subscribe",\n'
            '    "Resource": topic_arn,\n'
            "}"
        ),
    ),
    catalogue=("SNS-02",),
    types=("aws:sns/topicPolicy:TopicPolicy", "aws:sns/topic:Topic"),
    check=check,
)
