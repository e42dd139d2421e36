"""What is wrong with who may do what in a stack, as a list that a report or a gate can use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, unique

from analysis.iam.escalation import escalations
from analysis.iam.explanations import Explanations, explanations
from analysis.iam.model import Guardrails, IamModel
from analysis.iam.reading import read_model
from analysis.iam.unused import compare
from contracts.services.bindings import Service
from graph import ResourceGraph


@unique
class FindingKind(StrEnum):
    """What a finding is about."""

    ESCALATION = "escalation"
    PUBLIC = "public"
    """A resource policy allows something to anyone."""
    UNREADABLE = "unreadable"
    """A policy cannot be read before deployment: nobody can say what it grants."""
    UNUSED = "unused-grant"
    MISSING = "missing-grant"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or that is meant and why."""

    kind: FindingKind
    subject: str
    """Principal, resource or policy."""
    message: str
    why: str = ""
    """Why it is meant; empty if nothing explains it."""

    @property
    def stands(self) -> bool:
        """Whether nothing explains it."""
        return not self.why


def check(
    graph: ResourceGraph,
    *others: ResourceGraph,
    service: Service | None = None,
    guardrails: Guardrails | None = None,
    meant: Explanations | None = None,
) -> tuple[Finding, ...]:
    """Everything that the proofs find in one stack.

    Args:
        graph: the stack.
        others: stacks that it uses, so that what they export is known; only what begins in the stack is reported.
        service: the contract of a service's stack, in its place; grants are not compared if left out.
        guardrails: SCPs and session policies; none if left out.
        meant: what explains findings; the program's own file if left out.
    """
    model = read_model(graph, *others, guardrails=guardrails)
    reasons = meant if meant is not None else explanations()
    found = [*_escalations(model, graph, reasons), *_public(model), *_unreadable(model, graph)]
    if service is not None:
        compared = compare(model, graph, service, *others)
        for grant in compared.unexplained:
            found.append(Finding(FindingKind.UNUSED, grant.role, str(grant), reasons.of_grant(grant)))
        found += [Finding(FindingKind.MISSING, lack.role, str(lack)) for lack in compared.missing]
    return tuple(found)


def _escalations(model: IamModel, graph: ResourceGraph, reasons: Explanations) -> Iterator[Finding]:
    own = {p.name for p in model.principals if p.urn in graph or not p.urn}
    for path in escalations(model):
        if path.source in own or path.target in own:
            yield Finding(FindingKind.ESCALATION, path.source, str(path), reasons.of_path(path))


def _public(model: IamModel) -> Iterator[Finding]:
    """Statements that allow anyone without any condition."""
    trusts = [(p.name, p.trust) for p in model.roles if p.trust is not None]
    for resource, policy in (*((each.resource, each.policy) for each in model.resource_policies), *trusts):
        for statement in policy.statements or ():
            if statement.allow and statement.anyone and not statement.conditions:
                message = f"{policy.where} ({statement.sid}) allows anyone {', '.join(statement.actions)}"
                yield Finding(FindingKind.PUBLIC, resource, message)


def _unreadable(model: IamModel, graph: ResourceGraph) -> Iterator[Finding]:
    for principal in model.roles:
        boundary = [principal.boundary] if principal.boundary else []
        trust = [principal.trust] if principal.trust else []
        for policy in (*principal.policies, *boundary, *trust) if principal.urn in graph else ():
            if policy.statements is None:
                message = f"what {principal} may do is not known: {policy.unreadable}"
                yield Finding(FindingKind.UNREADABLE, principal.name, message)
    for each in model.resource_policies:
        if each.policy.statements is None:
            message = f"the policy of {each.resource or each.policy.where} is not known: {each.policy.unreadable}"
            yield Finding(FindingKind.UNREADABLE, each.resource, message)
