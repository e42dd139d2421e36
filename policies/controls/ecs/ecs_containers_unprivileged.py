"""Containers are not privileged."""

from __future__ import annotations

from policies.containers import TASK, each_container
from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(task: Subject) -> Verdict:
    """They are not where nobody says so."""
    return each_container(task, lambda container: container.read("privileged", default=False).must_be(False))


CONTROL = Control(
    id="ecs-containers-unprivileged",
    title="Containers are not privileged",
    severity=Severity.HIGH,
    rationale="Who breaks out of a privileged container owns the host.",
    remediation=Remediation(
        summary="Leave privileged out", snippet='container = {"name": "app", "image": image, "privileged": False}'
    ),
    catalogue=("ECS-01",),
    types=(TASK,),
    check=check,
)
