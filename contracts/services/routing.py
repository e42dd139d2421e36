"""Which handler answers an operation: its document's method and path, matched with the interface's routes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from contracts.services.interfaces import Exposure, Handler, HttpInterface
from contracts.services.naming import Runner, RunnerKind
from contracts.services.operations import METHODS
from contracts.services.reading import LoadedContract

DEFAULT_ROUTE = "$default"


@dataclass(frozen=True)
class Endpoint:
    """Where an operation is answered."""

    operation: str
    handler: Runner | None
    """What answers; None if no route leads anywhere."""
    method: str | None = None
    """HTTP method; None for gRPC, GraphQL and workflows."""
    path: str | None = None
    """Path template of the document."""
    exposure: Exposure = Exposure.INTERNAL
    """Who can reach it over the network."""


def endpoints(loaded: LoadedContract) -> dict[str, Endpoint]:
    """Operation → where it is answered, for every operation a contract offers."""
    provides = loaded.contract.provides
    found: dict[str, Endpoint] = {}
    for http in provides.http.values():
        found |= {endpoint.operation: endpoint for endpoint in _of_openapi(loaded, http)}
    for name in provides.workflows:
        found[name] = Endpoint(name, Runner(RunnerKind.WORKFLOW, name))
    for graphql in provides.graphql.values():
        found |= {field: Endpoint(field, runner_of(handler)) for field, handler in graphql.resolvers.items()}
    for grpc in provides.grpc.values():
        container = Runner(RunnerKind.CONTAINER, grpc.container)
        methods = set(_grpc_methods(loaded, grpc.document)) & loaded.operations
        found |= {method: Endpoint(method, container, exposure=grpc.exposure) for method in methods}
    return found


def runner_of(handler: Handler) -> Runner:
    """The function or container that a handler names."""
    if handler.function is not None:
        return Runner(RunnerKind.FUNCTION, handler.function)
    return Runner(RunnerKind.CONTAINER, str(handler.container))


def route_for(method: str, path: str, routes: Mapping[str, Handler]) -> Handler | None:
    """The handler of the most specific route that takes a method and a path template; None if there is none.

    As API Gateway decides: a route of the method before `ANY`, a full match before `{proxy+}`, the longest `{proxy+}`,
    and `$default` last.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html#http-api-develop-routes.evaluation
    """
    ranked: list[tuple[tuple[bool, int, bool], Handler]] = []
    for key, handler in routes.items():
        if key == DEFAULT_ROUTE:
            continue
        verb, _, template = key.partition(" ")
        if verb in {method, "ANY"} and _matches(template, path):
            greedy = template.endswith("+}")
            ranked.append(((not greedy, template.count("/"), verb == method), handler))
    if ranked:
        return max(ranked, key=lambda found: found[0])[1]
    return routes.get(DEFAULT_ROUTE)


def _matches(template: str, path: str) -> bool:
    """Whether a route takes a path template; the names of parameters do not matter."""
    wanted, given = _parts(template), _parts(path)
    if wanted and wanted[-1].endswith("+}"):
        head = wanted[:-1]
        return len(given) > len(head) and all(_part_matches(a, b) for a, b in zip(head, given, strict=False))
    return len(wanted) == len(given) and all(_part_matches(a, b) for a, b in zip(wanted, given, strict=True))


def _part_matches(wanted: str, given: str) -> bool:
    return wanted.startswith("{") or wanted == given


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _of_openapi(loaded: LoadedContract, http: HttpInterface) -> Iterator[Endpoint]:
    document = loaded.documents.values(http.document)
    paths: Any = cast("dict[str, Any]", document).get("paths", {}) if isinstance(document, dict) else {}
    for path, item in cast("dict[str, Any]", paths).items():
        for method in METHODS:
            operation: Any = item.get(method)
            if operation is None:
                continue
            handler = route_for(method.upper(), path, http.routes)
            yield Endpoint(
                str(operation["operationId"]),
                runner_of(handler) if handler else None,
                method.upper(),
                path,
                http.exposure,
            )


def _grpc_methods(loaded: LoadedContract, document: str) -> Iterator[str]:
    """`Service.Method` of a proto file; comments do not matter, for only offered operations are kept."""
    text = loaded.documents.text(document) or ""
    for block in re.finditer(r"\bservice\s+(\w+)\s*\{", text):
        following = re.search(r"\bservice\s+\w+\s*\{", text[block.end() :])
        body = text[block.end() : block.end() + following.start()] if following else text[block.end() :]
        for method in re.findall(r"\brpc\s+(\w+)\s*\(", body):
            yield f"{block[1]}.{method}"
