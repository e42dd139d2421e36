"""Tables and their replicas can be recovered to any point in time."""

from __future__ import annotations

from policies.control import Control, Pillar, Remediation, Severity
from policies.corrections import Inputs, each, in_turn, setting, within
from policies.subject import Subject
from policies.verdicts import Undecided, Verdict, all_of

REPLICA = "aws:dynamodb/tableReplica:TableReplica"


def check(table: Subject) -> Verdict:
    """It is off where nobody says otherwise, of each replica, too."""
    if table.type == REPLICA:
        return table.read("pointInTimeRecovery", default=False).must_be(True)
    replicas = table.blocks("replicas")
    if replicas is None:
        return Undecided("replicas")
    return all_of(
        table.read("pointInTimeRecovery.enabled", default=False).must_be(True),
        *(replica.read("pointInTimeRecovery", default=False).must_be(True) for replica in replicas),
    )


def correct(inputs: Inputs) -> Inputs:
    """Of a table and its replicas, or of a replica that is a resource of its own."""
    if "globalTableArn" in inputs:
        return {**inputs, "pointInTimeRecovery": True}
    return in_turn(within("pointInTimeRecovery", enabled=True), each("replicas", setting("pointInTimeRecovery", True)))(
        inputs
    )


CONTROL = Control(
    id="dynamodb-point-in-time-recovery",
    title="Tables and their replicas can be recovered to any point in time",
    severity=Severity.MEDIUM,
    rationale="A wrong write reaches every replica within a second; only an older point in time undoes it.",
    remediation=Remediation(
        summary="Turn point_in_time_recovery on",
        snippet='dynamodb.Table(name, point_in_time_recovery={"enabled": True})',
    ),
    catalogue=("DDB-01",),
    pillar=Pillar.RELIABILITY,
    types=("aws:dynamodb/table:Table", REPLICA),
    check=check,
    correct=correct,
)
