"""Customer keys rotate at least once a year."""

from __future__ import annotations

from typing import Any

from policies.control import Control, ControlSettings, Remediation, Severity, settings_of
from policies.corrections import number
from policies.subject import Subject
from policies.verdicts import NotApplicable, Verdict, all_of

AWS_PERIOD_DAYS = 365
"""Where nobody says otherwise."""


class Settings(ControlSettings):
    """How often."""

    days: int = AWS_PERIOD_DAYS
    """Longest period."""


def check(key: Subject) -> Verdict:
    """AWS rotates no customer key by itself; where it does, every 365 days. It can only rotate symmetric keys."""
    kind = key.read("customerMasterKeySpec", default="SYMMETRIC_DEFAULT")
    if kind.known and kind.value != "SYMMETRIC_DEFAULT":
        return NotApplicable(f"AWS cannot rotate keys of kind {kind.value}")
    if not key.read("customKeyStoreId").missing:
        return NotApplicable("AWS cannot rotate keys of a custom key store")
    settings: Settings = settings_of(key.view, CONTROL)
    return all_of(
        kind.must_be("SYMMETRIC_DEFAULT"),
        key.read("enableKeyRotation", default=False).must_be(True),
        key.read("rotationPeriodInDays", default=AWS_PERIOD_DAYS).must_be_at_most(settings.days),
    )


def correct(inputs: dict[str, Any]) -> dict[str, Any]:
    """What is encrypted stays readable; keys that AWS cannot rotate are not asked, and so not corrected."""
    corrected = {**inputs, "enableKeyRotation": True}
    if number(corrected.get("rotationPeriodInDays")) > AWS_PERIOD_DAYS:
        corrected["rotationPeriodInDays"] = AWS_PERIOD_DAYS
    return corrected


CONTROL = Control(
    id="kms-key-rotated",
    title="Customer keys rotate at least once a year",
    severity=Severity.HIGH,
    rationale="The longer one key encrypts everything, the more is lost with it.",
    remediation=Remediation(
        summary="Turn rotation on; what was encrypted before stays readable",
        snippet="kms.Key(name, enable_key_rotation=True, rotation_period_in_days=365)",
    ),
    catalogue=("KMS-01",),
    settings=Settings,
    types=("aws:kms/key:Key",),
    check=check,
    correct=correct,
)
