"""Documents as they come in: text or plain values, bounded, checked, and turned into JSON values of our own.

Everything behind this door may assume: objects have text keys, nothing is deeper than `MAX_DEPTH` or larger than
`MAX_NODES` values, no cycle. YAML anchors that multiply are counted once per appearance, so they run into the bound.
"""

from __future__ import annotations

import datetime
import json
import math
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard, cast
from urllib.parse import unquote

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

MAX_BYTES = 2_000_000
"""Largest text of one document, in bytes of UTF-8."""
MAX_DEPTH = 100
"""Deepest nesting of objects and lists in one document."""
MAX_NODES = 200_000
"""Most values (objects, lists, scalars) in one document."""


class DocumentError(ValueError):
    """A document that cannot be compared: where the mistake is, why it is one, and how to mend it."""

    def __init__(self, where: str, why: str, fix: str) -> None:
        super().__init__(f"{where}: {why}; {fix}")
        self.where, self.why, self.fix = where, why, fix


def check_size(text: str, where: str) -> str:
    """The text itself, if it is small enough to be looked at.

    Raises:
        DocumentError: above `MAX_BYTES`.
    """
    size = len(text.encode("utf-8", errors="replace"))
    if size > MAX_BYTES:
        why = f"{size / 1e6:.1f} MB, and the limit is {MAX_BYTES / 1e6:.0f} MB"
        raise DocumentError(where, why, "split the document, or take examples and data out of it")
    return text


def load(source: str | Mapping[str, Any] | bool, where: str) -> Any:
    """One document from JSON text, YAML text or plain values, copied and bounded.

    Raises:
        DocumentError: not readable, too large, too deep, or holding what JSON cannot say.
    """
    return _plain(_parse(source, where) if isinstance(source, str) else source, where)


def kind(value: object) -> str:
    """What a JSON value is, in a word with its article."""
    if isinstance(value, bool):
        return "a boolean"
    names: dict[Any, str] = {
        dict: "an object",
        list: "a list",
        str: "text",
        int: "a number",
        float: "a number",
        type(None): "null",
    }
    return names.get(type(value), f"a {type(value).__name__}")


def _parse(text: str, where: str) -> Any:
    check_size(text, where)
    try:
        if text.lstrip()[:1] in ("{", "["):
            return json.loads(text, object_pairs_hook=lambda pairs: _unique(pairs, where))
        yaml: Any = YAML(typ="safe")  # ruamel.yaml has no types
        return yaml.load(text)
    except RecursionError:
        raise _too_deep(where) from None
    except json.JSONDecodeError as error:
        why = f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        raise DocumentError(where, why, "mend the text there") from None
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        why = f"not YAML{place}: {getattr(error, 'problem', None) or 'unreadable'}"
        raise DocumentError(where, why, "mend the text there") from None
    except ValueError as error:
        if isinstance(error, DocumentError):
            raise
        raise DocumentError(where, f"unreadable: {str(error)[:120]}", "mend the value") from None


def _unique(pairs: list[tuple[str, Any]], where: str) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise DocumentError(where, f"key {twice[:80]!r} stands twice in one object", "keep one of them")
    return found


def _too_deep(where: str) -> DocumentError:
    return DocumentError(where, f"nested deeper than {MAX_DEPTH} levels", "name the parts and refer to them with $ref")


def _plain(value: Any, where: str) -> Any:
    """A deep copy made of JSON values alone."""
    count = 0

    def copy(item: Any, path: str, depth: int) -> Any:
        nonlocal count
        count += 1
        if count > MAX_NODES:
            raise DocumentError(where, f"more than {MAX_NODES:,} values", "split the document")
        if depth > MAX_DEPTH:
            raise _too_deep(where)
        if item is None or isinstance(item, bool | str):
            return item
        if isinstance(item, int) and item.bit_length() < 1000:
            return item
        if isinstance(item, float) and math.isfinite(item):
            return item
        if isinstance(item, Mapping):
            pairs = cast("Mapping[Any, Any]", item).items()
            return {
                _key(key, where, path): copy(inner, f"{path}/{escape(str(key))}", depth + 1) for key, inner in pairs
            }
        if isinstance(item, list | tuple):
            return [copy(x, f"{path}/{i}", depth + 1) for i, x in enumerate(cast("list[Any]", item))]
        if isinstance(item, datetime.date):
            return item.isoformat()
        raise DocumentError(f"{where}{path}", f"{kind(item)} is no JSON value", "write text, a number or a boolean")

    return copy(value, "", 0)


def _key(key: Any, where: str, path: str) -> str:
    if isinstance(key, bool) or not isinstance(key, str | int):
        raise DocumentError(f"{where}{path}", f"{kind(key)} cannot be a key", "quote it")
    return str(key)


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a JSON value is an object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a JSON value is a list."""
    return isinstance(value, list)


def escape(name: str) -> str:
    """A name as one step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


@dataclass(frozen=True)
class DocumentSet:
    """One version of an interface: its root document and the documents it may refer to, by relative path."""

    documents: Mapping[str, Any]
    root: str

    @classmethod
    def load(
        cls,
        source: str | Mapping[str, Any] | bool,
        where: str,
        others: Mapping[str, str | Mapping[str, Any]] | None = None,
    ) -> DocumentSet:
        """The root from `source` under the name `where`, and the others by their paths relative to it."""
        loaded = {name: load(other, name) for name, other in (others or {}).items()}
        return cls({**loaded, where: load(source, where)}, where)

    def follow(self, reference: str, document: str) -> tuple[Any, str]:
        """The value that a `$ref` in `document` names, and the document that holds it.

        Raises:
            DocumentError: a URL, a document that is not in the set, or a pointer to nothing.
        """
        where = f"{document} $ref {reference[:200]!r}"
        address, _, fragment = reference.partition("#")
        root = self.documents[document]
        own = cast("dict[str, Any]", root).get("$id") if isinstance(root, dict) else None
        if address and address != own:
            if ":" in address or address.startswith("/"):
                raise DocumentError(where, "names a URL or an absolute path", "copy the schema into $defs or beside it")
            document = posixpath.normpath(posixpath.join(posixpath.dirname(document), unquote(address)))
            if document not in self.documents:
                raise DocumentError(where, "names a document outside of the set", "keep it in the contract's folder")
        target = self.documents[document]
        fragment = unquote(fragment)
        if fragment and not fragment.startswith("/"):
            return self._anchor(target, fragment, where), document
        return walk(target, fragment, where), document

    def _anchor(self, root: Any, name: str, where: str) -> Any:
        for value in values(root):
            if is_object(value) and name in (value.get("$anchor"), value.get("$dynamicAnchor")):
                return value
        raise DocumentError(
            where, f"there is no $anchor {name[:80]!r}", "name an anchor or a JSON pointer of the document"
        )


def values(root: Any) -> Iterator[Any]:
    """Every value in a document, outermost first."""
    waiting = [root]
    while waiting:
        value = waiting.pop()
        yield value
        if is_object(value):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(cast("list[Any]", value))


def walk(root: Any, pointer: str, where: str) -> Any:
    """The value at a JSON pointer (RFC 6901).

    Raises:
        DocumentError: nothing is there.
    """
    value = root
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if is_object(value) and name in value:
            value = value[name]
        elif is_list(value) and name.isascii() and name.isdigit() and len(name) < 9 and int(name) < len(value):
            value = value[int(name)]
        else:
            raise DocumentError(where, f"nothing is at {pointer[:200]!r}", "point at a part of the document")
    return value
