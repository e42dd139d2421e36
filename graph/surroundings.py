"""Say of each resource in which region and account it is, from its own settings or its provider's."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from graph.nodes import Node
from graph.values import MISSING, FrozenList, FrozenMap, Presence, Value, freeze


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where resources are unless a provider says otherwise: 12-digit account id and region name, if known."""

    account: str | None
    region: str | None


def place(nodes: Iterable[Node], default: Surroundings) -> list[Node]:
    """Give every AWS resource its region and account; what neither a provider nor the default says stays None."""
    by_urn = {node.urn: node for node in nodes}
    return [_placed(node, by_urn, default) for node in by_urn.values()]


def _placed(node: Node, nodes: Mapping[str, Node], default: Surroundings) -> Node:
    if node.package != "aws" or not node.custom:
        return node
    provider = node if node.is_provider else nodes.get(node.provider or "")
    inputs = provider.inputs if provider else FrozenMap()
    region = node.inputs.get("region") or inputs.get("region") or default.region
    return replace(node, region=region, account=_account(inputs, default))


def _account(provider: FrozenMap, default: Surroundings) -> Value:
    for role in _items(provider_input(provider, "assumeRoles")) or _items(provider_input(provider, "assumeRole")):
        arn = role.get("roleArn") if isinstance(role, FrozenMap) else role
        if isinstance(arn, str) and arn.count(":") >= 5:
            return arn.split(":")[4]
        return arn
    allowed = _items(provider_input(provider, "allowedAccountIds"))
    if len(allowed) == 1:
        return allowed[0]
    return default.account


def provider_input(inputs: FrozenMap, name: str) -> Value | Presence:
    """An input of a provider. Providers take nested values as JSON text; this gives the value."""
    value = inputs.get(name, MISSING)
    if isinstance(value, str) and value.startswith(("[", "{")):
        with contextlib.suppress(ValueError):
            return freeze(json.loads(value))
    return value


def _items(value: Value | Presence) -> tuple[Value, ...]:
    if isinstance(value, Presence) or value is None:
        return ()
    return tuple(value) if isinstance(value, FrozenList) else (value,)


def default_tags(provider: Node | None) -> FrozenMap:
    """The tags an ``aws`` provider puts on every resource that takes tags; none where they are not known."""
    configured = provider_input(provider.inputs, "defaultTags") if provider else MISSING
    tags = configured.get("tags") if isinstance(configured, FrozenMap) else configured
    return tags if isinstance(tags, FrozenMap) else FrozenMap()
