"""Containers cannot write to their root filesystem."""

from __future__ import annotations

from policies.containers import TASK, each_container
from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(task: Subject) -> Verdict:
    """They can where nobody says otherwise."""
    return each_container(task, lambda container: container.read("readonlyRootFilesystem", default=False).must_be(True))


CONTROL = Control(
    id="ecs-root-filesystem-read-only",
    title="Containers cannot write to their root filesystem",
    severity=Severity.HIGH,
    rationale="An intruder puts tools there, and they stay.",
    remediation=Remediation(
        summary="Make it read-only and mount a volume where something is written",
        snippet='container = {"name": "app", "image": image, "readonlyRootFilesystem": True}',
    ),
    catalogue=("ECS-02",),
    types=(TASK,),
    check=check,
)
