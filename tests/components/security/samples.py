"""Settings for the tests of this folder."""

from __future__ import annotations

from typing import Any, cast

from contracts.settings.security import KeySettings, ProtectionSettings, SecretSettings
from tests.kit import ACCOUNT, REGION, GraphView

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/secrets"


def keys(**changes: Any) -> KeySettings:
    """Every purpose, rotated yearly."""
    values: dict[str, Any] = {
        "purposes": ("database", "storage", "secrets", "logs", "messaging", "audit"),
        "rotation_period_days": 365,
        "deletion_window_days": 7,
        "multi_region": False,
    }
    return KeySettings(**(values | changes))


def protection(*, protect: bool) -> ProtectionSettings:
    """Protection of everything or nothing."""
    return ProtectionSettings(
        protect=protect, deletion_protection=protect, final_snapshot=protect, force_destroy=not protect
    )


def secrets(**changes: Any) -> SecretSettings:
    """Rotation every 30 days, a week to change one's mind."""
    values: dict[str, Any] = {"rotation_days": 30, "recovery_window_days": 7}
    return SecretSettings(**(values | changes))


def inputs_of(view: GraphView, name: str, type_pattern: str = "*") -> dict[str, Any]:
    """A resource's inputs as plain data, for tests that know what is in them."""
    return cast("dict[str, Any]", view.node(name, type_pattern).inputs)
