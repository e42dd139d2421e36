"""Tasks do not share the processes of their host."""

from __future__ import annotations

from policies.containers import TASK
from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(task: Subject) -> Verdict:
    """Each task has its own where nobody says otherwise."""
    return task.read("pidMode", default="task").must_not_be("host")


CONTROL = Control(
    id="ecs-host-processes-hidden",
    title="Tasks do not share the processes of their host",
    severity=Severity.HIGH,
    rationale="A container sees, and may stop, what others run.",
    remediation=Remediation(
        summary="Leave pid_mode out", snippet="ecs.TaskDefinition(name, family=name, container_definitions=containers)"
    ),
    catalogue=("ECS-05",),
    types=(TASK,),
    check=check,
)
