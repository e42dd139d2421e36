"""Where a command works; apart from `console.engine`, so that it can be named without an engine's imports."""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class CloudChoice(StrEnum):
    """Where a stack is deployed."""

    EMBEDDED = "embedded"
    AWS = "aws"
