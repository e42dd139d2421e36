"""Tables and their replicas are encrypted with a customer key."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Undecided, Verdict, all_of

REPLICA = "aws:dynamodb/tableReplica:TableReplica"


def check(table: Subject) -> Verdict:
    """AWS takes a key of its own where nobody names one."""
    if table.type == REPLICA:
        return table.read("kmsKeyArn").must_be_set()
    replicas = table.blocks("replicas")
    if replicas is None:
        return Undecided("replicas")
    return all_of(
        table.read("serverSideEncryption.enabled", default=False).must_be(True),
        table.read("serverSideEncryption.kmsKeyArn").must_be_set(),
        *(replica.read("kmsKeyArn").must_be_set() for replica in replicas),
    )


CONTROL = Control(
    id="dynamodb-encrypted-with-customer-key",
    title="Tables and their replicas are encrypted with a customer key",
    severity=Severity.MEDIUM,
    rationale="Nobody can take a key of AWS away from a reader, nor see who used it.",
    remediation=Remediation(
        summary="Name the key",
        snippet='dynamodb.Table(name, server_side_encryption={"enabled": True, "kms_key_arn": key.arn})',
    ),
    catalogue=("DDB-02",),
    types=("aws:dynamodb/table:Table", REPLICA),
    check=check,
)
