"""Grants of a service's stack that nothing explains, and what its contract needs that nothing grants (CON-4, CON-7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from analysis.iam.arns import Arns
from analysis.iam.matching import covers
from analysis.iam.model import IamModel, Kind, Principal
from analysis.iam.needs import Need, running_needs
from contracts.services.bindings import Service
from contracts.services.grants import Drawn, Grant, callable_by, grants
from graph import ResourceGraph
from graph.documents import Condition, Statement, matches, placeholder
from graph.paths import look_up
from graph.values import FrozenMap, Reference

REGION_STACK = "pulumi:pulumi:StackReference"


@dataclass(frozen=True, slots=True, order=True)
class Unexplained:
    """A grant that neither the contract nor how the stack runs asks for."""

    role: str
    policy: str
    sid: str
    actions: tuple[str, ...]
    resource: str

    def __str__(self) -> str:
        told = f"{self.role} may {', '.join(self.actions)} on {self.resource} ({self.policy} {self.sid})"
        return f"{told}, and nothing asks for it"


@dataclass(frozen=True, slots=True, order=True)
class Missing:
    """What the contract needs and no statement grants."""

    role: str
    action: str
    resource: str
    why: str

    def __str__(self) -> str:
        return f"{self.role} may not {self.action} on {self.resource}, and {self.why} needs it"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A stack's grants against its needs."""

    unexplained: tuple[Unexplained, ...]
    missing: tuple[Missing, ...]


def compare(model: IamModel, graph: ResourceGraph, service: Service, *others: ResourceGraph) -> Comparison:
    """Compare what the roles of a stack may do with what its contract and its resources need.

    Args:
        model: of the graph and the others.
        graph: of the service's stack.
        service: its contract, in its place.
        others: stacks whose outputs it uses, so that their ARNs are known.
    """
    arns = Arns((graph, *others))
    contract = tuple(contract_needs(service, graph, arns))
    needs: dict[str, list[Need]] = defaultdict(list)
    for need in (*contract, *running_needs(graph, arns)):
        needs[need.role].append(need)
    roles = [p for p in model.roles if p.kind is Kind.ROLE and p.urn in graph]
    unexplained = [found for role in roles for found in _unexplained(role, needs[role.arn])]
    by_arn = {role.arn: role for role in roles}
    missing = [found for need in contract for found in _missing(by_arn.get(need.role), need)]
    return Comparison(tuple(sorted(set(unexplained))), tuple(sorted(set(missing))))


def contract_needs(service: Service, graph: ResourceGraph, arns: Arns) -> Iterator[Need]:
    """What the code of a service does by its contract, and what consumers in other accounts call."""
    drawn = _drawn(service, graph, arns)
    for runner in service.runners:
        for grant in grants(service, runner, drawn):
            yield _need(service.names.role_arn(runner), grant, str(runner))
    for consumer, uses in service.foreign_callers.items():
        for grant in callable_by(uses):
            yield _need(service.names.role_for_arn(consumer), grant, f"the consumer {consumer}")


def _need(role: str, grant: Grant, who: str) -> Need:
    why = f"the contract of {who} ({grant.sid})"
    resources = tuple(str(each) for each in grant.resources)
    return Need(role, why, grant.actions, resources, tuple(_conditions(grant.conditions)), contract=True)


def _conditions(written: Mapping[str, Mapping[str, Any]]) -> Iterator[Condition]:
    for operator, keys in written.items():
        for key, value in keys.items():
            values = cast("list[Any]", value) if isinstance(value, list) else [value]
            yield Condition(operator.lower(), key.lower(), tuple(map(str, values)))


def _drawn(service: Service, graph: ResourceGraph, arns: Arns) -> Drawn:
    """What AWS draws, as the stack reads it from its region's stack."""

    def output(path: str) -> str:
        for node in graph.of_type(REGION_STACK):
            known = look_up(FrozenMap(node.outputs), f"outputs.{path}")
            if isinstance(known, str):
                return known
            return arns.resolved(placeholder(Reference(node.urn, f"outputs.{path}")))
        return placeholder(Reference(f"urn:pulumi:{graph.stack}::none", path))

    database = output("database.resource_id")
    return Drawn(
        database_user_arn=lambda role: service.place.arn("rds-db", f"dbuser:{database}/{role}"),
        cache_token_arn=output("cache.secret_arn"),
    )


def _unexplained(role: Principal, needs: Iterable[Need]) -> Iterator[Unexplained]:
    known = tuple(needs)
    for policy in role.policies:
        if policy.statements is None:
            yield Unexplained(role.name, policy.where, "", ("anything",), policy.unreadable)
            continue
        for statement in policy.statements:
            if not statement.allow:
                continue
            for resource in statement.resources or ("everything but " + " ".join(statement.not_resources),):
                actions = statement.actions or tuple(f"everything but {each}" for each in statement.not_actions)
                left = [a for a in actions if not any(_explains(need, a, resource, statement) for need in known)]
                if left and not _spread(statement, left, resource, known):
                    yield Unexplained(role.name, policy.where, statement.sid, tuple(left), resource)


def _explains(need: Need, action: str, resource: str, statement: Statement) -> bool:
    """Whether a need asks for an action on a resource, and a statement gives it under no weaker conditions."""
    return (
        any(action == each.lower() for each in need.actions)
        and any(covers(each, resource) for each in need.resources)
        and all(any(_as_strict(mine, theirs) for mine in statement.conditions) for theirs in need.conditions)
    )


def _spread(statement: Statement, left: Iterable[str], resource: str, needs: Iterable[Need]) -> bool:
    """Whether a statement merges grants: each of its actions is needed on one of its resources, as this resource is.

    A contract's grants of one name are one statement, so that an action may stand beside a resource of another.
    """
    used = any(_explains(need, action, resource, statement) for need in needs for action in statement.actions)
    return used and all(
        any(_explains(need, action, other, statement) for need in needs for other in statement.resources)
        for action in left
    )


def _as_strict(condition: Condition, wanted: Condition) -> bool:
    same = (condition.operator, condition.key) == (wanted.operator, wanted.key)
    return same and set(condition.values) <= set(wanted.values)


def _missing(role: Principal | None, need: Need) -> Iterator[Missing]:
    for action in need.actions:
        for resource in need.resources:
            if role is None or not any(
                _grants(statement, action, resource, need)
                for policy in role.policies
                for statement in policy.statements or ()
            ):
                yield Missing(role.name if role else need.role.rpartition("/")[2], action, resource, need.why)


def _grants(statement: Statement, action: str, resource: str, need: Need) -> bool:
    return (
        statement.allow
        and any(matches(pattern, action) for pattern in statement.actions)
        and any(covers(pattern, resource) for pattern in statement.resources)
        and all(any(_as_strict(theirs, mine) for theirs in need.conditions) for mine in statement.conditions)
    )
