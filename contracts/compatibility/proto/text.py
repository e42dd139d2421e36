"""The model from .proto text (proto2, proto3), without protoc: only what declares something is understood.

Options are read over, except `json_name`. Extensions and editions are refused: their wire meaning is not compared.
Source: Protocol Buffers language specification, proto2 and proto3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from contracts.compatibility.documents import DocumentError, check_size
from contracts.compatibility.proto.model import (
    LAST_NUMBER,
    SCALARS,
    Enum,
    Field,
    Message,
    Method,
    Schema,
    default_json_name,
)

_TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*(?:(?!\*/)[\s\S])*\*/)|(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')"""
    r"""|(?P<word>[A-Za-z_.][\w.]*)|(?P<number>-?[0-9][\w.+]*)|(?P<sign>[{}()\[\]<>=;,:+/-])""",
    re.ASCII,
)
_DEEPEST = 30


def from_text(files: Mapping[str, str], where: str) -> Schema:
    """The model of .proto files by their import paths.

    Raises:
        DocumentError: not readable, too large, an unknown type, or an import that is neither in the set nor Google's.
    """
    schema = Schema()
    pending: list[tuple[str, int, str, str]] = []
    for name, text in files.items():
        _File(name, check_size(text, name), schema, files.keys(), pending).read()
    known = {*schema.messages, *schema.enums}
    for owner, number, key, file in pending:
        message = schema.messages[owner]
        old = message.fields[number]
        message.fields[number] = Field(
            number, old.name, _resolved_type(old.type, owner, known, f"{file} ({owner}.{key})"), old.label, old.oneof,
            old.json_name,
        )  # fmt: skip
    for service, methods in schema.services.items():
        for name, m in methods.items():
            at = f"{where} ({service}/{name})"
            request, response = (_resolved(t, service, known, at) for t in (m.request, m.response))
            methods[name] = Method(request, response, m.client_streams, m.server_streams)
    return schema


def _resolved_type(name: str, scope: str, known: set[str], where: str) -> str:
    if name.startswith("map<"):
        key, _, value = name[4:-1].partition(", ")
        return f"map<{key}, {_resolved(value, scope, known, where)}>"
    return _resolved(name, scope, known, where)


def _resolved(name: str, scope: str, known: set[str], where: str) -> str:
    """The full name of a type, looked for from the innermost scope outwards."""
    if name in SCALARS:
        return name
    if name.startswith("."):
        name, scope = name[1:], ""
    steps = scope.split(".") if scope else []
    for length in range(len(steps), -1, -1):
        full = ".".join([*steps[:length], name])
        if full in known:
            return full
    if name.startswith("google."):
        return name
    raise DocumentError(where, f"type {name[:80]!r} is declared nowhere", "declare it, or add the file that does")


class _File:
    """One file being read, token by token."""

    def __init__(
        self, name: str, text: str, schema: Schema, files: object, pending: list[tuple[str, int, str, str]]
    ) -> None:
        self.name, self.text, self.schema, self.pending = name, text, schema, pending
        self.files: set[str] = set(files)  # type: ignore[call-overload]
        self.tokens: list[tuple[str, int]] = []
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise self.error(f"{text[at]!r} cannot stand here", at)
            if match.lastgroup != "skip":
                self.tokens.append((match[0], at))
            at = match.end()
        self.at = 0
        self.package = ""
        self.proto3 = False

    def error(self, why: str, offset: int | None = None) -> DocumentError:
        if offset is None:
            offset = self.tokens[min(self.at, len(self.tokens)) - 1][1] if self.tokens else 0
        line = self.text.count("\n", 0, offset) + 1
        return DocumentError(f"{self.name} line {line}", why, "mend the declaration (protoc says more)")

    def next(self) -> str:
        if self.at >= len(self.tokens):
            raise self.error("ends in the middle of a declaration")
        self.at += 1
        return self.tokens[self.at - 1][0]

    def peek(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def expect(self, wanted: str) -> None:
        if (token := self.next()) != wanted:
            raise self.error(f"{token[:40]!r} stands where {wanted!r} is expected")

    def word(self) -> str:
        token = self.next()
        if not re.fullmatch(r"\.?[A-Za-z_][\w.]*", token, re.ASCII):
            raise self.error(f"{token[:40]!r} is no name")
        return token

    def number(self) -> int:
        token = self.next()
        if token == "-":
            return -self.number()
        if token == "max":
            return LAST_NUMBER
        try:
            return int(token[:20], 8) if re.fullmatch(r"-?0[0-7]+", token) else int(token[:20], 0)
        except ValueError:
            raise self.error(f"{token[:40]!r} is no whole number") from None

    def quoted(self) -> str:
        token = self.next()
        if token[0] not in "\"'":
            raise self.error(f"{token[:40]!r} stands where quoted text is expected")
        return token[1:-1]

    def statement(self) -> None:
        """Reads over one option, its braces included."""
        depth = 0
        while True:
            token = self.next()
            depth += (token in "{[(") - (token in "}])")
            if depth <= 0 and token == ";":
                return

    def read(self) -> None:
        while self.at < len(self.tokens):
            token = self.next()
            if token == "syntax":
                self.expect("=")
                syntax = self.quoted()
                if syntax not in ("proto2", "proto3"):
                    raise self.error(f"syntax {syntax[:20]!r} is not compared")
                self.proto3 = syntax == "proto3"
                self.expect(";")
            elif token == "package":
                self.package = self.word()
                self.expect(";")
            elif token == "import":
                if self.peek() in ("public", "weak"):
                    self.next()
                path = self.quoted()
                if path not in self.files and not path.startswith("google/"):
                    raise self.error(f"imports {path[:100]!r}, which is not in the set")
                self.expect(";")
            elif token == "option":
                self.statement()
            elif token in ("message", "enum", "service"):
                self.declaration(token, f"{self.package}." if self.package else "", 0)
            elif token != ";":
                raise self.error(f"{token[:40]!r} is not compared")
        self.schema.packages.add(self.package)

    def declaration(self, kind: str, prefix: str, depth: int) -> None:
        if depth > _DEEPEST:
            raise self.error(f"nested deeper than {_DEEPEST} messages")
        name = prefix + self.word()
        if name in self.schema.messages or name in self.schema.enums or name in self.schema.services:
            raise self.error(f"{name} is declared twice")
        self.expect("{")
        if kind == "message":
            self.schema.messages[name] = Message()
            self.members(name, self.schema.messages[name], "", depth)
        elif kind == "enum":
            self.schema.enums[name] = self.enum()
        else:
            self.schema.services[name] = self.service()

    def members(self, owner: str, message: Message, oneof: str, depth: int) -> None:
        while (token := self.next()) != "}":
            if token == ";":
                continue
            if token in ("message", "enum") and self.tokens[min(self.at + 1, len(self.tokens) - 1)][0] == "{":
                self.declaration(token, f"{owner}.", depth + 1)
            elif token == "option":
                self.statement()
            elif token == "oneof" and not oneof:
                name = self.word()
                self.expect("{")
                self.members(owner, message, name, depth)
            elif token == "reserved":
                self.reserved(message, LAST_NUMBER)
            elif token in ("extensions", "extend", "group"):
                raise self.error(f"{token} is not compared")
            else:
                self.field(owner, message, token, oneof)

    def field(self, owner: str, message: Message, token: str, oneof: str) -> None:
        label = ""
        if token in ("optional", "required", "repeated"):
            label, token = token, self.word()
        if token == "map" and self.peek() == "<":
            self.expect("<")
            key = self.word()
            self.expect(",")
            token, label = f"map<{key}, {self.word()}>", "repeated"
            self.expect(">")
        elif not re.fullmatch(r"\.?[A-Za-z_][\w.]*", token, re.ASCII):
            raise self.error(f"{token[:40]!r} is no type")
        name = self.word()
        self.expect("=")
        number = self.number()
        json_name = self.options()
        if not 1 <= number <= LAST_NUMBER or number in message.fields:
            why = f"stands twice in {owner}" if number in message.fields else f"is not between 1 and {LAST_NUMBER}"
            raise self.error(f"field number {number} {why}")
        message.fields[number] = Field(number, name, token, label, oneof, json_name or default_json_name(name))
        self.pending.append((owner, number, name, self.name))

    def options(self) -> str:
        """Reads `[…];` and returns a json_name in it."""
        json_name, last = "", ["", ""]
        while (token := self.next()) != ";":
            if last == ["json_name", "="]:
                json_name = token[1:-1]
            if token in ("{", "}", "message"):
                raise self.error(f"{token!r} stands where ';' is expected")
            last = [last[1], token]
        return json_name

    def reserved(self, target: Message | Enum, last: int) -> None:
        while True:
            if self.peek()[:1] in ("'", '"'):
                target.reserved_names.add(self.quoted())
            else:
                start = end = self.number()
                if self.peek() == "to":
                    self.next()
                    end = last if self.peek() == "max" else self.number()
                    if end == last and self.peek() == "max":
                        self.next()
                target.reserved.append((start, end))
            if (token := self.next()) == ";":
                return
            if token != ",":
                raise self.error(f"{token[:40]!r} stands in a list of what is reserved")

    def enum(self) -> Enum:
        enum = Enum(closed=not self.proto3)
        while (token := self.next()) != "}":
            if token == ";":
                continue
            if token == "option":
                self.statement()
            elif token == "reserved":
                self.reserved(enum, 2**31 - 1)
            else:
                self.expect("=")
                enum.values.setdefault(self.number(), []).append(token)
                self.options()
        return enum

    def service(self) -> dict[str, Method]:
        methods: dict[str, Method] = {}
        while (token := self.next()) != "}":
            if token == ";":
                continue
            if token == "option":
                self.statement()
                continue
            if token != "rpc":
                raise self.error(f"{token[:40]!r} stands where a method is expected")
            name = self.word()
            request = self.message_type()
            self.expect("returns")
            response = self.message_type()
            methods[name] = Method(request[0], response[0], request[1], response[1])
            if self.peek() == "{":
                self.next()
                while (inner := self.next()) != "}":
                    if inner == "option":
                        self.statement()
        return methods

    def message_type(self) -> tuple[str, bool]:
        self.expect("(")
        name, streams = self.word(), False
        if name == "stream" and self.peek() != ")":
            name, streams = self.word(), True
        self.expect(")")
        return name, streams
