"""What the settings of delivery must be to one another."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.settings.delivery import DeliverySettings, SourceKind
from contracts.settings.rules.engine import Finding, rule

PRODUCTION = ("prod", "global")
"""Stacks whose name begins so are production's."""


@rule("delivery")
def _repository_of_its_kind(delivery: DeliverySettings | None) -> Iterator[Finding]:
    if delivery is None:
        return
    source = delivery.source
    if (source.kind is SourceKind.GITHUB) != ("/" in source.repository):
        wanted = "owner/name" if source.kind is SourceKind.GITHUB else "a name without an owner"
        path = ("delivery", "source", "repository")
        yield Finding(path, source.repository, f"{wanted}, for {source.kind}", "write it so, or change the kind")


@rule("delivery")
def _stages_are_a_way(delivery: DeliverySettings | None) -> Iterator[Finding]:
    if delivery is None:
        return
    if not delivery.stages:
        yield Finding(("delivery", "stages"), (), "at least one stage", "name the environment that is deployed first")
    names: dict[str, int] = {}
    stacks: dict[str, str] = {}
    for index, stage in enumerate(delivery.stages):
        path = ("delivery", "stages", index)
        if names.setdefault(stage.name, index) != index:
            yield Finding((*path, "name"), stage.name, "a name that no other stage has", "rename one of the two")
        if not stage.stacks:
            yield Finding((*path, "stacks"), (), "at least one stack", f"name what {stage.name} deploys")
        for stack in stage.stacks:
            if (other := stacks.setdefault(stack, stage.name)) != stage.name:
                fix = f"{other} deploys it already; a stack has one place on the way"
                yield Finding((*path, "stacks"), stack, "stacks that no other stage deploys", fix)


@rule("delivery")
def _production_is_approved(delivery: DeliverySettings | None) -> Iterator[Finding]:
    for index, stage in enumerate(delivery.stages if delivery else ()):
        production = [stack for stack in stage.stacks if stack.startswith(PRODUCTION)]
        if production and not stage.approval:
            path = ("delivery", "stages", index, "approval")
            fix = f"{production[0]} is production: a person says yes before it changes (004)"
            yield Finding(path, False, "true for a stage of production", fix)
