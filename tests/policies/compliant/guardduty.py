"""GuardDuty as it should be."""

from __future__ import annotations

from pulumi_aws import guardduty


def program() -> None:
    """A detector."""
    guardduty.Detector("detector", enable=True)
