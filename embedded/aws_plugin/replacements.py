"""Which properties of a resource cannot be changed in place, asked of the provider itself.

Terraform's schema does not say what forces a new resource; a plan does. Each property of each type is changed once, in
a resource of which nothing else is known, and the provider is asked what would happen. Nothing leaves the machine: a
plan calls no AWS. `python -m embedded.aws_plugin.replacements FILE` writes what analysis reads.

A property whose plan fails (its type checks it together with others) is listed as not known, never as changeable.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from embedded.aws_plugin.bundle import Bundle
from embedded.aws_plugin.errors import PluginError, Problem, TerraformError
from embedded.aws_plugin.install import install
from embedded.aws_plugin.mapping.nodes import Attribute, Block, CtyType, NestedBlock, Node
from embedded.aws_plugin.mapping.store import Kind, MapStore
from embedded.aws_plugin.pool import Pool
from embedded.aws_plugin.report import Reporter
from embedded.aws_plugin.shapes import resource_to_terraform
from embedded.aws_plugin.terraform import State, Terraform
from embedded.aws_plugin.values import Props, Value
from embedded.home import cache_dir

REGION = "us-east-1"
_OFFLINE: Props = {
    "accessKey": "plans",
    "secretKey": "plans",
    "skipCredentialsValidation": True,
    "skipMetadataApiCheck": True,
    "skipRequestingAccountId": True,
}
"""Provider settings with which it asks nobody who we are."""
_BASES: Mapping[str, Props] = {
    "aws:dynamodb/table:Table": {
        "name": "known",
        "hashKey": "key",
        "attributes": [{"name": "key", "type": "S"}],
        "billingMode": "PAY_PER_REQUEST",
    },
    "aws:lambda/function:Function": {"name": "known", "role": "known", "handler": "a.b", "runtime": "python3.12"},
    "aws:lb/targetGroup:TargetGroup": {"targetType": "ip", "protocol": "HTTP", "port": 80, "vpcId": "known"},
    "aws:sqs/queue:Queue": {"fifoQueue": True, "name": "known.fifo"},
}
"""Type → properties without which the provider refuses to plan."""
_TOGETHER: Mapping[str, frozenset[str]] = {
    "aws:dynamodb/table:Table": frozenset({"hashKey", "rangeKey"}),
}
"""Properties that change only together with another, so that there is no plan of one alone; they force a new resource.

Terraform AWS provider, `aws_dynamodb_table`: "Forces new resource".
"""
DEEPEST = 3
"""Levels of blocks that are looked into; deeper properties count as their block."""
Steps: TypeAlias = "tuple[Attribute | NestedBlock, ...]"


@dataclass(frozen=True)
class Replacements:
    """What is known about one type: Pulumi names of properties, nested ones with dots and without indices."""

    forced: list[str] = field(default_factory=list[str])
    """A change needs a new resource."""
    unknown: list[str] = field(default_factory=list[str])
    """The provider would not say."""


class Asking:
    """A provider that is asked for plans; one that dies of a question is started again."""

    def __init__(self, bundle: Bundle) -> None:
        """Start nothing yet."""
        self._bundle = bundle
        self.store = MapStore(bundle.map, bundle.provider_version)
        self._pool: Pool | None = None

    def about(self, node: Node) -> Replacements:
        """Ask about every property of a type that a program may set."""
        found = Replacements()
        for steps in _settable(node.body):
            path = ".".join(step.pulumi for step in steps)
            forced = path in _TOGETHER.get(node.token, ()) or self._is_forced(node, steps)
            if forced is None:
                found.unknown.append(path)
            elif forced:
                found.forced.append(path)
        return found

    def _is_forced(self, node: Node, steps: Steps) -> bool | None:
        """Whether a plan that changes one property wants a new resource; None if there is no plan."""
        for base in ({}, _BASES.get(node.token)):
            if base is None:
                continue
            try:
                return _plan_replaces(node, self._terraform(), steps, base)
            except TerraformError:  # it wants other properties with this one
                continue
            except PluginError:  # it died of the question
                self.close()
        return None

    def _terraform(self) -> Terraform:
        if self._pool is None:
            self._pool = Pool(self._bundle, self.store, Reporter())
            self._pool.configure(dict(_OFFLINE), set())
        return self._pool.terraform(REGION)

    def close(self) -> None:
        """End the provider."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None


def _settable(body: Block, above: Steps = ()) -> Iterator[Steps]:
    for attribute in body.attributes.values():
        if attribute.settable and not attribute.write_only and (above or attribute.name not in {"id", "tags_all"}):
            yield (*above, attribute)
    for block in body.blocks.values():
        if len(above) < DEEPEST:
            yield from _settable(block.body, (*above, block))


def _plan_replaces(node: Node, terraform: Terraform, steps: Steps, base: Props) -> bool:
    before, after = (_with(node, steps, which, base) for which in (0, 1))
    has_id = node.has_id or "id" in node.body.attributes
    prior, proposed = ({**before, "id": "known"}, {**after, "id": "known"}) if has_id else (before, after)
    plan = terraform.plan(node.type, State(prior), proposed, after, _ignore)
    return any(path[:1] == (steps[0].name,) for path in plan.replace)


def _with(node: Node, steps: Steps, which: int, base: Props) -> Props:
    """A configuration in which one property is set, to the first or the second of two values."""
    config = resource_to_terraform(node, base)
    at: Props = config
    for step in steps[:-1]:
        assert isinstance(step, NestedBlock)
        inner: Props = _nothing(step.body)
        at[step.name] = [inner] if step.repeated else inner
        at = inner
    last = steps[-1]
    assert isinstance(last, Attribute)
    at[last.name] = _value(last.type, which)
    return config


def _nothing(body: Block) -> Props:
    none: Props = dict.fromkeys(body.attributes)
    return {**none, **{name: ([] if block.repeated else None) for name, block in body.blocks.items()}}


def _value(kind: CtyType, which: int) -> Value:
    if isinstance(kind, str):
        return {"string": ("one", "two"), "number": (1, 2), "bool": (False, True)}.get(kind, ("one", "two"))[which]
    shape, inner = kind[0], kind[1]
    if shape in {"list", "set"}:
        return [_value(inner, which)]
    if shape == "map":
        return {"key": _value(inner, which)}
    fields: Mapping[str, Any] = inner
    return {name: _value(part, which) for name, part in fields.items()}


def _ignore(_problem: Problem) -> None:
    """A plan of made-up values has nothing to warn of."""


def tokens(store_file: Path) -> list[str]:
    """Every resource type of a map, sorted."""
    with contextlib.closing(sqlite3.connect(f"file:{store_file}?mode=ro&immutable=1", uri=True)) as connection:
        rows = connection.execute("select token from node where kind = ? order by token", (Kind.RESOURCE,))
        return [token for (token,) in rows]


def table(bundle: Bundle, only: Sequence[str] = ()) -> dict[str, Any]:
    """What analysis reads: type → properties that force a new resource, and those of which the provider would not say.

    Args:
        bundle: the stand-in's.
        only: types to ask about; all if left out.
    """
    asking = Asking(bundle)
    try:
        asked = {token: asking.about(asking.store.resource(token)) for token in only or tokens(bundle.map)}
    finally:
        asking.close()
    types = {token: {key: value for key, value in vars(found).items() if value} for token, found in asked.items()}
    return {
        "provider": f"terraform-provider-aws {bundle.provider_version}",
        "sdk": f"pulumi-aws {bundle.sdk_version}",
        "types": types,
    }


def main(arguments: Sequence[str]) -> int:
    """Ask about all types, or bring those named up to date in the table that is there; a line a type."""
    file, *only = arguments
    with tempfile.TemporaryDirectory() as home:
        bundle = install(Path(home), cache_dir()).bundle
    found = table(bundle, only)
    if only:
        found["types"] = {**json.loads(Path(file).read_text(encoding="utf-8"))["types"], **found["types"]}
    rows = ",\n".join(
        f"    {json.dumps(token)}: {json.dumps(row)}" for token, row in sorted(found.pop("types").items())
    )
    head = "".join(f"  {json.dumps(key)}: {json.dumps(value)},\n" for key, value in found.items())
    Path(file).write_text(f'{{\n{head}  "types": {{\n{rows}\n  }}\n}}\n', encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
