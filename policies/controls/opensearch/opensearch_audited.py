"""Search domains know their users and log what they do."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Block, Subject
from policies.verdicts import Fail, Undecided, Verdict, all_of, any_of


def check(domain: Subject) -> Verdict:
    """Both are off where nobody says otherwise."""
    logs = domain.blocks("logPublishingOptions")
    if logs is None:
        return Undecided("logPublishingOptions")
    audits = [_audits(log) for log in logs]
    return all_of(
        domain.read("advancedSecurityOptions.enabled", default=False).must_be(True),
        any_of(*audits, Fail("it publishes no AUDIT_LOGS")),
    )


def _audits(log: Block) -> Verdict:
    kind, on = log.read("logType"), log.read("enabled", default=True)
    verdict = all_of(kind.must_be("AUDIT_LOGS"), on.must_be(True))
    return Fail("it publishes no AUDIT_LOGS") if isinstance(verdict, Fail) else verdict


CONTROL = Control(
    id="opensearch-audited",
    title="Search domains know their users and log what they do",
    severity=Severity.HIGH,
    rationale="Nobody can tell who read which documents, and every user reads them all.",
    remediation=Remediation(
        summary="Turn advanced security on and publish the audit log",
        snippet=(
            "opensearch.Domain(\n"
            "    name,\n"
            '    advanced_security_options={"enabled": True},\n'
            '    log_publishing_options=[{"log_type": "AUDIT_LOGS",\n'
            '    "cloudwatch_log_group_arn": group.arn}],\n'
            ")"
        ),
    ),
    catalogue=("OS-04",),
    types=("aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain"),
    check=check,
)
