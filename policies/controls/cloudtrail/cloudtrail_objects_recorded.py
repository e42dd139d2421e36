"""Trails record who reads and writes objects."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.trails import TRAIL, records_objects
from policies.verdicts import Verdict


def check(trail: Subject) -> Verdict:
    """Neither basic nor advanced selectors have them where nobody says so."""
    return records_objects(trail)


CONTROL = Control(
    id="cloudtrail-objects-recorded",
    title="Trails record who reads and writes objects",
    severity=Severity.LOW,
    rationale="After a leak nobody can say which objects were taken.",
    remediation=Remediation(
        summary="Select data events of S3 objects",
        snippet=(
            "cloudtrail.Trail(\n"
            "    name,\n"
            "    event_selectors=[\n"
            "        {\n"
            '            "read_write_type": "All",\n'
            '            "data_resources": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3"]}],\n'
            "        }\n"
            "    ],\n"
            ")"
        ),
    ),
    catalogue=("CT-05",),
    types=(TRAIL,),
    check=check,
)
