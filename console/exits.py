"""What the exit status of every command means; scripts depend on it, so a test locks it."""

from enum import IntEnum, unique


@unique
class Exit(IntEnum):
    """Exit statuses of `atoll`."""

    OK = 0
    FAILED = 1
    USAGE = 2
    FINDINGS = 3
    LOCKED = 4
    DRIFT = 5
    """Drift, or a breaking change."""
