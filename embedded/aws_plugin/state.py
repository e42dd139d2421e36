"""What the plug-in remembers with each resource: Terraform's state, in one hidden, secret output."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Final

from embedded.aws_plugin.mapping.nodes import Node
from embedded.aws_plugin.secrecy import mark
from embedded.aws_plugin.shapes import block_to_pulumi
from embedded.aws_plugin.terraform import State
from embedded.aws_plugin.values import UNKNOWN, Props, Secret, Value, as_dict, value_of

STATE_KEY: Final = "__terraform"
_ID_KEYS: Final = ("id", "arn", "identifier", "name")


@dataclass(frozen=True, slots=True)
class Recorded:
    """The state, and the region of the provider that made it."""

    state: State
    region: str


def recorded(outputs: Props) -> Recorded | None:
    """What the outputs remember; None if they come from an import, or from another plug-in."""
    raw = outputs.get(STATE_KEY)
    if not isinstance(raw, str) or not raw:
        return None
    data = json.loads(raw)
    return Recorded(State(as_dict(value_of(data["state"])), base64.b64decode(data["private"])), data["region"])


def _remember(state: State, region: str) -> Secret:
    private = base64.b64encode(state.private).decode()
    data = {"state": state.values, "private": private, "region": region}
    return Secret(json.dumps(data, separators=(",", ":")))


def outputs(node: Node, state: State, inputs: Props, region: str, *, preview: bool = False) -> Props:
    """What Pulumi sees of a state. `inputs` may hold secrets: what repeats them is secret, too."""
    out = block_to_pulumi(node.body, state.values, secrets=True)
    if node.regional:
        out["region"] = region
    for attribute in node.body.attributes.values():
        given = inputs.get(attribute.pulumi)
        if given is None:
            continue
        if attribute.write_only:  # Terraform keeps nothing of it, and it is a secret by its nature
            out[attribute.pulumi] = given if isinstance(given, Secret) else Secret(given)
        elif attribute.asset:
            out[attribute.pulumi] = given
    for name in node.body.virtual:  # not supported, but what was given keeps its value
        if name in inputs:
            out.setdefault(name, inputs[name])
    if "arn" in node.body.virtual:  # newer providers give the ARN a name of its own where it was the id alone
        identifier = state.values.get("id")
        if identifier is UNKNOWN or (isinstance(identifier, str) and identifier.startswith("arn:")):
            out.setdefault("arn", identifier)
    out = mark(out, inputs)
    if not preview:
        out[STATE_KEY] = _remember(state, region)
    return out


def identity(values: Props) -> str:
    """What Pulumi calls the resource's id: Terraform's, or the best that a type without one has."""
    candidates: list[Value] = [values.get(key) for key in _ID_KEYS] + list(values.values())
    return next((value for value in candidates if isinstance(value, str) and value), "unknown")
