from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from console.release.gate import GateError, scan


class Ecr:
    """Answers one after the other; the last one again and again."""

    def __init__(self, *answers: dict[str, Any] | str) -> None:
        self._answers: Iterator[dict[str, Any] | str] = iter(answers)
        self._last: dict[str, Any] | str = {}

    def describe_image_scan_findings(self, **_asked: Any) -> dict[str, Any]:
        self._last = next(self._answers, self._last)
        if isinstance(self._last, str):
            error = {"Error": {"Code": self._last, "Message": f"{self._last} of team/app"}}
            raise ClientError(error, "DescribeImageScanFindings")  # pyright: ignore[reportArgumentType]
        return self._last


def finished(**counts: int) -> dict[str, Any]:
    return {"imageScanStatus": {"status": "COMPLETE"}, "imageScanFindings": {"findingSeverityCounts": counts}}


def judged(*answers: dict[str, Any] | str, within: float = 20) -> dict[str, int]:
    return scan(Ecr(*answers), "team/app", "1", within=within, sleep=lambda _: None).grave("HIGH")


def test_image_passes_when_nothing_grave_was_found() -> None:
    assert judged(finished(MEDIUM=3, LOW=9)) == {}


def test_image_is_refused_when_something_grave_was_found() -> None:
    assert judged(finished(CRITICAL=1, HIGH=2, LOW=9)) == {"CRITICAL": 1, "HIGH": 2}


def test_scan_is_waited_for_when_the_image_has_just_been_pushed() -> None:
    running = {"imageScanStatus": {"status": "IN_PROGRESS"}}
    assert judged("ScanNotFoundException", running, finished(HIGH=1)) == {"HIGH": 1}


def test_nothing_is_said_of_an_image_when_its_scan_never_ends() -> None:
    with pytest.raises(GateError, match=r"has no finished scan after 20 s\. Is scanning on push switched on\?"):
        judged({"imageScanStatus": {"status": "PENDING"}})


def test_nothing_is_said_of_an_image_when_its_scan_failed() -> None:
    failed = {"imageScanStatus": {"status": "FAILED", "description": "the manifest is of no known type"}}
    with pytest.raises(GateError, match="team/app:1 was not scanned: the manifest is of no known type"):
        judged(failed)


def test_aws_is_quoted_when_there_is_no_such_image() -> None:
    with pytest.raises(GateError, match="ImageNotFoundException of team/app"):
        judged("ImageNotFoundException")
