"""Secrets have an encrypted replica in another region."""

from __future__ import annotations

from policies.control import Control, ControlSettings, Pillar, Remediation, Severity, settings_of
from policies.subject import Subject
from policies.verdicts import Fail, NotApplicable, Undecided, Verdict, all_of


class Settings(ControlSettings):
    """How many."""

    regions: int = 1
    """Least number of other regions; 0 where an environment has one region."""


def check(secret: Subject) -> Verdict:
    """A secret has no replica where nobody says otherwise."""
    settings: Settings = settings_of(secret.view, CONTROL)
    if settings.regions == 0:
        return NotApplicable("the environment has one region")
    replicas = secret.blocks("replicas")
    if replicas is None:
        return Undecided("replicas")
    if len(replicas) < settings.regions:
        return Fail(f"it has {len(replicas)} replicas, it must have at least {settings.regions}")
    return all_of(*(replica.read(part).must_be_set() for replica in replicas for part in ("region", "kmsKeyId")))


CONTROL = Control(
    id="secrets-replicated",
    title="Secrets have an encrypted replica in another region",
    severity=Severity.MEDIUM,
    rationale="In the peer region nothing starts without its secrets, just when it must take over.",
    remediation=Remediation(
        summary="Add a replica with a key of its region",
        snippet='secretsmanager.Secret(name, replicas=[{"region": "us-west-2", "kms_key_id": peer_key_arn}])',
    ),
    catalogue=("SM-03",),
    pillar=Pillar.RELIABILITY,
    settings=Settings,
    types=("aws:secretsmanager/secret:Secret",),
    check=check,
)
