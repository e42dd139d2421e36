"""No snapshot of a database is public."""

from __future__ import annotations

from graph.values import FrozenList, Secret, Unknown
from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Verdict


def check(snapshot: Subject) -> Verdict:
    """A snapshot is shared with nobody where nobody says otherwise."""
    shared = snapshot.read("sharedAccounts")
    if not shared.known:
        return shared.undecided()
    accounts = tuple(shared.value) if isinstance(shared.value, FrozenList) else ()
    if any(isinstance(account, str) and account.lower() == "all" for account in accounts):
        return Fail("sharedAccounts has all, which is every AWS account")
    unclear = any(isinstance(account, Unknown | Secret) for account in accounts)
    return shared.undecided() if unclear else PASS


CONTROL = Control(
    id="rds-snapshots-never-public",
    title="No snapshot of a database is public",
    severity=Severity.CRITICAL,
    rationale="Every AWS customer may copy a public snapshot, and the database in it.",
    remediation=Remediation(
        summary="Name the accounts that may restore it",
        snippet=('rds.Snapshot(name, db_instance_identifier=database.identifier,\nshared_accounts=["111122223333"])'),
    ),
    catalogue=("RDS-21",),
    types=("aws:rds/snapshot:Snapshot", "aws:rds/clusterSnapshot:ClusterSnapshot", "aws:rds/snapshotCopy:SnapshotCopy"),
    check=check,
)
