"""Trails sign their log files."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.corrections import setting
from policies.subject import Subject
from policies.trails import TRAIL
from policies.verdicts import Verdict


def check(trail: Subject) -> Verdict:
    """They are not signed where nobody says so."""
    return trail.read("enableLogFileValidation", default=False).must_be(True)


CONTROL = Control(
    id="cloudtrail-log-files-validated",
    title="Trails sign their log files",
    severity=Severity.LOW,
    rationale="A changed or missing log file is not noticed.",
    remediation=Remediation(
        summary="Set enable_log_file_validation", snippet="cloudtrail.Trail(name, enable_log_file_validation=True)"
    ),
    catalogue=("CT-03",),
    types=(TRAIL,),
    check=check,
    correct=setting("enableLogFileValidation", True),
)
