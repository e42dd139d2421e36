"""The storage of database clusters is encrypted with a customer key."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.databases import CLUSTER
from policies.subject import Subject
from policies.verdicts import Verdict, all_of


def check(cluster: Subject) -> Verdict:
    """AWS leaves storage in clear where nobody says otherwise, but of serverless clusters of the first kind."""
    mode = cluster.read("engineMode", default="provisioned")
    if cluster.read("storageEncrypted").missing and not mode.known:
        return mode.undecided()
    return all_of(
        cluster.read("storageEncrypted", default=mode.value == "serverless").must_be(True),
        cluster.read("kmsKeyId").must_be_set(),
    )


CONTROL = Control(
    id="rds-cluster-storage-encrypted",
    title="The storage of database clusters is encrypted with a customer key",
    severity=Severity.MEDIUM,
    rationale="Whoever gets hold of a volume or a snapshot in clear reads every row.",
    remediation=Remediation(
        summary="Set storage_encrypted and the key; an existing cluster has to be restored from an encrypted copy",
        snippet="rds.Cluster(name, storage_encrypted=True, kms_key_id=key.arn)",
    ),
    catalogue=("RDS-01",),
    types=(CLUSTER,),
    check=check,
)
