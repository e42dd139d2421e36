"""Two versions of one contract: everything that changed, and what of it one consumer meets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from contracts.compatibility.documents import DocumentError, DocumentSet, is_object
from contracts.compatibility.edges import requests
from contracts.compatibility.edges.promises import EVERYWHERE, Place, Promises, classified, compare_promises
from contracts.compatibility.events import Compatibility, compare_events
from contracts.compatibility.graphql import build, compare_graphql
from contracts.compatibility.json_schema import Side, compare
from contracts.compatibility.openapi import METHODS, compare_openapi
from contracts.compatibility.proto import compare_proto
from contracts.compatibility.proto import read as read_proto
from contracts.compatibility.usage import restrict
from contracts.compatibility.verdict import Bump, Change, compatible, placed, unknown
from contracts.services.contract import ServiceContract
from contracts.services.dependencies import Call, Dependency
from contracts.services.documents import Documents, references
from contracts.services.interfaces import GraphqlInterface, GrpcInterface
from contracts.services.operations import WELL_KNOWN, imports, origins
from contracts.services.reading import LoadedContract


class Difference:
    """What lies between two versions; documents are compared when first asked for."""

    def __init__(self, old: LoadedContract, new: LoadedContract) -> None:
        self.old = old
        self.new = new
        self._compared: dict[Place, list[Change]] = {}
        self._required: dict[str, frozenset[str]] = {}

    @cached_property
    def changes(self) -> list[Change]:
        """Everything that changed; a patch where nobody can notice it."""
        found = self._promises.changes
        for place in self._places():
            found += self._documents(place)
        if not found and not same(self.old, self.new):
            found.append(placed([compatible("", "changed in parts that nobody else relies on", Bump.PATCH)])[0])
        return list(dict.fromkeys(found))

    def met(self, dependency: Dependency, consumer: ServiceContract) -> list[Change]:
        """The changes as one consumer meets them: outside of what it uses nothing refuses."""
        provider = self.new.contract.data_classification
        found = [classified(c, consumer.data_classification, provider) for c in self._promises.met[EVERYWHERE]]
        for operation, call in dependency.calls.items():
            place = self._origins.get(operation)
            if place is not None:
                here = [*self._promises.met.get(place, ()), *self._call(place, operation, call)]
                found += [replace(change, operation=operation) for change in here]
        for event, used in dependency.events.items():
            place = ("events", event)
            found += self._promises.met.get(place, ())
            found += restrict(self._documents(place), requests.pointers(used.reads))
        return placed(dict.fromkeys(found), consumer=consumer.id)

    @cached_property
    def _promises(self) -> Promises:
        return compare_promises(self.old.contract, self.new.contract)

    @cached_property
    def _origins(self) -> Mapping[str, Place]:
        return origins(self.old.contract.provides, self.old.documents)

    def _places(self) -> Iterator[Place]:
        for kind in ("http", "websocket", "grpc", "graphql", "events", "workflows"):
            was, now = (getattr(loaded.contract.provides, kind) for loaded in (self.old, self.new))
            yield from ((kind, name) for name in was if name in now)

    def _clauses(self, place: Place) -> tuple[Any, Any]:
        kind, name = place
        old, new = (getattr(loaded.contract.provides, kind).get(name) for loaded in (self.old, self.new))
        return old, new

    def _documents(self, place: Place) -> list[Change]:
        """Changes of an interface's documents; none where one of the versions lacks the interface."""
        if place not in self._compared:
            self._compared[place] = self._decided(place, partial(self._compare, place))
        return self._compared[place]

    def _decided(self, place: Place, differ: Callable[[Any, Any], Iterable[Change]]) -> list[Change]:
        """What a differ says; a document that cannot be compared is a change that nobody can decide."""
        old, new = self._clauses(place)
        if old is None or new is None or self._same_documents:
            return []
        try:
            return list(differ(old, new))
        except DocumentError as error:
            return placed([unknown("", f"cannot be compared: {error}")], operation=place[1])

    @cached_property
    def _same_documents(self) -> bool:
        provides = [loaded.contract.provides for loaded in (self.old, self.new)]
        return self.old.documents.texts() == self.new.documents.texts() and _named(provides[0]) == _named(provides[1])

    def _compare(self, place: Place, old: Any, new: Any) -> Iterator[Change]:
        kind, name = place
        match kind:
            case "http":
                yield from self._openapi(old.document, new.document)
            case "grpc":
                sources = (proto_files(self.old.documents, old.document), proto_files(self.new.documents, new.document))
                yield from compare_proto(*sources, name=old.document)
            case "graphql":
                texts = (text(self.old.documents, old.document), text(self.new.documents, new.document))
                yield from compare_graphql(*texts, name=old.document)
            case "websocket":
                if old.messages is not None and new.messages is not None:
                    mode = Compatibility.FULL  # who sends which message is not said
                    yield from self._event(name, old.messages, new.messages, mode)
                elif old.messages is not None or new.messages is not None:
                    yield from placed([unknown("", "messages have a schema in one version only")], operation=name)
            case "events":
                yield from self._event(name, old.document, new.document, Compatibility.FORWARD)
            case _:
                yield from placed(self._workflow(old, new), operation=name)

    def _openapi(self, old: str, new: str) -> Iterator[Change]:
        before, before_others = bundle(self.old.documents, old)
        after, after_others = bundle(self.new.documents, new)
        names = {**_labels(after), **_labels(before)}
        for change in compare_openapi(before, after, old_documents=before_others, new_documents=after_others, name=old):
            yield replace(change, operation=names.get(change.operation, change.operation))

    def _event(self, name: str, old: str, new: str, mode: Compatibility) -> list[Change]:
        before, before_others = bundle(self.old.documents, old)
        after, after_others = bundle(self.new.documents, new)
        return compare_events(
            before, after, event=name, mode=mode, old_documents=before_others, new_documents=after_others
        )

    def _workflow(self, old: Any, new: Any) -> Iterator[Change]:
        yield from placed(self._schema(old.input, new.input, Side.NEW), subject="input field")
        if old.output is not None and new.output is not None:
            yield from placed(self._schema(old.output, new.output, Side.OLD), subject="output field")
        elif old.output is not None:
            yield from placed([unknown("", "has no schema any more")], subject="output field")

    def _schema(self, old: str, new: str, reader: Side) -> list[Change]:
        before, before_others = bundle(self.old.documents, old)
        after, after_others = bundle(self.new.documents, new)
        return compare(
            before,
            after,
            reader=reader,
            closed=True,
            old_documents=before_others,
            new_documents=after_others,
            name=old,
        )

    def _call(self, place: Place, operation: str, call: Call) -> list[Change]:
        """Changes of one operation, as one caller meets them."""
        match place[0]:
            case "http":
                found = [change for change in self._documents(place) if change.operation in ("", operation, place[1])]
                return self._restricted(place, operation, found, call) if found else []
            case "workflows":
                return self._restricted(place, operation, self._documents(place), call)
            case "grpc":
                return self._decided(place, partial(self._method, operation, call))
            case _:
                return self._decided(place, partial(self._field, operation, call))

    def _restricted(self, place: Place, operation: str, changes: Iterable[Change], call: Call) -> list[Change]:
        reads = requests.pointers(call.reads)
        sends = requests.pointers(call.sends) | self._sent(place, operation)
        found: list[Change] = []
        for change in changes:
            if change.subject in ("request field", "input field"):
                found.append(requests.as_sent(change, sends))
            elif " parameter " in change.subject:
                found.append(requests.as_parameter(change, sends))
            elif re.fullmatch(r"response 2.. field|output field", change.subject):
                found += restrict([change], reads)
            else:
                found.append(change)
        return found

    def _sent(self, place: Place, operation: str) -> frozenset[str]:
        """What the old version required of everyone."""
        if operation not in self._required:
            old, _ = self._clauses(place)
            name: str = old.document if place[0] == "http" else old.input
            try:
                documents = DocumentSet.load(*_loading(self.old.documents, name))
            except DocumentError:  # which is a change that nobody can decide, and meets everyone
                return frozenset()
            self._required[operation] = (
                requests.required(documents, operation)
                if place[0] == "http"
                else frozenset(requests.required_fields(documents.documents[name], name, documents))
            )
        return self._required[operation]

    def _method(self, operation: str, call: Call, old: GrpcInterface, new: GrpcInterface) -> list[Change]:
        name = old.document
        before, after = proto_files(self.old.documents, name), proto_files(self.new.documents, new.document)
        uses = requests.proto_uses(read_proto(before, name), operation, call.sends, call.reads)
        return compare_proto(before, after, uses=uses, name=name) if uses else []

    def _field(self, operation: str, call: Call, old: GraphqlInterface, new: GraphqlInterface) -> list[Change]:
        name = old.document
        before, after = text(self.old.documents, name), text(self.new.documents, new.document)
        uses = requests.graphql_uses(build(before, name), operation, call.reads)
        return compare_graphql(before, after, uses=uses, name=name)


def same(one: LoadedContract, other: LoadedContract) -> bool:
    """Whether two versions say the same, the number aside; order and comments say nothing."""
    if one is other:
        return True
    if one.documents.texts() != other.documents.texts():
        return False
    version = one.contract.version
    return one.contract == (
        other.contract if other.contract.version == version else other.contract.model_copy(update={"version": version})
    )


def text(documents: Documents, name: str) -> str:
    """The text of a document.

    Raises:
        DocumentError: it cannot be read.
    """
    if (found := documents.text(name)) is None:
        raise DocumentError(f"{documents.shown}/{name}", "cannot be read", "mend the file")
    return found


def bundle(documents: Documents, name: str) -> tuple[Any, dict[str, Any]]:
    """A JSON or YAML document, and by their paths all that its references lead to.

    Raises:
        DocumentError: one of them cannot be read.
    """
    found: dict[str, Any] = {}
    waiting = [name]
    while waiting:
        here = waiting.pop()
        if here in found:
            continue
        found[here] = documents.values(here)
        if found[here] is None:
            raise DocumentError(f"{documents.shown}/{here}", "cannot be read", "mend the file")
        for _, reference in references(found[here]):
            file = reference.partition("#")[0]
            if file and (target := documents.inside(here, file)) is not None:
                waiting.append(target)
    root = found[name]
    return root, {other: values for other, values in found.items() if other != name or len(found) > 1}


def proto_files(documents: Documents, name: str) -> dict[str, str]:
    """A protocol buffers file, and by their paths all that it imports.

    Raises:
        DocumentError: one of them cannot be read.
    """
    found: dict[str, str] = {}
    waiting = [name]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found[here] = text(documents, here)
            waiting += [other for other, _ in imports(found[here]) if not other.startswith(WELL_KNOWN)]
    return found


def _loading(documents: Documents, name: str) -> tuple[Any, str, dict[str, Any]]:
    root, others = bundle(documents, name)
    return root, name, {other: values for other, values in others.items() if other != name}


def _labels(document: Any) -> dict[str, str]:
    """`GET /orders/{id}` → operationId; other documents may hold a path's operations, which keep their label then."""
    paths = document.get("paths") if is_object(document) else None
    return {
        f"{method.upper()} {path}": str(operation["operationId"])
        for path, item in (paths.items() if is_object(paths) else ())
        for method in METHODS
        if is_object(item) and is_object(operation := item.get(method)) and "operationId" in operation
    }


def _named(provides: Any) -> list[tuple[str, str, Any]]:
    """Which document stands where."""
    return [
        (kind, name, getattr(clause, word, None))
        for kind in ("http", "websocket", "grpc", "graphql", "events", "workflows")
        for name, clause in getattr(provides, kind).items()
        for word in ("document", "messages", "input", "output")
    ]
