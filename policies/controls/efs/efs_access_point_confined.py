"""Access points of file systems enforce a folder and a user."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict, all_of


def check(point: Subject) -> Verdict:
    """An access point leads to everything, as whoever asks, where nobody says otherwise. User 0 may do anything."""
    path = point.read("rootDirectory.path", default="/")
    return all_of(
        path.must(lambda value: str(value).strip("/") != "", "a folder below /"),
        point.read("posixUser.uid").must_be_set(),
        point.read("posixUser.uid").must_not_be(0),
    )


CONTROL = Control(
    id="efs-access-point-confined",
    title="Access points of file systems enforce a folder and a user",
    severity=Severity.MEDIUM,
    rationale="An application that is broken into reads and writes the files of all others.",
    remediation=Remediation(
        summary="Give each application its own folder and user",
        snippet=(
            "efs.AccessPoint(\n"
            "    name, file_system_id=files.id,\n"
            '    root_directory={"path": "/jenkins"}, posix_user={"uid": 1000, "gid": 1000},\n'
            ")"
        ),
    ),
    catalogue=("EFS-03",),
    types=("aws:efs/accessPoint:AccessPoint",),
    check=check,
)
