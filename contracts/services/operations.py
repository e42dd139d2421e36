"""What an interface offers, read from its document: the names that consumers may use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

from contracts.services.documents import Documents, resolve
from contracts.services.interfaces import Provides

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""HTTP methods of an OpenAPI path item."""
WELL_KNOWN = "google/protobuf/"
"""Beginning of the imports that every protobuf compiler brings along."""
_PAIRS = {")": "(", "]": "[", "}": "{"}


def offered(provides: Provides, documents: Documents) -> Iterator[str]:
    """Every operation and workflow; problems of the documents are noted in `documents`."""
    for http in provides.http.values():
        yield from _openapi(http.document, documents)
    for grpc in provides.grpc.values():
        yield from _proto(grpc.document, documents)
    for graphql in provides.graphql.values():
        yield from _sdl(graphql.document, documents)
    for name, workflow in provides.workflows.items():
        for document in (workflow.input, workflow.output):
            if document is not None:
                _schema(document, documents)
        yield name
    for socket in provides.websocket.values():
        if socket.messages is not None:
            _schema(socket.messages, documents)
    for event in provides.events.values():
        _schema(event.document, documents)


def origins(provides: Provides, documents: Documents) -> dict[str, tuple[str, str]]:
    """Operation or workflow → section of `provides` and key of the interface that offers it."""
    found: dict[str, tuple[str, str]] = {}
    for kind, read in (("http", _openapi), ("grpc", _proto), ("graphql", _sdl)):
        for name, interface in getattr(provides, kind).items():
            for operation in read(interface.document, documents):
                found.setdefault(operation, (kind, name))
    for name in provides.workflows:
        found.setdefault(name, ("workflows", name))
    return found


def imports(text: str) -> Iterator[tuple[str, int]]:
    """What a protocol buffers file imports, each with its line, from 1."""
    for found in re.finditer(r'(?:^|;)\s*import\s+(?:public\s+|weak\s+)?"([^"\n]*)"\s*;', text, re.MULTILINE):
        yield found[1], text.count("\n", 0, found.start(1)) + 1


def has_field(schema: Any, path: str) -> bool:
    """Whether a JSON Schema lets a field exist; True where that cannot be told (combinations, open objects)."""
    root = schema
    for part in path.split("."):
        schema = _object(root, schema)
        if not isinstance(schema, dict) or not isinstance(schema.get("properties"), dict):  # pyright: ignore[reportUnknownMemberType]
            return True
        known = cast("dict[str, Any]", schema)
        name = part.removesuffix("[]")
        if name not in known["properties"]:
            return any(key in known for key in ("allOf", "anyOf", "oneOf", "if", "patternProperties", "$dynamicRef"))
        schema = known["properties"][name]
        if part.endswith("[]"):
            array = _object(root, schema)
            schema = array.get("items", True) if isinstance(array, dict) else True  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return True


def _object(root: Any, schema: Any) -> Any:
    """The schema behind references within the document; they were proved not to circle."""
    for _ in range(100):
        if not isinstance(schema, dict) or not isinstance(schema.get("$ref"), str):  # pyright: ignore[reportUnknownMemberType]
            return schema  # pyright: ignore[reportUnknownVariableType]
        reference = str(schema["$ref"])  # pyright: ignore[reportUnknownArgumentType]
        if not reference.startswith("#"):
            return True
        schema = resolve(root, reference[1:])
    return True


def _openapi(name: str, documents: Documents) -> Iterator[str]:
    values = documents.values(name)
    if values is None:
        return
    document = cast("dict[str, Any]", values if isinstance(values, dict) else {})
    if not re.fullmatch(r"3\.1\.[0-9]+", str(document.get("openapi", ""))):
        found = f"version {document.get('openapi', '(none)')}"
        documents.refuse(name, found, "OpenAPI 3.1", "begin it with openapi: 3.1.0", at=("openapi",))
        return
    paths: Any = document.get("paths", {})
    if not isinstance(paths, dict):
        documents.refuse(name, "no mapping", "path → operations", "write the operations below paths:", at=("paths",))
        return
    seen: set[str] = set()
    for route, item in cast("dict[str, Any]", paths).items():
        for method in METHODS if isinstance(item, dict) else ():
            operation = cast("dict[str, Any]", item).get(method)
            if operation is None:
                continue
            place = ("paths", route, method, "operationId")
            identity = cast("dict[str, Any]", operation).get("operationId") if isinstance(operation, dict) else None
            if not isinstance(identity, str) or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", identity):
                found = "nothing" if identity is None else str(identity)
                documents.refuse(name, found, "a name such as getOrder", "give it an operationId", at=place)
            elif identity in seen:
                documents.refuse(name, identity, "each operationId once", "rename one of the two", at=place)
            else:
                seen.add(identity)
                yield identity


def _schema(name: str, documents: Documents) -> None:
    values = documents.values(name)
    if values is not None and not isinstance(values, dict | bool):
        documents.refuse(name, f"a {type(values).__name__}", "a JSON Schema: an object", "write {type: object, …}")


def _proto(name: str, documents: Documents) -> Iterator[str]:
    text = _bare(name, documents, r"//[^\n]*|/\*.*?(?:\*/|\Z)", strings=r'"(?:[^"\\\n]|\\.)*"')
    if text is None:
        return
    whole = documents.text(name) or ""
    if not re.search(r'\bsyntax\s*=\s*"proto3"\s*;', whole):
        documents.refuse(name, "another syntax", "proto3", 'begin it with syntax = "proto3";', line=1)
    _imported(name, documents)
    for service, body in _blocks(text, r"\bservice\s+(\w+)\s*"):
        for method in re.findall(r"\brpc\s+(\w+)\s*\(", body):
            yield f"{service}.{method}"


def _imported(name: str, documents: Documents) -> None:
    """Read all that a file imports, and what that imports: a contract is whole."""
    waiting, seen = [name], {name}
    while waiting:
        here = waiting.pop()
        for imported, line in imports(documents.text(here) or ""):
            if imported.startswith(WELL_KNOWN) or imported in seen:
                continue
            seen.add(imported)
            inside = not imported.startswith("/") and ".." not in imported.split("/")
            if inside and (documents.folder / imported).is_file():
                waiting.append(imported)
            else:
                allowed = f"a file in the contract's folder, or {WELL_KNOWN}…"
                documents.refuse(here, imported, allowed, "copy the file into the folder", line=line, path="import")


def _sdl(name: str, documents: Documents) -> Iterator[str]:
    text = _bare(name, documents, r"#[^\n]*", strings=r'""".*?(?:"""|\Z)|"(?:[^"\\\n]|\\.)*"')
    if text is None:
        return
    for kind, body in _blocks(text, r"\b(?:extend\s+)?type\s+(Query|Mutation|Subscription)\b[^{}]{0,500}"):
        flat = re.sub(r"\([^()]*\)", "", body)
        for field in re.findall(r"(\w+)\s*:", flat):
            yield f"{kind}.{field}"


def _bare(name: str, documents: Documents, comments: str, *, strings: str) -> str | None:
    """The text without comments and strings, lines kept; None, and a problem, if its brackets do not pair."""
    text = documents.text(name)
    if text is None:
        return None
    # One pass, so that // in a string is no comment and a quote in a comment no string.
    bare = re.sub(f"{strings}|{comments}", lambda match: "\n" * match[0].count("\n") or " ", text, flags=re.DOTALL)
    waiting: list[tuple[str, int]] = []  # brackets that are open, with their positions

    def line(at: int) -> int:
        return bare.count("\n", 0, at) + 1

    for match in re.finditer(r"[()\[\]{}]", bare):
        bracket, at = match[0], match.start()
        if bracket not in _PAIRS:
            waiting.append((bracket, at))
        elif not waiting or waiting[-1][0] != _PAIRS[bracket]:
            opened = f" while {waiting[-1][0]} of line {line(waiting[-1][1])} is open" if waiting else ""
            fix = "close what is open, or remove it"
            documents.refuse(name, f"a {bracket}{opened}", "brackets in pairs", fix, line=line(at))
            return None
        else:
            waiting.pop()
    if waiting:
        bracket, at = waiting[-1]
        documents.refuse(name, f"a {bracket} that nothing closes", "brackets in pairs", "close it", line=line(at))
        return None
    return bare


def _blocks(text: str, head: str) -> Iterator[tuple[str, str]]:
    """Name and body of every block that begins like this; brackets are known to pair."""
    for match in re.finditer(head + r"\{", text):
        depth, at = 1, match.end()
        while depth:
            found = re.compile(r"[{}]").search(text, at)
            if found is None:
                break
            depth, at = depth + (1 if found[0] == "{" else -1), found.end()
        yield match[1], text[match.end() : at - 1]
