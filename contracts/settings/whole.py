"""Reads any YAML file, whatever it makes use of, and says what is wrong with one that cannot be read.

ruamel.yaml knows YAML 1.2, gives each value its line, and names a mistake in words; it is written in Python and slow.
So it is asked about files that are not plain (see `quick`), and about those that are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML, MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from contracts.settings.errors import Path
from contracts.settings.quick import SECURE
from contracts.settings.yaml_file import FileKind, Source


def read(text: str, source: Source, kind: FileKind) -> None:
    """Fill a source from the text of its file; what is wrong becomes one of its problems."""
    yaml: Any = YAML(typ="safe", pure=True)  # ruamel.yaml has no types
    try:
        root = yaml.compose(text)
    except MarkedYAMLError as error:
        told: Any = error
        mark = told.problem_mark or told.context_mark
        reason = str(told.problem or told.context or "it cannot be read")
        source.refuse((), reason, "YAML", "correct the syntax at this line", mark.line + 1 if mark else None)
        return
    except (YAMLError, ValueError, RecursionError) as error:
        deep = isinstance(error, RecursionError) or not str(error)
        source.refuse(
            (), "it is nested too deeply" if deep else str(error).splitlines()[0], "YAML", "correct the syntax"
        )
        return
    if not isinstance(root, MappingNode):
        source.refuse(
            (), "no mapping", f"a mapping with the key {kind.begin.rstrip(':')}", f"begin the file with {kind.begin}", 1
        )
        return
    reader = _Reader(source, yaml.constructor, kind)
    try:
        source.values = reader.value(root, ())
    except _TooManyError:
        source.refuse((), f"more than {kind.most_values} values", kind.what, "remove the aliases or the generated part")


def _is(node: Any, kind: type) -> bool:
    """`isinstance` that leaves an untyped node untyped."""
    return isinstance(node, kind)


class _TooManyError(Exception):
    pass


class _Reader:
    """Turns composed nodes into values, path by path."""

    def __init__(self, source: Source, constructor: Any, kind: FileKind) -> None:
        self._source = source
        self._kind = kind
        self._constructor = constructor
        self._open: set[int] = set()
        self._count = 0

    def value(self, node: Any, path: Path) -> Any:
        self._count += 1
        if self._count > self._kind.most_values:
            raise _TooManyError
        self._source.lines.setdefault(path, node.start_mark.line + 1)
        if _is(node, ScalarNode):
            return self._scalar(node, path)
        if id(node) in self._open:
            self._source.refuse(path, "an alias of something that holds it", "a value", "write the value out")
            return None
        self._open.add(id(node))
        try:
            if _is(node, SequenceNode):
                return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
            return self._mapping(node, path)
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: Any, path: Path) -> Any:
        found: dict[str, Any] = {}
        for key, item, line in self._entries(node, path):
            # In Pulumi's file `config` is a wrapper: paths are told from the configuration key on.
            inner = () if path == () and key == self._kind.wrapper else (*path, key)
            if key in found:
                first = self._source.lines.get(inner)
                self._source.refuse(
                    inner, f"the key again (first on line {first})", "each key once", "remove one of the two", line
                )
                continue
            self._source.lines[inner] = line
            found[key] = self.value(item, inner)
        if self._kind.seals and set(found) == {SECURE} and isinstance(found[SECURE], str):
            self._source.sealed.add(path)
            return found[SECURE]
        return found

    def _entries(self, node: Any, path: Path) -> Iterator[tuple[str, Any, int]]:
        for key_node, item in node.value:
            line = key_node.start_mark.line + 1
            if _is(key_node, ScalarNode):
                yield str(key_node.value), item, line
            else:
                self._source.refuse(path, "a key that is no text", "keys of text", "write the key as text", line)

    def _scalar(self, node: Any, path: Path) -> Any:
        try:
            value: Any = self._constructor.construct_object(node)
        except (YAMLError, ValueError, OverflowError, IndexError):
            self._source.refuse(
                path, f"{node.value!r} as {node.tag}", "text, a number, true, false or null", "write a plain value"
            )
            return None
        return value if value is None or isinstance(value, str | int | float | bool) else str(node.value)
