"""Two OpenAPI 3.1 documents, operation by operation, and as one consumer meets them.

Operations are matched by method and path, the parameters' names left out (`/orders/{id}` is `/orders/{order}`); a
changed operationId breaks generated clients. Request parts are written by consumers and read by the new version;
answers the other way round.
Source: OpenAPI Specification 3.1; RFC 9110 for content types and header names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.compatibility.documents import DocumentError, DocumentSet, escape, is_list, is_object, kind
from contracts.compatibility.json_schema import At, Side, compare_at
from contracts.compatibility.usage import Uses, restrict
from contracts.compatibility.verdict import Change, breaking, compatible, placed, unknown

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_DEFAULT_STYLE = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


@dataclass(frozen=True)
class Operation:
    """One operation where it stands."""

    method: str
    path: str
    at: At
    shared: list[At]
    """Parameters of the whole path."""

    @property
    def label(self) -> str:
        """How messages name it."""
        return f"{self.method.upper()} {self.path}"

    @property
    def identity(self) -> str:
        """Method and path, parameter names left out."""
        return f"{self.method} {re.sub(r'{[^}]*}', '{}', self.path).rstrip('/') or '/'}"


def compare_openapi(
    old: str | Mapping[str, Any],
    new: str | Mapping[str, Any],
    *,
    uses: Uses | None = None,
    old_documents: Mapping[str, str | Mapping[str, Any]] | None = None,
    new_documents: Mapping[str, str | Mapping[str, Any]] | None = None,
    name: str = "openapi",
) -> list[Change]:
    """All changes between two documents; with `uses` only what that consumer meets.

    Raises:
        DocumentError: not readable, not OpenAPI 3.1, malformed where it is compared, or a `$ref` out of the documents.
    """
    before = _root(DocumentSet.load(old, f"{name} (old)", old_documents))
    after = _root(DocumentSet.load(new, f"{name} (new)", new_documents))
    was, now = _operations(before), _operations(after)
    changes: list[Change] = []
    matched: set[str] = set()
    servers = _servers(before, after)
    for operation in was:
        reads: frozenset[str] | None = None
        if uses is not None:
            keys = [key for key in (operation.label, operation.at.get("operationId")) if key in uses.operations]
            keys += [k for k in uses.operations if _identity(k) == operation.identity]
            if not keys:
                matched.update(o.identity for o in now if o.identity == operation.identity)
                continue
            reads = uses.operations[keys[0]]
        other = _match(operation, now)
        consumer = uses.consumer if uses else ""
        if other is None:
            changes += placed([breaking("", "was removed")], operation=operation.label, consumer=consumer)
            continue
        matched.add(other.identity)
        found = [*servers, *_operation(before, after, operation, other, reads)]
        changes += placed(found, operation=operation.label, consumer=consumer)
    if uses is None:
        added = [operation for operation in now if operation.identity not in matched]
        changes += [c for o in added for c in placed([compatible("", "was added")], operation=o.label)]
    else:
        changes += _unserved(uses, was)
    return list(dict.fromkeys(changes))


def check_openapi(
    document: str | Mapping[str, Any],
    *,
    documents: Mapping[str, str | Mapping[str, Any]] | None = None,
    name: str = "openapi",
) -> None:
    """Look at everything in a document that would be compared.

    Raises:
        DocumentError: as `compare_openapi`.
    """
    root = _root(DocumentSet.load(document, name, documents))
    for operation in _operations(root):
        _operation(root, root, operation, operation, None)


def _identity(key: str) -> str:
    method, _, path = key.partition(" ")
    return Operation(method.lower(), path, At({}, DocumentSet({}, ""), ""), []).identity


def _unserved(uses: Uses, was: list[Operation]) -> list[Change]:
    known = {o.identity for o in was} | {o.at.get("operationId") for o in was}
    missing = [key for key in uses.operations if key not in known and _identity(key) not in known]
    return [
        placed([unknown("", "is used, but the old version never had it")], operation=key, consumer=uses.consumer)[0]
        for key in missing
    ]


def _root(documents: DocumentSet) -> At:
    root = documents.documents[documents.root]
    version: Any = root.get("openapi") if is_object(root) else None
    if not isinstance(version, str) or not version.startswith("3.1"):
        why = f"openapi is {version!r}, and only 3.1 is compared" if version else "holds no OpenAPI document"
        raise DocumentError(documents.root, why, "write openapi: 3.1.0 (3.0's nullable becomes type: [..., 'null'])")
    return At(root, documents, documents.root)


def _map(at: At, keyword: str) -> dict[str, At]:
    """The objects under a keyword, references followed."""
    value = at.get(keyword)
    if value is None:
        return {}
    if not is_object(value):
        raise DocumentError(at.document, f"{keyword} holds {kind(value)}", "write an object")
    return {name: _object(at.child(item), keyword) for name, item in value.items()}


def _list(at: At, keyword: str) -> list[At]:
    value: Any = at.get(keyword) or []
    if not is_list(value):
        raise DocumentError(at.document, f"{keyword} holds {kind(value)}", "write a list")
    return [_object(at.child(item), keyword) for item in value]


def _object(at: At, keyword: str) -> At:
    for _ in range(20):
        if not is_object(at.schema):
            raise DocumentError(at.document, f"{keyword} holds {kind(at.schema)}", "write objects there")
        if "$ref" not in at.schema or not isinstance(at.get("$ref"), str):
            return at
        schema, document = at.documents.follow(at.get("$ref"), at.document)
        at = At(schema, at.documents, document)
    raise DocumentError(at.document, f"{keyword} refers to itself without an end", "let the last $ref name an object")


def _operations(root: At) -> list[Operation]:
    return [
        Operation(method, path, _object(item.child(item.get(method)), method), _list(item, "parameters"))
        for path, item in _map(root, "paths").items()
        for method in METHODS
        if item.get(method) is not None
    ]


def _match(operation: Operation, candidates: list[Operation]) -> Operation | None:
    """By method and path alone: an operationId that moved elsewhere answers no request that was written before."""
    return next((other for other in candidates if other.identity == operation.identity), None)


def _operation(before: At, after: At, old: Operation, new: Operation, reads: frozenset[str] | None) -> list[Change]:
    found = _parameters(old, new) + _body(old, new) + _responses(old, new, reads) + _security(before, after, old, new)
    was, now = old.at.get("operationId"), new.at.get("operationId")
    if was != now and was is not None:
        found.append(breaking("", f"operationId went from {was!r} to {now!r}: generated clients call it by that name"))
    if new.at.get("deprecated") is True and old.at.get("deprecated") is not True:
        found.append(compatible("", "is deprecated"))
    return found


def _parameters(old: Operation, new: Operation) -> list[Change]:
    was, now = _by_place(old), _by_place(new)
    found: list[Change] = []
    for key, parameter in now.items():
        if key not in was:
            text = "was added and is required" if parameter.get("required") else "was added"
            change = breaking("", text, absent=True) if parameter.get("required") else compatible("", text)
            found += placed([change], subject=_called(parameter))
    for key, before in was.items():
        if key not in now:
            moved = any(other[1] == key[1] and other not in was for other in now)
            text = "moved to another place" if moved else "was removed: what consumers send there is ignored or refused"
            found += placed([breaking("", text) if moved else unknown("", text)], subject=_called(before))
            continue
        after = now[key]
        changes: list[Change] = []
        if after.get("required") and not before.get("required"):
            changes.append(breaking("", "is required now", absent=True))
        if before.get("required") and not after.get("required"):
            changes.append(compatible("", "is no longer required"))
        if _style(before) != _style(after):
            changes.append(breaking("", f"is spelled {_style(after)} now, was {_style(before)}"))
        changes += _schemas(before, after, Side.NEW) + _content(before, after, Side.NEW)
        found += placed(changes, subject=_called(after))
    return found


def _by_place(operation: Operation) -> dict[tuple[str, str], At]:
    """Parameters by where they stand and their name; those in the path by position, since names there are not sent."""
    order = re.findall(r"{([^}]*)}", operation.path)
    found: dict[tuple[str, str], At] = {}
    for parameter in (*operation.shared, *_list(operation.at, "parameters")):
        place, name = parameter.get("in"), parameter.get("name")
        if not isinstance(place, str) or place not in _DEFAULT_STYLE or not isinstance(name, str):
            why = f"a parameter of {operation.label} has no name, or is in none of {', '.join(_DEFAULT_STYLE)}"
            raise DocumentError(parameter.document, why, "give it name and in")
        key = str(order.index(name)) if place == "path" and name in order else name
        found[place, key.lower() if place == "header" else key] = parameter
    return found


def _called(parameter: At) -> str:
    return f"{parameter.get('in')} parameter {parameter.get('name')}"


def _style(parameter: At) -> str:
    style = parameter.get("style") or _DEFAULT_STYLE.get(parameter.get("in"), "simple")
    explode = parameter.get("explode")
    reserved = " with reserved characters" if parameter.get("allowReserved") else ""
    return f"{style}{' exploded' if (style == 'form' if explode is None else explode) else ''}{reserved}"


def _schemas(old: At, new: At, reader: Side) -> list[Change]:
    was, now = (at.child(True if at.get("schema") is None else at.get("schema")) for at in (old, new))
    return compare_at(was, now, reader=reader, closed=True)


def _content(old: At, new: At, reader: Side) -> list[Change]:
    """Content types: a request's must stay, an answer's must stay too, and their schemas follow the direction."""
    was, now = ({name.lower().replace(" ", ""): at for name, at in _map(a, "content").items()} for a in (old, new))
    found = [breaking("", f"content type {name} was removed") for name in was if name not in now]
    found += [compatible("", f"content type {name} was added") for name in now if name not in was]
    return found + [change for name in was if name in now for change in _schemas(was[name], now[name], reader)]


def _body(old: Operation, new: Operation) -> list[Change]:
    before, after = (
        None if o.at.get("requestBody") is None else _object(o.at.child(o.at.get("requestBody")), "requestBody")
        for o in (old, new)
    )
    if before is None or after is None:
        if after is not None:
            required = bool(after.get("required"))
            change = breaking("", "was added and is required") if required else compatible("", "was added")
            return placed([change], subject="request body")
        gone = "was removed: what consumers send is ignored or refused"
        return [] if before is None else placed([breaking("", gone)], subject="request body")
    found: list[Change] = []
    if after.get("required") and not before.get("required"):
        found.append(breaking("", "is required now"))
    if before.get("required") and not after.get("required"):
        found.append(compatible("", "is no longer required"))
    return placed(found + _content(before, after, Side.NEW), subject="request field")


def _responses(old: Operation, new: Operation, reads: frozenset[str] | None) -> list[Change]:
    was, now = _map(old.at, "responses"), _map(new.at, "responses")
    found: list[Change] = []
    for status, before in was.items():
        after = now.get(status) or now.get(f"{status[:1]}XX") or (now.get("default") if status[:1] in "45" else None)
        if after is None:
            found += placed([breaking("", "was removed")], subject=f"response {status}")
            continue
        changes = restrict(_content(before, after, Side.OLD), reads if status.startswith("2") else None)
        found += placed(changes, subject=f"response {status} field")
        found += _headers(before, after, status)
    for status in now:
        if status in was:
            continue
        foreseen = f"{status[:1]}XX" in was or "default" in was
        if status.startswith("2") and not foreseen:
            found += placed([breaking("", "is new, and consumers do not expect it")], subject=f"response {status}")
        else:
            found += placed([compatible("", "was added")], subject=f"response {status}")
            covering = was.get(f"{status[:1]}XX") or was.get("default")
            if covering is not None:
                changes = restrict(_content(covering, now[status], Side.OLD), reads)
                found += placed(changes, subject=f"response {status} field")
    return found


def _headers(before: At, after: At, status: str) -> list[Change]:
    was, now = ({name.lower(): at for name, at in _map(a, "headers").items()} for a in (before, after))
    found: list[Change] = []
    for name, header in was.items():
        subject = f"response {status} header {name}"
        if name not in now:
            found += placed([breaking("", "was removed")], subject=subject)
            continue
        changes = _schemas(header, now[name], Side.OLD)
        if header.get("required") and not now[name].get("required"):
            changes.append(breaking("", "is no longer required"))
        found += placed(changes, subject=subject)
    added = [name for name in now if name not in was]
    return found + [
        c for n in added for c in placed([compatible("", "was added")], subject=f"response {status} header {n}")
    ]


def _security(before: At, after: At, old: Operation, new: Operation) -> list[Change]:
    """Each way in that the old version offered must still be enough: some new way asks for no more than it."""
    was, now = _ways(before, old), _ways(after, new)
    found: list[Change] = []
    for way in was:
        if not any(other <= way for other in now):
            asked = " or ".join(_way(other) for other in now)
            found.append(breaking("", f"asks for {asked} now; {_way(way)} is no longer enough"))
    found += [compatible("", f"can be called with {_way(way)} as well") for way in now if way not in was]
    names = {name for way in was for name, _ in way} & {name for way in now for name, _ in way}
    schemes = [
        _map(_object(a.child(a.get("components") or {}), "components"), "securitySchemes") for a in (before, after)
    ]
    for name in sorted(names):
        for word in ("type", "in", "name", "scheme", "openIdConnectUrl", "flows"):
            one, other = (s[name].get(word) if name in s else None for s in schemes)
            if one != other:
                changed = f"security scheme {name}: {word} changed"
                found.append(unknown("", changed) if word == "flows" else breaking("", changed))
    return placed(found, subject="security") if found else []


def _ways(root: At, operation: Operation) -> list[frozenset[tuple[str, str]]]:
    given = operation.at if operation.at.get("security") is not None else root
    ways: list[frozenset[tuple[str, str]]] = []
    for requirement in _list(given, "security"):
        pairs: set[tuple[str, str]] = set()
        for name, scopes in requirement.schema.items():
            if not is_list(scopes):
                raise DocumentError(given.document, f"security {name} holds {kind(scopes)}", "write a list of scopes")
            pairs |= {(name, ""), *((name, str(scope)) for scope in scopes)}
        ways.append(frozenset(pairs))
    return ways or [frozenset()]


def _way(way: frozenset[tuple[str, str]]) -> str:
    return " and ".join(f"{name} {scope}".strip() for name, scope in sorted(way)) or "nothing"


def _servers(before: At, after: At) -> list[Change]:
    """Server addresses: the paths below which operations stand."""
    was, now = ([str(s.get("url")).rstrip("/") for s in _list(a, "servers")] or [""] for a in (before, after))
    gone = [url for url in was if url not in now]
    return placed(
        [breaking("", f"no longer answers at {escape(url).replace('~1', '/') or '/'}") for url in gone],
        subject="server",
    )
