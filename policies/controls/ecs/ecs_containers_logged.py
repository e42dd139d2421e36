"""Containers send their logs somewhere."""

from __future__ import annotations

from policies.containers import TASK, each_container
from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(task: Subject) -> Verdict:
    """A log configuration with a driver."""
    return each_container(task, lambda container: container.read("logConfiguration.logDriver").must_be_set())


CONTROL = Control(
    id="ecs-containers-logged",
    title="Containers send their logs somewhere",
    severity=Severity.HIGH,
    rationale="After a crash nobody can say why.",
    remediation=Remediation(
        summary="Configure a log driver",
        snippet='container = {"name": "app", "logConfiguration": {"logDriver": "awslogs", "options": options}}',
    ),
    catalogue=("ECS-04",),
    types=(TASK,),
    check=check,
)
