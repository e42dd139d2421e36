"""No SSM document is public."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(document: Subject) -> Verdict:
    """A document is shared with nobody where nobody says otherwise."""
    accounts = document.read("permissions.account_ids", default="")
    if not document.read("permissions").known:
        return document.read("permissions").undecided()
    return accounts.must(lambda value: "all" not in str(value).lower().split(","), "without All")


CONTROL = Control(
    id="ssm-document-not-public",
    title="No SSM document is public",
    severity=Severity.CRITICAL,
    rationale="Everyone reads how the account is run, and what the document names.",
    remediation=Remediation(
        summary="Share it with accounts by their numbers",
        snippet=(
            "ssm.Document(\n"
            '    name, content=content, document_type="Command", permissions={"type": "Share",\n'
            '    "account_ids": "111122223333"}\n'
            ")"
        ),
    ),
    catalogue=("SSM-01",),
    types=("aws:ssm/document:Document",),
    check=check,
)
