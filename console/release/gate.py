"""Whether an image may be deployed: what ECR's scan found in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")
"""From grave to harmless, as ECR says them."""
DONE = ("COMPLETE", "ACTIVE")
"""Of a basic scan, and of an enhanced one that goes on."""
POLL_SECONDS = 5.0


class GateError(Exception):
    """An image of which nobody can say that it may be deployed."""


@dataclass(frozen=True)
class Scan:
    """What was found in one image."""

    repository: str
    tag: str
    counts: Mapping[str, int]
    """Severity → findings."""

    def grave(self, least: str) -> dict[str, int]:
        """Findings of this severity and above."""
        wanted = SEVERITIES[: SEVERITIES.index(least) + 1]
        return {severity: self.counts[severity] for severity in wanted if self.counts.get(severity)}


def scan(ecr: Any, repository: str, tag: str, *, within: float, sleep: Callable[[float], None] = time.sleep) -> Scan:
    """Wait for the scan of an image.

    Args:
        ecr: a client of ECR.
        repository: name of the repository.
        tag: tag of the image.
        within: seconds to wait at most.
        sleep: how to wait.

    Raises:
        GateError: there is no such image, or its scan failed, or did not end in time. An image that was not scanned is
            not one without findings.
    """
    asked = {"repositoryName": repository, "imageId": {"imageTag": tag}}
    waited = 0.0
    while True:
        status = _status(ecr, asked)
        if status.get("imageScanStatus", {}).get("status") in DONE:
            counts = status.get("imageScanFindings", {}).get("findingSeverityCounts", {})
            return Scan(repository, tag, {str(severity): int(count) for severity, count in counts.items()})
        if status.get("imageScanStatus", {}).get("status") in {"FAILED", "UNSUPPORTED_IMAGE", "FINDINGS_UNAVAILABLE"}:
            told = status["imageScanStatus"]
            raise GateError(f"{repository}:{tag} was not scanned: {told.get('description') or told['status']}")
        if waited >= within:
            raise GateError(
                f"{repository}:{tag} has no finished scan after {within:.0f} s. Is scanning on push switched on? "
                f"aws ecr describe-images --repository-name {repository} --image-ids imageTag={tag}"
            )
        sleep(POLL_SECONDS)
        waited += POLL_SECONDS


def _status(ecr: Any, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The scan as ECR knows it; empty while there is none."""
    try:
        return ecr.describe_image_scan_findings(**asked)
    except ClientError as error:
        told: Any = error.response
        if told["Error"]["Code"] == "ScanNotFoundException":
            return {}
        raise GateError(told["Error"]["Message"]) from None
