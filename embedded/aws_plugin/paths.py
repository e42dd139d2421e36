"""Pulumi property paths: `tags.team`, `rules[0].action`, `tags["a.b"]`, `rules[*].id`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

from embedded.aws_plugin.mapping.nodes import Attribute, Block, NestedBlock
from embedded.aws_plugin.values import Props, Value

Step: TypeAlias = "str | int"
EVERY = "*"

_PLAIN = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_STEP = re.compile(r'\.?([^.\[\]"]+)|\.?\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]')


def child(path: str, step: Step) -> str:
    """The path of a property, element or key below `path`."""
    if isinstance(step, int):
        return f"{path}[{step}]"
    if not _PLAIN.fullmatch(step):
        return f'{path}["{step.replace(chr(34), chr(92) + chr(34))}"]'
    return f"{path}.{step}" if path else step


def parse(path: str) -> list[Step]:
    """The steps of a path; `*` stands for every element or key. What is no path at all is one step."""
    steps: list[Step] = []
    position = 0
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None or match.end() == position:
            return [path]
        name, quoted, index = match.groups()
        if index is not None:
            steps.append(EVERY if index == EVERY else int(index))
        else:
            steps.append(name if name is not None else quoted.replace('\\"', '"'))
        position = match.end()
    return steps


def top(path: str) -> str:
    """The property that a path starts with."""
    return str(parse(path)[0]) if path else ""


def covers(pattern: str, path: str) -> bool:
    """Whether `path` is what `pattern` names, or lies within it."""
    wanted, steps = parse(pattern), parse(path)
    return len(wanted) <= len(steps) and all(
        want in (EVERY, step) for want, step in zip(wanted, steps[: len(wanted)], strict=True)
    )


def restore(target: Props, source: Props, path: str) -> None:
    """Make `target` hold at `path` what `source` holds there: present, or absent."""
    _restore(target, source, parse(path))


def _restore(target: Value, source: Value, steps: Sequence[Step]) -> None:
    step, rest = steps[0], steps[1:]
    if isinstance(target, dict) and isinstance(source, dict):
        for key in {*target, *source} if step == EVERY else {str(step)}:
            if rest and key in target and key in source:
                _restore(target[key], source[key], rest)
            elif key in source:
                target[key] = source[key]
            else:
                target.pop(key, None)
    elif isinstance(target, list) and isinstance(source, list):
        for index in range(min(len(target), len(source))):
            if step not in (EVERY, index):
                continue
            if rest:
                _restore(target[index], source[index], rest)
            else:
                target[index] = source[index]


def from_terraform(body: Block, steps: Sequence[Step]) -> str:
    """The Pulumi path of a Terraform attribute path, as far as the schema knows it."""
    path, at = "", body
    inner: dict[str, Attribute] = {}
    single = False
    for step in steps:
        if isinstance(step, int):
            path = path if single else child(path, step)
            continue
        member: Attribute | NestedBlock | None = inner.get(step) or at.attributes.get(step) or at.blocks.get(step)
        path = child(path, member.pulumi if member else step)
        single = bool(member and member.single)
        if isinstance(member, NestedBlock):
            at, inner = member.body, {}
        else:
            at, inner = Block(), member.fields if member else {}
    return path
