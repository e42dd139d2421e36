"""Who can do something, and what can somebody do."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from analysis.iam.arns import service_of
from analysis.iam.conditions import told
from analysis.iam.evaluate import evaluate
from analysis.iam.model import IamModel, Kind, Principal
from analysis.iam.requests import Answer, Context, Denied, Request
from graph.documents import Statement


@dataclass(frozen=True, slots=True)
class Can:
    """One principal's answer."""

    principal: Principal
    action: str
    resource: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Right:
    """One line of what somebody may do: as a statement says it."""

    allow: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[str, ...]
    where: str


def who(model: IamModel, action: str, resource: str, context: Context | None = None) -> tuple[Can, ...]:
    """Everybody who may do something, or of whom nobody can tell; who may not is left out."""
    request = Request(action, resource, context or {})
    answers = (Can(each, action, resource, evaluate(model, each, request)) for each in model.principals)
    return tuple(can for can in answers if not isinstance(can.answer, Denied))


def can(model: IamModel, principal: Principal, action: str, resource: str | None) -> tuple[Can, ...]:
    """Whether one may do something: to a resource, or to each one of the stacks that the action may be about."""
    targets = [resource] if resource else list(_of_service(model, action)) or ["*"]
    return tuple(Can(principal, action, each, evaluate(model, principal, Request(action, each))) for each in targets)


def _of_service(model: IamModel, action: str) -> Iterator[str]:
    service = action.partition(":")[0].lower()
    for arn in sorted(model.resources):
        if service_of(arn) == {"sts": "iam"}.get(service, service):
            yield arn


def rights(model: IamModel, principal: Principal) -> tuple[Right, ...]:
    """Every statement that says something of a principal: its own, and those of resources that name it."""
    found = [
        _right(statement, policy.where)
        for policy in (*principal.policies, *([principal.boundary] if principal.boundary else []))
        for statement in policy.statements or ()
    ]
    unreadable = [p for p in principal.policies if p.statements is None]
    found += [Right(True, ("unknown",), (policy.unreadable,), (), policy.where) for policy in unreadable]
    for each in model.resource_policies:
        for statement in each.policy.statements or ():
            if any(value == principal.arn for _, value in statement.principals):
                found.append(_right(statement, f"policy of {each.resource or each.policy.where}"))
    return tuple(found)


def _right(statement: Statement, where: str) -> Right:
    actions = statement.actions or tuple(f"all but {each}" for each in statement.not_actions)
    resources = statement.resources or tuple(f"all but {each}" for each in statement.not_resources)
    return Right(statement.allow, actions, resources, tuple(map(told, statement.conditions)), where)


def find_principal(model: IamModel, name: str) -> Principal:
    """A principal by name, logical name, ARN, or what of a name is enough to tell it.

    Raises:
        LookupError: there is none, or several; the message names the nearest.
    """
    exact = [p for p in model.principals if name in {p.arn, p.name, p.urn.rpartition("::")[2]}]
    alike = [p for p in model.principals if fnmatch.fnmatchcase(p.name, f"*{name}*")]
    for found in (exact, alike):
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(sorted(p.name for p in found)[:8])
            raise LookupError(f"`{name}` may be several principals: {names}. Give the whole name or the ARN.")
    names = ", ".join(p.name for p in model.principals if p.kind in {Kind.ROLE, Kind.USER})
    raise LookupError(f"There is no principal `{name}`. Roles and users of the stack: {names or 'none'}.")


def find_resource(model: IamModel, name: str) -> str:
    """The ARN of a resource by logical name, ARN, pattern or the end of one, such as a bucket's name.

    Objects of a bucket stand behind a slash.

    Raises:
        LookupError: there is none; the message names near ones.
    """
    if name.startswith("arn:") or name == "*":
        return name
    logical, slash, rest = name.partition("/")
    if found := model.names.get(name) or model.names.get(logical):
        return found if name in model.names else f"{found}{slash}{rest}"
    for arn in sorted(model.resources):
        own = arn.split(":", 5)[-1]
        names = {own, own.partition("/")[2], own.partition(":")[2], *model.aliases.get(arn, ())} - {""}
        if name in names:
            return arn
        base, slash, rest = name.partition("/")
        if slash and base == own:
            return f"{arn}/{rest}"
    near = ", ".join(get_close_matches(name, model.names, n=3))
    raise LookupError(f"There is no resource `{name}` in the stack; {near and f'near: {near}; or '}give its ARN.")
