"""Tables are protected from deletion."""

from __future__ import annotations

from policies.control import Control, Pillar, Remediation, Severity
from policies.corrections import setting
from policies.subject import Subject
from policies.verdicts import Verdict


def check(table: Subject) -> Verdict:
    """AWS protects nothing where nobody says otherwise."""
    return table.read("deletionProtectionEnabled", default=False).must_be(True)


CONTROL = Control(
    id="dynamodb-deletion-protected",
    title="Tables are protected from deletion",
    severity=Severity.MEDIUM,
    rationale="One wrong command, or one wrong plan, deletes the table.",
    remediation=Remediation(
        summary="Turn deletion_protection_enabled on", snippet="dynamodb.Table(name, deletion_protection_enabled=True)"
    ),
    catalogue=("DDB-03",),
    pillar=Pillar.RELIABILITY,
    types=("aws:dynamodb/table:Table", "aws:dynamodb/tableReplica:TableReplica"),
    check=check,
    correct=setting("deletionProtectionEnabled", True),
)
