"""Settings of keys and secrets (SEC-3) and of what protects resources from deletion."""

from __future__ import annotations

from typing import Annotated

from contracts.settings.base import Settings
from contracts.settings.kind import Kind, between, one_of


def _recovery_problem(days: int) -> str | None:
    return None if days == 0 or 7 <= days <= 30 else "Secrets Manager has no such recovery window"


KeyPurpose = Annotated[
    str, one_of(("database", "storage", "secrets", "logs", "messaging", "audit"), "a purpose that has a key policy")
]


class ProtectionSettings(Settings):
    """What stands between a slip and lost data."""

    protect: bool
    """Pulumi's `protect` on everything that holds data."""
    deletion_protection: bool
    """AWS deletion protection where the service has it (RDS, ALB, DynamoDB)."""
    final_snapshot: bool
    """Take a final snapshot before a database is deleted."""
    force_destroy: bool
    """Let a bucket be deleted with objects in it; only for environments that hold no real data."""


class KeySettings(Settings):
    """Customer-managed KMS keys."""

    purposes: tuple[KeyPurpose, ...]
    """One key per purpose, such as `database`, `storage`, `secrets`, `logs`, `messaging`."""
    rotation_period_days: Annotated[int, between(90, 2560, "days")]
    """Automatic rotation period, 90 to 2560 days."""
    deletion_window_days: Annotated[int, between(7, 30, "days")]
    """Waiting period before a scheduled deletion, 7 to 30 days."""
    multi_region: bool
    """Make multi-region primary keys, for data that is replicated to another region."""


class SecretSettings(Settings):
    """Secrets Manager."""

    rotation_days: Annotated[int, between(1, 365, "days")]
    """Rotation interval of managed secrets, 1 to 365 days."""
    recovery_window_days: Annotated[
        int,
        Kind(
            "0 (delete at once), or 7 to 30 days",
            _recovery_problem,
            {"enum": [0, *range(7, 31)]},
            "choose 0 or 7 to 30",
        ),
    ]
    """0 (delete at once) or 7 to 30 days."""
    rotated: bool = False
    """Rotate the cache's token and the logins that Atoll makes, by functions in the VPC; a few cents a month. Off if
    left out: AWS rotates the database's master password by itself either way."""
