"""Reads a YAML file into plain values, and remembers their lines, what is encrypted and what is said twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from ruamel.yaml import YAML, MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from contracts.settings.errors import Path, Problem, yaml_path

SECURE = "secure"
"""Key under which Pulumi keeps an encrypted value."""


@dataclass(frozen=True)
class FileKind:
    """What a file is meant to be: for the messages, and for what is particular to it."""

    what: str
    """Noun with its article, such as `a stack file`."""
    begin: str
    """How such a file begins, for one that holds no mapping: `config:`."""
    siblings: str
    """Pattern of the files of its kind, for one that is not there."""
    wrapper: str | None = None
    """Top key that paths leave out: Pulumi's `config`."""
    seals: bool = False
    """Whether `secure: …` stands for an encrypted value."""
    largest: int = 1_000_000
    """Bytes."""
    most_values: int = 20_000
    """Values in a file; a file of aliases of aliases reaches it at once."""


STACK_FILE = FileKind("a stack file", "config:", "Pulumi.*.yaml", wrapper="config", seals=True)
"""Pulumi's file of one stack; it has a few thousand bytes."""


@dataclass
class Source:
    """A file as it was read."""

    file: str
    """Name of the file."""
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    """The whole document."""
    lines: dict[Path, int] = field(default_factory=dict[Path, int])
    """Path → line, from 1."""
    sealed: set[Path] = field(default_factory=set[Path])
    """Paths of encrypted values; in `values` their ciphertext stands in for them."""
    problems: list[Problem] = field(default_factory=list[Problem])
    """What is wrong with the file as YAML."""

    def line(self, path: Path) -> int | None:
        """The line of a path, or of the nearest thing around it."""
        return next((self.lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self.lines), None)

    def refuse(self, path: Path, found: str, allowed: str, fix: str, line: int | None = None) -> None:
        """Note a problem."""
        self.problems.append(
            Problem(self.file, line or self.line(path), yaml_path(path) or "(the file)", found, allowed, fix)
        )


def read(path: FilePath, kind: FileKind = STACK_FILE, *, shown_as: str | None = None) -> Source:
    """Read a file. Nothing is raised: what is wrong is in `problems`.

    Args:
        path: the file.
        kind: what it is meant to be.
        shown_as: what messages call it; its name if left out.
    """
    source = Source(shown_as or path.name)
    text = _text(path, source, kind)
    if text is None:
        return source
    yaml: Any = YAML(typ="safe", pure=True)  # ruamel.yaml has no types
    try:
        root = yaml.compose(text)
    except MarkedYAMLError as error:
        told: Any = error
        mark = told.problem_mark or told.context_mark
        reason = str(told.problem or told.context or "it cannot be read")
        source.refuse((), reason, "YAML", "correct the syntax at this line", mark.line + 1 if mark else None)
        return source
    except (YAMLError, ValueError, RecursionError) as error:
        deep = isinstance(error, RecursionError) or not str(error)
        source.refuse(
            (), "it is nested too deeply" if deep else str(error).splitlines()[0], "YAML", "correct the syntax"
        )
        return source
    if not isinstance(root, MappingNode):
        source.refuse(
            (), "no mapping", f"a mapping with the key {kind.begin.rstrip(':')}", f"begin the file with {kind.begin}", 1
        )
        return source
    reader = _Reader(source, yaml.constructor, kind)
    try:
        source.values = reader.value(root, ())
    except _TooManyError:
        source.refuse((), f"more than {kind.most_values} values", kind.what, "remove the aliases or the generated part")
    return source


def _text(path: FilePath, source: Source, kind: FileKind) -> str | None:
    try:
        if (size := path.stat().st_size) > kind.largest:
            source.refuse(
                (), f"{size} bytes", f"at most {kind.largest} bytes", f"this is no {kind.what.split(' ', 1)[1]}"
            )
            return None
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        source.refuse((), f"byte {error.start} is not UTF-8", "UTF-8 text", "save the file as UTF-8")
    except OSError as error:
        noun = kind.what.split(" ", 1)[1]
        near = ", ".join(sorted(found.name for found in path.parent.glob(kind.siblings))) or "none"
        source.refuse((), error.strerror or "it cannot be read", f"a readable {noun}", f"{noun}s here: {near}")
    return None


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
        except (YAMLError, ValueError, OverflowError):
            self._source.refuse(
                path, f"{node.value!r} as {node.tag}", "text, a number, true, false or null", "write a plain value"
            )
            return None
        return value if value is None or isinstance(value, str | int | float | bool) else str(node.value)
