"""Resources as the engine shows them to a policy pack, as nodes of a graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import pulumi
from pulumi_policy import PolicyResource, PolicyResourceOptions, ResourceValidationArgs, Secret

from contracts.plain_secrets import names_a_secret
from graph.nodes import Node, Options
from graph.values import SECRET, FrozenMap, Value
from graph.wire import SECRET_SIGNATURE, SIGNATURE, decode


def of_stack(resource: PolicyResource) -> Node:
    """A resource of the whole stack, with what it depends on."""
    by_property = resource.property_dependencies or {}
    return _node(
        resource.urn,
        resource.resource_type,
        resource.name,
        resource.props,
        custom=resource.provider is not None or resource.resource_type.startswith("pulumi:providers:"),
        options=_options(resource.opts),
        parent=resource.parent.urn if resource.parent is not None else None,
        provider=resource.provider.urn if resource.provider is not None else None,
        dependencies=tuple(sorted(d.urn for d in resource.dependencies or ())),
        property_dependencies=tuple(
            (name, tuple(sorted(d.urn for d in found))) for name, found in sorted(by_property.items()) if found
        ),
    )


def registered(args: ResourceValidationArgs, props: Any) -> Node:
    """A resource at its registration, with some properties: it stands alone."""
    return _node(args.urn, args.resource_type, args.name, props, custom=True, options=_options(args.opts))


def _options(options: PolicyResourceOptions) -> Options:
    return Options(ignore_changes=tuple(options.ignore_changes), aliases=tuple(options.aliases))


def _node(urn: str, kind: str, name: str, props: Any, **rest: Any) -> Node:
    values = FrozenMap(_values(_plain(props)))
    return Node(urn=urn, type=kind, name=name, inputs=values, outputs=values, **rest)


def _values(properties: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    """Decode; what stands under the name of a secret is not kept, for the SDK has taken the engine's marks away."""
    for name, item in properties.items():
        if not name.startswith("__"):
            yield name, SECRET if isinstance(item, str) and names_a_secret(name) else decode(item)


def _plain(item: Any) -> Any:
    """What the SDK's proxies stand for, at any depth: asking a proxy for an unknown would raise."""
    if isinstance(item, pulumi.Asset | pulumi.Archive):
        return None
    if isinstance(item, Secret):
        return {SIGNATURE: SECRET_SIGNATURE}
    if isinstance(item, Mapping):
        return {key: _plain(inner) for key, inner in _behind(cast("Any", item)).items()}
    if isinstance(item, Sequence) and not isinstance(item, str):
        return [_plain(inner) for inner in _behind(cast("Any", item))]
    return item


def unwrapped(item: Any) -> Any:
    """What the SDK's proxies stand for, with its marks of secrets, assets and unknowns, which go back to the engine."""
    if isinstance(item, Secret):
        return Secret(unwrapped(item.value))
    if isinstance(item, Mapping):
        return {key: unwrapped(inner) for key, inner in _behind(cast("Any", item)).items()}
    if isinstance(item, Sequence) and not isinstance(item, str):
        return [unwrapped(inner) for inner in _behind(cast("Any", item))]
    return item


def _behind(container: Any) -> Any:
    return cast("Any", container) if isinstance(container, dict | list) else container["__target"]
