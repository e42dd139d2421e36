"""Make the resources of a blueprint with the SDK."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pulumi

from contracts.blueprints import Blueprint, Child, JsonText, Made, Part, Undisclosed

_STEP = re.compile(r"[^.\[\]]+")


def build(component: pulumi.ComponentResource, blueprint: Blueprint) -> dict[str, Any]:
    """Register every child under the component; the component's outputs (camelCase)."""
    made: dict[str, pulumi.Resource] = {}
    for child in blueprint.children:
        made[child.key] = _register(child, component, made, blueprint.outputs_of(child.key))
    return _filled(blueprint.outputs, made)


def _register(
    child: Child, component: pulumi.Resource, made: Mapping[str, pulumi.Resource], outputs: frozenset[str]
) -> pulumi.Resource:
    options = pulumi.ResourceOptions(
        parent=component if child.parent is None else made[child.parent],
        depends_on=[made[key] for key in child.depends_on],
        ignore_changes=list(child.ignore_changes),
    )
    if not child.custom:
        return pulumi.ComponentResource(child.type, child.name, {}, options)
    # An output is read from the resource only if it is named among its properties.
    unset: dict[str, Any] = dict.fromkeys(outputs - {"id"})
    return pulumi.CustomResource(child.type, child.name, {**unset, **_filled(child.inputs, made)}, options)


def _filled(template: Any, made: Mapping[str, pulumi.Resource]) -> Any:
    """The template with outputs in place of what stands for them; None and what is undisclosed is left out of maps."""
    match template:
        case Made(child, ""):
            return made[child]
        case Made(child, path):
            return _at(made[child], path)
        case Part(text, separator, index):
            return _filled(text, made).apply(lambda found: found.split(separator)[index])  # pyright: ignore[reportUnknownLambdaType, reportUnknownMemberType]
        case JsonText(value):
            return pulumi.Output.json_dumps(_filled(value, made), separators=(",", ":"))
        case Mapping():
            items: Mapping[str, Any] = template  # pyright: ignore[reportUnknownVariableType]
            kept = {key: value for key, value in items.items() if not isinstance(value, Undisclosed | None)}
            return {key: _filled(value, made) for key, value in kept.items()}
        case list() | tuple():
            return [_filled(item, made) for item in template]  # pyright: ignore[reportUnknownVariableType]
        case _:
            return template


def _at(resource: pulumi.Resource, path: str) -> pulumi.Output[Any]:
    head, *rest = _STEP.findall(path)
    value: pulumi.Output[Any] = getattr(resource, head)

    def inside(found: Any) -> Any:
        for step in rest:
            found = found[int(step) if step.isdigit() else step]
        return found

    return value.apply(inside) if rest else value
