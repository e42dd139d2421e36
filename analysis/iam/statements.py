"""Whether one statement speaks of a request: yes, no, only under conditions, or nobody can tell before deployment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from analysis.iam.arns import account_of
from analysis.iam.conditions import holds, told
from analysis.iam.matching import covers
from analysis.iam.model import Kind, Policy, Principal
from analysis.iam.requests import Context, Grant, Layer, Request
from graph.documents import Statement


class Means(Enum):
    """How a resource policy names a principal."""

    NAMED = "named"
    """Itself, its service, or everyone."""
    ACCOUNT = "account"
    """Its account: identity policies there decide."""
    NOT = "not"
    """It does not."""
    OPEN = "open"
    """It hangs on a placeholder."""


@dataclass(frozen=True, slots=True)
class Say:
    """A statement that speaks of a request, or may."""

    allow: bool
    grant: Grant
    """With the conditions that are left."""
    unknown: str = ""
    """What must be known to tell whether it speaks of the request at all; empty if it does."""
    means: Means = Means.NAMED


def says(
    policy: Policy, layer: Layer, request: Request, context: Context, principal: Principal | None = None
) -> list[Say]:
    """What the statements of a policy say of a request; `principal` only for resource policies."""
    if policy.statements is None:  # it may allow and it may deny
        return [Say(allow, Grant(layer, policy.where, ""), policy.unreadable) for allow in (True, False)]
    found: list[Say] = []
    for statement in policy.statements:
        say = _say(statement, policy, layer, request, context, principal)
        if say is not None:
            found.append(say)
    return found


def _say(
    statement: Statement, policy: Policy, layer: Layer, request: Request, context: Context, principal: Principal | None
) -> Say | None:
    if not statement.covers(request.action):
        return None
    unknown: list[str] = []
    covered = _covers_resource(statement, request.resource)
    if covered is False:
        return None
    if covered is None:
        unknown.append(f"whether {_resources(statement)} is {request.resource}")
    means = means_of(statement, principal) if principal is not None else Means.NAMED
    if means is Means.NOT:
        return None
    if means is Means.OPEN:
        unknown.append(f"principal of {policy.where} ({statement.sid})")
    left: list[str] = []
    for condition in statement.conditions:
        match holds(condition, context):
            case True:
                continue
            case False:
                return None
            case None:
                left.append(told(condition))
    return Say(statement.allow, Grant(layer, policy.where, statement.sid, tuple(left)), "; ".join(unknown), means)


def _resources(statement: Statement) -> str:
    return " | ".join(statement.resources or statement.not_resources)


def _covers_resource(statement: Statement, resource: str | None) -> bool | None:
    if not statement.resources and not statement.not_resources:
        return True  # a trust policy is for its role alone
    if resource is None:  # some resource: an allowance always has one, a denial leaves one unless it takes all
        return statement.allow or statement.every_resource
    if statement.not_resources:
        found = _any(covers(pattern, resource) for pattern in statement.not_resources)
        return None if found is None else not found
    return _any(covers(pattern, resource) for pattern in statement.resources)


def means_of(statement: Statement, principal: Principal) -> Means:
    """How the principal element of a statement names a principal."""
    if statement.not_principals:
        each = [_means(kind, value, principal) for kind, value in statement.not_principals]
        if Means.NAMED in each:
            return Means.NOT
        return Means.OPEN if Means.OPEN in each else Means.NAMED
    each = [_means(kind, value, principal) for kind, value in statement.principals]
    if not statement.allow and Means.ACCOUNT in each:
        return Means.NAMED  # a denial to an account is one to everybody in it
    return next((m for m in (Means.NAMED, Means.ACCOUNT, Means.OPEN) if m in each), Means.NOT)


def _means(kind: str, value: str, principal: Principal) -> Means:
    if value.strip() == "*" and kind in {"*", "AWS"}:
        return Means.NAMED
    match principal.kind:
        case Kind.SERVICE:
            return Means.NAMED if kind == "Service" and value == principal.arn else Means.NOT
        case Kind.FEDERATED:
            return Means.NAMED if kind == "Federated" and value == principal.arn else Means.NOT
        case Kind.ANYONE:
            return Means.NOT
        case _:
            return _means_arn(value, principal) if kind == "AWS" else Means.NOT


def _means_arn(value: str, principal: Principal) -> Means:
    if value == principal.arn or (principal.kind is Kind.ROLE and _is_session(value, principal)):
        return Means.NAMED
    account = value if value.isdigit() else account_of(value) if value.endswith(":root") else None
    if account is not None:
        if account != principal.account:
            return Means.NOT
        return Means.NAMED if principal.kind is Kind.ACCOUNT else Means.ACCOUNT
    if "${" in value and covers(value.replace("*", "\0"), principal.arn) is None:
        return Means.OPEN
    return Means.NOT


def _is_session(value: str, role: Principal) -> bool:
    """Whether an ARN is one of a session of a role; who may take it may have that session."""
    parts = value.split(":", 5)
    return (
        len(parts) == 6 and parts[2] == "sts" and parts[4] == role.account and parts[5].split("/")[1:2] == [role.name]
    )


def _any(each: Iterable[bool | None]) -> bool | None:
    results = list(each)
    return True if True in results else None if None in results else False
