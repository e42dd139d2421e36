"""Volumes are encrypted."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(volume: Subject) -> Verdict:
    """A volume is in clear where nobody says otherwise: the region's default is not relied upon."""
    return volume.read("encrypted", default=False).must_be(True)


CONTROL = Control(
    id="ebs-volume-encrypted",
    title="Volumes are encrypted",
    severity=Severity.MEDIUM,
    rationale="A snapshot of a volume in clear can be read by whoever it is shared with.",
    remediation=Remediation(
        summary="Encrypt the volume; an existing one has to be copied",
        snippet="ebs.Volume(name, availability_zone=zone, size=20, encrypted=True, kms_key_id=key.arn)",
    ),
    catalogue=("EC2-17",),
    types=("aws:ebs/volume:Volume",),
    check=check,
)
