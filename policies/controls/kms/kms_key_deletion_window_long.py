"""Keys wait long before they are deleted."""

from __future__ import annotations

from policies.control import Control, ControlSettings, Remediation, Severity, settings_of
from policies.corrections import setting
from policies.subject import Subject
from policies.verdicts import Verdict


class Settings(ControlSettings):
    """How long."""

    days: int = 30
    """Least window; AWS takes 7 to 30."""


def check(key: Subject) -> Verdict:
    """AWS waits 30 days where nobody says otherwise."""
    settings: Settings = settings_of(key.view, CONTROL)
    return key.read("deletionWindowInDays", default=30).must_be_at_least(settings.days)


CONTROL = Control(
    id="kms-key-deletion-window-long",
    title="Keys wait long before they are deleted",
    severity=Severity.CRITICAL,
    rationale="Data without its key is gone for ever; the wait is the only time to notice.",
    remediation=Remediation(
        summary="Set the longest window there is",
        snippet="kms.Key(name, deletion_window_in_days=30)",
    ),
    catalogue=("KMS-03",),
    settings=Settings,
    types=(
        "aws:kms/key:Key",
        "aws:kms/replicaKey:ReplicaKey",
    ),
    check=check,
    correct=setting("deletionWindowInDays", 30),
)
