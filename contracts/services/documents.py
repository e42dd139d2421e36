"""Reads the documents beside a contract: within its folder, of bounded size, well formed, with no reference outside."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any
from urllib.parse import unquote

from contracts.secret_text import secret_line
from contracts.settings import source
from contracts.settings.errors import LONGEST_SHOWN, Problem, yaml_path
from contracts.settings.yaml_file import FileKind, Source

LARGEST_DOCUMENT = 10_000_000
"""Bytes of a document."""
YAML_DOCUMENT = FileKind("a document", "openapi:", "*.*", most_values=200_000)
"""YAML is read with its lines and costs a thousand times more than JSON: at most 1 MB."""
MOST_TOLD = 100
"""References of one document that are refused at most; whoever made more made one mistake."""
FOLDER = "a file in the contract's folder, or a place in this document (#/…)"


class _RepeatedKeyError(ValueError):
    pass


@dataclass
class Documents:
    """The documents of one contract, each read once."""

    folder: FilePath
    """Folder of the contract."""
    shown: str
    """What messages call that folder."""
    problems: list[Problem] = field(default_factory=list[Problem])
    """Everything that is wrong with them."""
    _values: dict[str, Any] = field(default_factory=dict[str, Any])
    _grounded: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """Places (document, pointer) that are known to lead to a schema."""
    _sources: dict[str, Source] = field(default_factory=dict[str, Source])
    _texts: dict[str, str | None] = field(default_factory=dict[str, "str | None"])

    def refuse(
        self,
        name: str,
        found: str,
        allowed: str,
        fix: str,
        *,
        line: int | None = None,
        path: str = "",
        at: tuple[str | int, ...] = (),
    ) -> None:
        """Note a problem of a document, at a line and path, or at a place whose line is known from reading it."""
        if at:
            read = self._sources.get(name)
            line, path = read.line(at) if read is not None else line, yaml_path(at)
        cut = found if len(found) <= LONGEST_SHOWN else f"{found[: LONGEST_SHOWN - 1]}…"
        self.problems.append(Problem(f"{self.shown}/{name}", line, path or "(the file)", cut, allowed, fix))

    @cached_property
    def _resolved(self) -> FilePath:
        return self.folder.resolve()

    def text(self, name: str) -> str | None:
        """The text of a document; None if it cannot be read, which is a problem then."""
        if name not in self._texts:
            self._texts[name] = self._read(name)
        return self._texts[name]

    def _read(self, name: str) -> str | None:
        path = self.folder / name
        if not path.resolve().is_relative_to(self._resolved):
            self.refuse(name, "a file outside the contract's folder", FOLDER, "copy it into the folder")
            return None
        try:
            if (size := path.stat().st_size) > LARGEST_DOCUMENT:
                self.refuse(name, f"{size} bytes", f"at most {LARGEST_DOCUMENT} bytes", "split the document")
                return None
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            self.refuse(name, f"byte {error.start} is not UTF-8", "UTF-8 text", "save the file as UTF-8")
            return None
        except OSError as error:
            there = ", ".join(sorted(p.name for p in self.folder.glob("*") if p.name != "contract.yaml")) or "none"
            self.refuse(name, error.strerror or "it cannot be read", "a readable file", f"files here: {there}")
            return None
        if (line := secret_line(text)) is not None:
            fix = "remove it and replace the secret, since it has been in a file in clear"
            self.refuse(name, "(hidden: it may be a secret)", "no secret: contracts are published", fix, line=line)
        return text

    def texts(self) -> tuple[tuple[str, str], ...]:
        """Every document that was read, with its text."""
        return tuple(sorted((name, text) for name, text in self._texts.items() if text is not None))

    def values(self, name: str) -> Any:
        """The values of a JSON or YAML document, its references checked; None if it cannot be read."""
        if name not in self._values:
            self._values[name] = None  # documents may refer to each other
            self._values[name] = self._parsed(name)
            if self._values[name] is not None:
                self._references(name)
        return self._values[name]

    def _parsed(self, name: str) -> Any:
        text = self.text(name)
        if text is None:
            return None
        if not name.endswith(".json"):
            read = source.read(self.folder / name, YAML_DOCUMENT, shown_as=f"{self.shown}/{name}")
            self._sources[name] = read
            self.problems += read.problems
            return None if read.problems else read.values
        try:
            return json.loads(text, object_pairs_hook=_once)
        except json.JSONDecodeError as error:
            self.refuse(name, error.msg, "JSON", "correct the syntax at this line", line=error.lineno)
        except _RepeatedKeyError as error:
            line = _line_of(text, str(error), last=True)
            self.refuse(name, f"the key {error} again", "each key once", "remove one of the two", line=line)
        except (ValueError, RecursionError):
            self.refuse(name, "nested too deeply", "JSON", "flatten it")
        return None

    def _references(self, name: str) -> None:
        """Follow every `$ref` once: it stays in the folder, leads somewhere, and not only back to itself."""
        before = len(self.problems)
        for path, reference in references(self._values[name]):
            if len(self.problems) - before >= MOST_TOLD:
                return

            def refuse(found: str, fix: str, path: str = path) -> None:
                self.refuse(name, found, FOLDER, fix, line=_line_of(self.text(name) or "", found), path=path)

            file, _, pointer = reference.partition("#")
            target = self._target(name, file, reference, refuse)
            if target is None:
                continue
            if resolve(self.values(target) if target != name else self._values[name], pointer) is MISSING:
                if self._values.get(target) is not None:
                    refuse(reference, "correct the path: nothing is there")
            elif self._circles(target, pointer):
                refuse(reference, "let it lead to a schema: it only leads back to itself")

    def _target(self, name: str, file: str, reference: str, refuse: Callable[[str, str], None]) -> str | None:
        """The document that a reference leads to, by its path from the contract's folder."""
        if not file:
            return name
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", file):
            refuse(reference, "copy the schema into the folder: a contract is whole without a network")
            return None
        target = self.inside(name, file)
        if target is None:
            refuse(reference, "copy the file into the folder: a contract is published as one")
        elif not target.endswith((".json", ".yaml", ".yml")):
            refuse(reference, "refer to a .json or .yaml file")
            return None
        return target

    def inside(self, name: str, file: str) -> str | None:
        """A file that `name` refers to, by its path from the contract's folder; None outside of it."""
        path = ((self.folder / name).parent / unquote(file)).resolve()
        return path.relative_to(self._resolved).as_posix() if path.is_relative_to(self._resolved) else None

    def _circles(self, name: str, pointer: str) -> bool:
        """Whether a reference leads through nothing but references back to itself."""
        seen: set[tuple[str, str]] = set()
        while (name, pointer) not in seen:
            if (name, pointer) in self._grounded:
                break
            seen.add((name, pointer))
            place = resolve(self._values.get(name), pointer)
            if not isinstance(place, dict) or set(place) != {"$ref"} or not isinstance(place["$ref"], str):  # pyright: ignore[reportUnknownArgumentType]
                break
            file, _, pointer = str(place["$ref"]).partition("#")  # pyright: ignore[reportUnknownArgumentType]
            name = (self.inside(name, file) if file else name) or ""
        else:
            return True
        self._grounded |= seen
        return False


MISSING = object()
"""Nothing is there."""


def resolve(values: Any, pointer: str) -> Any:
    """What a JSON pointer leads to; `MISSING` if nothing. An anchor (`#name`) counts as the whole document."""
    if not pointer.startswith("/"):
        return values if values is not None else MISSING
    for part in pointer[1:].split("/"):
        key = unquote(part).replace("~1", "/").replace("~0", "~")
        if isinstance(values, dict) and key in values:
            values = values[key]  # pyright: ignore[reportUnknownVariableType]
        elif isinstance(values, list) and key.isdigit() and int(key) < len(values):  # pyright: ignore[reportUnknownArgumentType]
            values = values[int(key)]  # pyright: ignore[reportUnknownVariableType]
        else:
            return MISSING
    return values  # pyright: ignore[reportUnknownVariableType]


def references(values: Any) -> Iterator[tuple[str, str]]:
    """Every `$ref` with the path of its holder; iterative, since documents may be deep."""
    waiting: list[tuple[str, Any]] = [("", values)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):  # pyright: ignore[reportUnknownMemberType]
                yield f"{path}.$ref".lstrip("."), value["$ref"]
            waiting += [(f"{path}.{key}", item) for key, item in value.items()]  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
        elif isinstance(value, list):
            waiting += [(f"{path}[{index}]", item) for index, item in enumerate(value)]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _RepeatedKeyError(key)
            seen.add(key)
    return found


def _line_of(text: str, word: str, *, last: bool = False) -> int | None:
    """The line on which a word stands, from 1."""
    at = text.rfind(word) if last else text.find(word)
    return text.count("\n", 0, at) + 1 if at >= 0 else None
