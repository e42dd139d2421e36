"""Builds do not run privileged."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(project: Subject) -> Verdict:
    """It is off where nobody says otherwise."""
    return project.read("environment.privilegedMode", default=False).must_be(False)


CONTROL = Control(
    id="codebuild-not-privileged",
    title="Builds do not run privileged",
    severity=Severity.HIGH,
    rationale="A privileged build owns the machine that it runs on.",
    remediation=Remediation(
        summary="Turn privileged_mode off; builds of images that need it get a waiver",
        snippet=(
            "codebuild.Project(\n"
            '    name, environment={"compute_type": "BUILD_GENERAL1_SMALL", "image": image,\n'
            '    "type": "LINUX_CONTAINER", "privileged_mode": False},\n'
            ")"
        ),
    ),
    catalogue=("CB-02",),
    types=("aws:codebuild/project:Project",),
    check=check,
)
