"""Multi-region keys have a replica in another region."""

from __future__ import annotations

from policies.control import Control, ControlSettings, Pillar, Remediation, Severity, settings_of
from policies.subject import Subject
from policies.verdicts import PASS, Fail, NotApplicable, Undecided, Verdict, all_of


class Settings(ControlSettings):
    """Where the replicas are."""

    elsewhere: str | None = None
    """Stack that makes them, such as that of the peer region; None where the key's own stack does."""


REPLICA = "aws:kms/replicaKey:ReplicaKey"


def check(key: Subject) -> Verdict:
    """Keys are of one region where nobody says otherwise. What another stack makes cannot be seen from here."""
    multiple = key.read("multiRegion", default=False)
    if multiple.known and multiple.must_be(True) != PASS:
        return NotApplicable("it is a key of one region")
    replicas = key.companions(REPLICA, "primaryKeyArn")
    if replicas.certain:
        return multiple.must_be(True)
    if replicas.possible:
        return Undecided(f"primaryKeyArn of {replicas.possible[0]}")
    settings: Settings = settings_of(key.view, CONTROL)
    if settings.elsewhere is not None:
        return NotApplicable(f"its replica belongs to the stack {settings.elsewhere}")
    return all_of(multiple.must_be(True), Fail("it has no replica in another region"))


CONTROL = Control(
    id="kms-multi-region-key-replicated",
    title="Multi-region keys have a replica in another region",
    severity=Severity.MEDIUM,
    rationale="Replicated data that nobody there can decrypt is no replica when the first region is gone.",
    remediation=Remediation(
        summary="Add a replica of the key in the peer region",
        snippet='kms.ReplicaKey(name, primary_key_arn=key.arn, region="us-west-2")',
    ),
    catalogue=("KMS-04",),
    pillar=Pillar.RELIABILITY,
    settings=Settings,
    types=("aws:kms/key:Key",),
    check=check,
    looks_around=True,
)
