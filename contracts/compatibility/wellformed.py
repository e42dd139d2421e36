"""Are the documents of a contract what they say they are, to the last rule of their language?

A contract is read without its languages: brackets pair and references lead somewhere, which is quick. What compares
two versions knows the languages, and would find the mistake in the next version: too late, for the first is published.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from contracts.compatibility.documents import DocumentError
from contracts.compatibility.edges.difference import bundle, proto_files, text
from contracts.compatibility.graphql import build
from contracts.compatibility.json_schema import check_schema
from contracts.compatibility.openapi import check_openapi
from contracts.compatibility.proto import read as read_proto
from contracts.services.documents import Documents
from contracts.services.estate import EstateFinding, Kind
from contracts.services.interfaces import Provides
from contracts.services.reading import LoadedContract
from contracts.settings.errors import Problem

Look = Callable[[Documents, str], object]


def malformed(contracts: Iterable[LoadedContract]) -> Iterator[EstateFinding]:
    """Every document that its own language refuses, with the first reason."""
    for loaded in contracts:
        for language, name, look in dict.fromkeys(_documents(loaded.contract.provides)):
            try:
                look(loaded.documents, name)
            except DocumentError as error:
                yield EstateFinding(Kind.DOCUMENT, _problem(loaded, name, language, error), (loaded.contract.id,))


def _documents(provides: Provides) -> Iterator[tuple[str, str, Look]]:
    """Language, name and reader of each document."""
    for http in provides.http.values():
        yield "OpenAPI 3.1", http.document, _openapi
    for grpc in provides.grpc.values():
        yield "proto3", grpc.document, _proto
    for graphql in provides.graphql.values():
        yield "GraphQL's schema language", graphql.document, _sdl
    schemas = [event.document for event in provides.events.values()]
    schemas += [socket.messages for socket in provides.websocket.values() if socket.messages is not None]
    for workflow in provides.workflows.values():
        schemas += [name for name in (workflow.input, workflow.output) if name is not None]
    for name in schemas:
        yield "JSON Schema 2020-12", name, _schema


def _openapi(documents: Documents, name: str) -> None:
    root, others = bundle(documents, name)
    check_openapi(root, documents=others, name=name)


def _schema(documents: Documents, name: str) -> None:
    root, others = bundle(documents, name)
    check_schema(root, documents=others, name=name)


def _proto(documents: Documents, name: str) -> None:
    read_proto(proto_files(documents, name), name)


def _sdl(documents: Documents, name: str) -> None:
    build(text(documents, name), name)


def _problem(loaded: LoadedContract, name: str, language: str, error: DocumentError) -> Problem:
    """The same error with its place apart: `order.json/properties/a`, `order.proto line 3`."""
    place = error.where.removeprefix(name)
    line = re.fullmatch(r" line (\d+)", place)
    path = "(the file)" if line or not place else place
    file = f"{loaded.documents.shown}/{name}"
    return Problem(file, int(line[1]) if line else None, path, error.why, language, error.fix)
