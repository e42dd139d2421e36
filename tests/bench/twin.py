"""The Terraform twin of a deployed Pulumi stack: the same resources, arguments and order, as `main.tf.json`.

Arguments are what the stand-in for the aws plug-in hands to the Terraform provider, made by its own code from the
inputs in the exported stack. Where an input depends on other resources, the values that they returned are turned back
into references (`${aws_vpc.main.id}`), so that Terraform has to wait for the same things; dependencies that leave no
trace in a value become `depends_on`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from embedded.aws_plugin import settings
from embedded.aws_plugin.errors import PluginError
from embedded.aws_plugin.mapping.nodes import Block, NestedBlock, Nesting, Node
from embedded.aws_plugin.resources import Resources
from embedded.aws_plugin.state import recorded
from embedded.aws_plugin.values import Props, Value, as_dict, value_of
from embedded.aws_plugin.wire import SECRET, SIGNATURE, is_asset

_WITHIN_TEXT = 8  # shortest value that is looked for inside longer texts: shorter ones are found by accident
_PROVIDER = "pulumi:providers:aws"
_Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Twin:
    """A Terraform configuration, what its provider process needs in its environment, and what is not in it."""

    document: _Json
    environment: dict[str, str]
    left_out: dict[str, str]
    """URN → why; these exist on the Pulumi side only."""

    @property
    def kinds(self) -> Counter[str]:
        """How many resources of each Terraform type."""
        return Counter({kind: len(named) for kind, named in self.document["resource"].items()})


@dataclass(frozen=True, slots=True)
class _Resource:
    """One resource of the exported stack."""

    urn: str
    node: Node
    address: str
    inputs: Props
    returned: Props
    """What the Terraform provider returned, by Terraform names."""
    needs: Mapping[str, Sequence[str]]
    """Input → URNs its value depends on."""
    after: Sequence[str]


def make(export: _Json, node_of: Callable[[str], Node], provider: Node, environment: Mapping[str, str]) -> Twin:
    """The twin of an exported stack (`pulumi stack export --show-secrets`).

    `node_of` gives what is known about a type token, `provider` what is known about the provider's configuration;
    `environment` holds the AWS variables that lead to the embedded cloud.

    Raises:
        PluginError: the stack has resources of several AWS providers, or was not deployed by the stand-in.
    """
    states = [state for state in export["deployment"]["resources"] if state.get("custom") and not state.get("external")]
    providers = {state["urn"]: state for state in states if state["type"] == _PROVIDER}
    resources, left_out = _resources(states, node_of)
    used = {_provider_of(state) for state in states if state["urn"] in resources}
    if len(used) != 1:
        raise PluginError(f"a Terraform twin needs resources of exactly one AWS provider, these have {sorted(used)}")
    config, extra = _provider_block(provider, providers[used.pop()], environment)
    blocks: dict[str, _Json] = {}
    for resource in resources.values():
        kind, label = resource.address.split(".")
        blocks.setdefault(kind, {})[label] = arguments(resource, resources)
    document = {
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},
        "provider": {"aws": config},
        "resource": blocks,
    }
    return Twin(document, extra, left_out)


def _resources(states: Sequence[_Json], node_of: Callable[[str], Node]) -> tuple[dict[str, _Resource], dict[str, str]]:
    found: dict[str, _Resource] = {}
    left_out: dict[str, str] = {}
    labels: Counter[str] = Counter()
    for state in states:
        urn, token = state["urn"], state["type"]
        if token.startswith("pulumi:"):
            continue  # providers and the stack are no resources of a cloud
        if not token.startswith("aws:"):
            left_out[urn] = f"{token.split(':')[0]} is another provider"
            continue
        node = node_of(token)
        was = recorded(revealed(state.get("outputs") or {}))
        if was is None:
            raise PluginError(f"{urn} was not deployed by the stand-in for the aws plug-in (ATOLL_PLUGINS=stand-in)")
        address = f"{node.type}.{label(urn.rsplit('::', 1)[-1])}"
        labels[address] += 1
        if labels[address] > 1:
            address += f"-{labels[address]}"
        found[urn] = _Resource(
            urn=urn,
            node=node,
            address=address,
            inputs=revealed(state.get("inputs") or {}),
            returned=was.state.values,
            needs={name: urns or () for name, urns in (state.get("propertyDependencies") or {}).items()},
            after=state.get("dependencies") or (),
        )
    return found, left_out


def _provider_of(state: _Json) -> str:
    return str(state.get("provider") or "").rsplit("::", 1)[0]


def _provider_block(node: Node, state: _Json, environment: Mapping[str, str]) -> tuple[_Json, dict[str, str]]:
    """The same configuration that the stand-in gives to its provider."""
    config = settings.from_pulumi(revealed(state.get("inputs") or {}))
    values, extra = settings.to_terraform(node, config, settings.region(config, environment), environment)
    return lean(node.body, literal(values)), extra


def arguments(resource: _Resource, resources: Mapping[str, _Resource]) -> _Json:
    """The block of one resource."""
    config = as_dict(value_of(literal(Resources.config(resource.node, resource.inputs))))
    referred: set[str] = set()
    members = {member.name: member.pulumi for member in resource.node.body.members()}
    for name, value in config.items():
        handles: dict[str, str] = {}
        for urn in resource.needs.get(members.get(name, ""), ()):
            if urn in resources:
                for text, expression in returned_texts(resources[urn].returned, resources[urn].address):
                    handles.setdefault(text, expression)
        config[name] = with_references(value, handles, referred)
    block = lean(resource.node.body, config)
    needed = {*resource.after, *(urn for urns in resource.needs.values() for urn in urns)}
    needed_addresses = {resources[urn].address for urn in needed if urn in resources and urn != resource.urn}
    unsaid = needed_addresses - {_address_in(expression) for expression in referred}
    return block | ({"depends_on": sorted(unsaid)} if unsaid else {})


def _address_in(expression: str) -> str:
    found = re.search(r"aws_\w+\.[\w-]+", expression)
    return found[0] if found else ""


def label(name: str) -> str:
    """A logical name as a name that Terraform allows."""
    name = re.sub(r"[^A-Za-z0-9_-]", "_", name)
    return name if re.match(r"[A-Za-z_]", name) else f"_{name}"


def revealed(value: Any) -> Any:
    """Exported JSON without the wrappers of secrets (`--show-secrets` leaves their plain text inside)."""
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET:
            return revealed(json.loads(value["plaintext"]))
        return {key: revealed(item) for key, item in value.items()}
    return [revealed(item) for item in value] if isinstance(value, list) else value


def literal(value: Any) -> Any:
    """A value in which Terraform sees no template of its own."""
    if isinstance(value, str):
        return value.replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, dict):
        return {key: literal(item) for key, item in value.items()}
    return [literal(item) for item in value] if isinstance(value, list) else value


def returned_texts(values: Props, address: str) -> Iterator[tuple[str, str]]:
    """(text, expression that gives it) for everything that a resource returned, its id and ARN first."""
    first = ("id", "arn")
    ordered = [*(name for name in first if name in values), *(name for name in values if name not in first)]
    for name in ordered:
        yield from _texts(values[name], f"{address}.{name}")


def _texts(value: Value, expression: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and value:
        yield value, expression
    elif isinstance(value, dict):
        for key, item in value.items():
            if re.fullmatch(r"[A-Za-z_]\w*", key):
                yield from _texts(item, f"{expression}.{key}")
    elif isinstance(value, list) and len(value) == 1:  # the elements of longer sets cannot be told apart
        yield from _texts(value[0], f"one({expression})")


def with_references(value: Value, handles: Mapping[str, str], referred: set[str]) -> Value:
    """The value with every text of `handles`, whole or within a longer text, as its expression; notes what was used."""
    if isinstance(value, str) and handles:
        if value in handles:
            referred.add(handles[value])
            return f"${{{handles[value]}}}"
        long = sorted((text for text in handles if len(text) >= _WITHIN_TEXT), key=len, reverse=True)
        if not long:
            return value

        def refer(match: re.Match[str]) -> str:
            referred.add(handles[match[0]])
            return f"${{{handles[match[0]]}}}"

        return re.sub("|".join(map(re.escape, long)), refer, value)
    if isinstance(value, dict) and not is_asset(value):
        return {key: with_references(item, handles, referred) for key, item in value.items()}
    return [with_references(item, handles, referred) for item in value] if isinstance(value, list) else value


def lean(body: Block, config: Mapping[str, Any]) -> _Json:
    """A block without the nulls and empty blocks that the provider's protocol wants and Terraform's language does not.

    Inside attributes nulls stay: an object must have all of its members.
    """
    out: _Json = {}
    for name, value in config.items():
        nested = body.blocks.get(name)
        if value is None or (nested and not value):
            continue
        out[name] = _lean_nested(nested, value) if nested else value
    return out


def _lean_nested(nested: NestedBlock, value: Any) -> Any:
    if nested.repeated:
        return [lean(nested.body, item) for item in value]
    if nested.nesting is Nesting.MAP:
        return {key: lean(nested.body, item) for key, item in value.items()}
    return lean(nested.body, value)
