"""Containers on their host's network are neither privileged nor root."""

from __future__ import annotations

from policies.containers import TASK, each_container
from policies.control import Control, Remediation, Severity
from policies.subject import Block, Subject
from policies.verdicts import NotApplicable, Verdict, all_of


def check(task: Subject) -> Verdict:
    """Images run as root where nobody says otherwise."""
    mode = task.read("networkMode", default="bridge")
    if not mode.known:
        return mode.undecided()
    return each_container(task, _plain) if mode.value == "host" else NotApplicable("it has a network of its own")


def _plain(container: Block) -> Verdict:
    user = container.read("user", default="root")
    return all_of(
        container.read("privileged", default=False).must_be(False),
        user.must(lambda value: str(value).split(":")[0] not in {"root", "0", ""}, "a user other than root"),
    )


CONTROL = Control(
    id="ecs-host-network-without-root",
    title="Containers on their host's network are neither privileged nor root",
    severity=Severity.MEDIUM,
    rationale="Root on the host's network reads the traffic of all its neighbours.",
    remediation=Remediation(
        summary="Use awsvpc, or name a user without privileges",
        snippet='ecs.TaskDefinition(name, family=name, network_mode="awsvpc", container_definitions=containers)',
    ),
    catalogue=("ECS-06",),
    companions=("ecs-containers-unprivileged",),
    types=(TASK,),
    check=check,
)
