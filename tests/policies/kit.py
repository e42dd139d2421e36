"""Compliant programs, and the small changes that must turn one control red and no other."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

from pulumi_aws._inputs import ProviderDefaultTagsArgs
from pulumi_aws.provider import Provider

from graph import ResourceGraph
from graph.nodes import Node
from graph.paths import parse_path
from graph.values import UNKNOWN, FrozenList, FrozenMap, Value, freeze
from tests.kit.recording import record_program
from tests.policies import compliant, mutations

TODAY = date(2026, 11, 21)
"""Day on which versions are in support and leases last."""
KEEP = "keep"
"""What a resource has already."""
TAGS = {
    "CostCenter": "engineering",
    "DataClassification": "internal",
    "Environment": "env-compliant",
    "ExpiresAt": "2026-12-01",
    "ManagedBy": "pulumi",
    "Owner": "platform-team",
    "Platform": "atoll",
}
"""The tags of everything in the compliant stack, by its provider."""
DELETE = object()
"""Value of `change` that takes a property away."""


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """One change of the compliant graph, and what a control must say then."""

    control: str
    """The control that must notice."""
    resource: str
    """Logical name of the resource that the control answers about; the stack's name for controls of the stack."""
    says: str | None = None
    """Exact words of the failure (or, for `unknown`, nothing: the control must be undecided; for `not_applicable`
    the exact reason)."""
    change: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Property path (camelCase) → new value, of `of` or `resource`."""
    of: str | None = None
    """Resource that is changed, where it is not the one that the control answers about."""
    unknown: tuple[str, ...] = ()
    """Properties of `of` or `resource` that become unknown: the control must be undecided."""
    remove: tuple[str, ...] = ()
    """Resources that are taken away."""
    undecided: bool = False
    """The control must be undecided after another change than `unknown`."""
    retype: str | None = None
    """Another type token of the changed resource."""
    ignore: tuple[str, ...] = ()
    """What its `ignore_changes` become."""
    region: str | None = KEEP
    """The region that it is in; None where nobody knows."""
    provider: str | None = KEEP
    """URN of its provider; None for the default one."""
    not_applicable: bool = False
    """The change makes the control say that it has nothing to say."""
    also: tuple[str, ...] = ()
    """Other controls that this very change turns red, with reason: only where a control's `companions` are not it."""

    @property
    def id(self) -> str:
        """Name of the test."""
        parts = [*self.change, *(f"{name} unknown" for name in self.unknown), *(f"no {name}" for name in self.remove)]
        parts += [*self.ignore, self.retype or ""]
        return f"{self.control}: {self.of or self.resource} {', '.join(parts)}"


@cache
def compliant_graph() -> ResourceGraph:
    """Every compliant program (`program()` of each module below compliant/) in one stack."""

    def program() -> None:
        Provider("aws", region="us-east-1", default_tags=ProviderDefaultTagsArgs(tags=TAGS))
        for build in _from_modules(compliant, "program"):
            build()

    graph = record_program(program, stack="compliant").graph
    provider = graph.named("aws")
    placed = [replace(node, provider=provider.urn) if node.package == "aws" and node.custom else node for node in graph]
    return ResourceGraph(placed, project=graph.project, stack=graph.stack)


@cache
def every_mutation() -> tuple[Mutation, ...]:
    """All mutations (`MUTATIONS` of each module below mutations/)."""
    return tuple(mutation for some in _from_modules(mutations, "MUTATIONS") for mutation in some)


def mutated(mutation: Mutation) -> ResourceGraph:
    """The compliant graph with the change made."""
    graph = compliant_graph()
    changes = mutation.change or mutation.unknown or not mutation.remove
    target = graph.named(mutation.of or mutation.resource) if changes else None
    nodes: list[Node] = []
    for node in graph:
        if node.name in mutation.remove and node.custom:
            continue
        nodes.append(_changed(node, mutation) if target is not None and node.urn == target.urn else node)
    return ResourceGraph(nodes, project=graph.project, stack=graph.stack)


def _changed(node: Node, mutation: Mutation) -> Node:
    changes = {**mutation.change, **dict.fromkeys(mutation.unknown, UNKNOWN)}
    inputs, outputs = node.inputs, node.outputs
    tops = {str(parse_path(path)[0]) for path in changes}
    for path, value in changes.items():
        inputs, outputs = (_set(holder, parse_path(path), value) for holder in (inputs, outputs))
    return replace(
        node,
        type=mutation.retype or node.type,
        region=node.region if mutation.region == KEEP else mutation.region,
        provider=node.provider if mutation.provider == KEEP else mutation.provider,
        options=replace(node.options, ignore_changes=mutation.ignore),
        inputs=inputs,
        outputs=outputs,
        references=tuple(r for r in node.references if str(parse_path(r.path)[0]) not in tops),
        property_dependencies=tuple(p for p in node.property_dependencies if p[0] not in tops),
    )


def _set(value: Value, steps: tuple[str | int, ...], new: Any) -> Any:
    if not steps:
        return new if new is DELETE else freeze(new)
    step, rest = steps[0], steps[1:]
    if isinstance(step, int):
        items = list(value) if isinstance(value, FrozenList) else []
        assert step < len(items), f"there is no item {step}"
        changed = _set(items[step], rest, new)
        return FrozenList([*items[:step], *([] if changed is DELETE else [changed]), *items[step + 1 :]])
    members = dict(value) if isinstance(value, FrozenMap) else {}
    changed = _set(members.get(step), rest, new)
    if changed is DELETE:
        members.pop(step, None)
        return FrozenMap(members)
    return FrozenMap({**members, step: changed})


def _from_modules(package: Any, name: str) -> Iterator[Any]:
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        yield getattr(importlib.import_module(module.name), name)
