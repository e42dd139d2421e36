"""Known ways by which somebody with few permissions gets all: combinations of actions, as data.

Each is a set of actions that suffices together where their resources are not limited: the methods that are publicly
known since Rhino Security Labs listed them in 2018, written down again here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from policies.documents import Statement, matches

PASS_ROLE = "iam:passrole"
PASSED_TO = "iam:passedtoservice"
ATTACHED = "iam:policyarn"
GIVES_NOTHING = frozenset({"arn:aws:iam::aws:policy/AWSDenyAll"})
"""Policies that whoever attaches them gains nothing by."""


@dataclass(frozen=True, slots=True)
class Path:
    """One way up."""

    name: str
    actions: tuple[str, ...]
    service: str | None = None
    """To whom a role has to be passed; a condition on iam:PassedToService that leaves it out closes the way."""


def _own(action: str) -> Path:
    return Path(action, (action,))


def _by(service: str, *actions: str) -> Path:
    return Path(f"iam:PassRole with {actions[0]}", ("iam:PassRole", *actions), f"{service}.amazonaws.com")


PATHS = (
    # Rhino Security Labs, "policies": give oneself a policy, or change one that one has.
    *map(
        _own,
        (
            "iam:CreatePolicyVersion",
            "iam:SetDefaultPolicyVersion",
            "iam:AttachUserPolicy",
            "iam:AttachGroupPolicy",
            "iam:AttachRolePolicy",
            "iam:PutUserPolicy",
            "iam:PutGroupPolicy",
            "iam:PutRolePolicy",
        ),
    ),
    # The same source, "identities": become somebody who has more.
    *map(
        _own,
        (
            "iam:CreateAccessKey",
            "iam:CreateLoginProfile",
            "iam:UpdateLoginProfile",
            "iam:AddUserToGroup",
            "iam:UpdateAssumeRolePolicy",
        ),
    ),
    # The same source, "boundaries": take away what limits oneself.
    *map(_own, ("iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary")),
    # The same source, "services": hand a stronger role to something that runs what one writes.
    _by("ec2", "ec2:RunInstances"),
    _by("lambda", "lambda:CreateFunction", "lambda:InvokeFunction"),
    _by("lambda", "lambda:CreateFunction", "lambda:CreateEventSourceMapping"),
    _by("lambda", "lambda:CreateFunction", "lambda:AddPermission"),
    _by("ecs-tasks", "ecs:RegisterTaskDefinition", "ecs:RunTask"),
    _by("ecs-tasks", "ecs:RegisterTaskDefinition", "ecs:CreateService"),
    _by("glue", "glue:CreateDevEndpoint"),
    _by("glue", "glue:CreateJob", "glue:StartJobRun"),
    _by("cloudformation", "cloudformation:CreateStack"),
    _by("datapipeline", "datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition"),
    _by("sagemaker", "sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"),
    _by("codebuild", "codebuild:CreateProject", "codebuild:StartBuild"),
    _by("states", "states:CreateStateMachine", "states:StartExecution"),
    # The same source, "code": change what runs with a stronger role already.
    _own("lambda:UpdateFunctionCode"),
    _own("ssm:SendCommand"),
)


def ways_up(statements: Iterable[Statement]) -> tuple[str, ...]:
    """Names of the ways that statements open together; limited resources and denials count."""
    given = tuple(statements)
    return tuple(path.name for path in PATHS if all(_open(given, action, path) for action in path.actions))


def _open(statements: tuple[Statement, ...], action: str, path: Path) -> bool:
    denied = any(not s.allow and s.covers(action) and s.every_resource and not s.conditions for s in statements)
    return not denied and any(
        s.allows(action) and _unlimited(s) and _may_pass(s, action, path) and not _denies_only(s) for s in statements
    )


def _denies_only(statement: Statement) -> bool:
    """Whether what may be attached is limited to policies that take rights away; no other action has such a key."""
    limits = [c for c in statement.conditions if c.key == ATTACHED and c.operator in {"arnequals", "stringequals"}]
    return any(limit.values and GIVES_NOTHING.issuperset(limit.values) for limit in limits)


def _unlimited(statement: Statement) -> bool:
    """All resources, or all of a kind such as `arn:aws:iam::111122223333:role/*`."""
    return statement.every_resource or any(
        resource.split(":", 5)[-1] in {"*", "role/*", "user/*", "group/*", "policy/*", "function:*", "instance/*"}
        for resource in statement.resources
    )


def _may_pass(statement: Statement, action: str, path: Path) -> bool:
    if action.lower() != PASS_ROLE or path.service is None:
        return True
    limits = [c for c in statement.conditions if c.key == PASSED_TO and statement.condition_on(PASSED_TO)]
    return all(any(matches(value, path.service) for value in limit.values) for limit in limits)
