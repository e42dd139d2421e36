"""What Terraform's core works out before it asks a provider for a plan: the proposed new state.

It is the configuration, in which everything that the provider may compute and the program leaves open keeps its prior
value. Blocks are paired with prior ones by position (lists), by key (maps) or by content (sets), where "content" leaves
out what the configuration does not say.
"""

from __future__ import annotations

from embedded.aws_plugin.mapping.nodes import Block, NestedBlock, Nesting
from embedded.aws_plugin.values import UNKNOWN, Props, Value, as_dict, as_list, canonical


def proposed_resource(body: Block, prior: Props | None, config: Props) -> Props:
    """The proposed state of a whole resource, whose `id` only the provider sets."""
    out = proposed(body, prior, config)
    if "id" in config and config["id"] is None and "id" not in body.attributes:
        out["id"] = (prior or {}).get("id")
    return out


def proposed(body: Block, prior: Props | None, config: Props) -> Props:
    """The proposed state of one block."""
    prior = prior or {}
    out = dict(config)
    for name, attribute in body.attributes.items():
        if attribute.write_only:
            out[name] = None
        elif attribute.computed and config.get(name) is None:
            out[name] = prior.get(name)
    for name, block in body.blocks.items():
        wanted, had = config.get(name), prior.get(name)
        if wanted is not UNKNOWN and had is not UNKNOWN:
            out[name] = _nested(block, had, wanted)
    return out


def _nested(block: NestedBlock, prior: Value, config: Value) -> Value:
    match block.nesting:
        case Nesting.LIST:
            had = as_list(prior)
            return [
                _one(block, had[position] if position < len(had) else None, item)
                for position, item in enumerate(as_list(config))
            ]
        case Nesting.SET:
            return _set(block, as_list(prior), as_list(config))
        case Nesting.MAP:
            before = as_dict(prior)
            return {key: _one(block, before.get(key), item) for key, item in as_dict(config).items()}
        case _:
            return None if config is None else _one(block, prior, config)


def _set(block: NestedBlock, prior: list[Value], config: list[Value]) -> Value:
    pool, out = list(prior), list[Value]()
    for item in config:
        found = next((index for index, had in enumerate(pool) if _matches(block.body, had, item)), None)
        out.append(_one(block, None if found is None else pool.pop(found), item))
    return out


def _one(block: NestedBlock, prior: Value, config: Value) -> Value:
    if not isinstance(config, dict):
        return config
    return proposed(block.body, prior if isinstance(prior, dict) else None, config)


def _matches(body: Block, prior: Value, config: Value) -> bool:
    """Whether a prior element can be the one that the configuration speaks of."""
    if not isinstance(prior, dict) or not isinstance(config, dict):
        return False
    for name, attribute in body.attributes.items():
        wanted = config.get(name)
        if wanted is None and attribute.computed:
            continue
        if canonical(wanted) != canonical(prior.get(name)):
            return False
    return all(_blocks_match(block, prior.get(name), config.get(name)) for name, block in body.blocks.items())


def _blocks_match(block: NestedBlock, prior: Value, config: Value) -> bool:
    if config is UNKNOWN or prior is UNKNOWN:
        return False
    if block.repeated:
        before, after = as_list(prior), as_list(config)
        pairs = zip(before, after, strict=False)
        return len(before) == len(after) and all(_matches(block.body, had, wanted) for had, wanted in pairs)
    if block.nesting is Nesting.MAP:
        had, wanted = as_dict(prior), as_dict(config)
        return had.keys() == wanted.keys() and all(_matches(block.body, had[key], wanted[key]) for key in had)
    if prior is None or config is None:
        return prior is config
    return _matches(block.body, prior, config)
