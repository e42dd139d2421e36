"""The environment of containers holds no secret."""

from __future__ import annotations

from graph.values import Presence
from policies.containers import TASK, each_container
from policies.control import Control, Remediation, Severity
from policies.plain_secrets import entry_without_secret
from policies.subject import Block, Subject
from policies.verdicts import PASS, Undecided, Verdict, all_of


def check(task: Subject) -> Verdict:
    """By names and by what values look like; values are never shown."""
    return each_container(task, _clean)


def _clean(container: Block) -> Verdict:
    variables = container.blocks("environment")
    if variables is None:
        return Undecided(f"{container.path}.environment")
    return all_of(PASS, *(_variable(container.path, variable) for variable in variables))


def _variable(path: str, variable: Block) -> Verdict:
    name, value = variable.read("name"), variable.read("value", default="")
    if not isinstance(name.value, str):
        return name.undecided()
    if isinstance(value.value, Presence):
        return value.undecided()
    return entry_without_secret(f"{path}.environment", name.value, value.value, wired=value.wired)


CONTROL = Control(
    id="ecs-environment-without-secrets",
    title="The environment of containers holds no secret",
    severity=Severity.HIGH,
    rationale="Whoever may describe a task reads it.",
    remediation=Remediation(
        summary="Take it from Secrets Manager by `secrets`",
        snippet='container = {"name": "app", "secrets": [{"name": "PASSWORD", "valueFrom": secret_arn}]}',
    ),
    catalogue=("ECS-03",),
    types=(TASK,),
    check=check,
)
