"""What AWS offers, from botocore's service models: services by signing name, host or target, operations by request."""

from __future__ import annotations

import contextlib
import functools
import gzip
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import botocore
from moto.core import parse as protocols
from moto.core import serialize as serializers
from moto.core.model import OperationModel, ServiceModel
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import NotFound

_CBOR_PATH = re.compile(r"/service/([^/]+)/operation/([^/]+)$")

_HEAD = 16_384
_METADATA = re.compile(r'"metadata"\s*:\s*')

# Signing names shared by several services: the one that is meant when nothing else tells them apart.
_PREFERRED = {"rds": "rds", "elasticloadbalancing": "elbv2", "events": "events", "ses": "ses"}


@dataclass(frozen=True)
class ServiceIndex:
    """Where a service can be recognised. Values are botocore service names, best guess first."""

    by_signing_name: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    by_endpoint: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    by_target: dict[str, str] = field(default_factory=dict[str, str])
    by_version: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    @classmethod
    def build(cls) -> ServiceIndex:
        """Read the metadata of every service model that botocore ships (a quarter of a second)."""
        signing: dict[str, list[str]] = defaultdict(list)
        endpoint: dict[str, list[str]] = defaultdict(list)
        version: dict[str, list[str]] = defaultdict(list)
        target: dict[str, str] = {}
        data = Path(botocore.__file__).parent / "data"
        for folder in sorted(path for path in data.iterdir() if path.is_dir()):
            models = sorted(folder.glob("*/service-2.json*"))
            if not models:
                continue
            metadata = _metadata(models[-1])
            signing[metadata.get("signingName") or metadata["endpointPrefix"]].append(folder.name)
            endpoint[metadata["endpointPrefix"]].append(folder.name)
            if "targetPrefix" in metadata:
                target.setdefault(metadata["targetPrefix"], folder.name)
            if metadata["protocol"] in ("query", "ec2"):
                version[metadata["apiVersion"]].append(folder.name)
        return cls(_preferred_first(signing), _preferred_first(endpoint), target, dict(version))

    def candidates(
        self,
        *,
        signing_name: str | None,
        signed: bool,
        target: str | None,
        version: str | None,
        endpoint: str | None = None,
    ) -> list[str]:
        """The services that a request may mean, best guess first; empty when nothing is known.

        `signing_name` comes from the scope (an endpoint prefix for unsigned calls), `target` is the part of
        ``X-Amz-Target`` before the last dot, `version` the ``Version`` of a query-protocol call, `endpoint` the
        prefix that the host begins with.
        """
        found: list[str] = []
        if signing_name:
            first, second = self.by_signing_name, self.by_endpoint
            tables = (first, second) if signed else (second, first)
            found = next((table[signing_name] for table in tables if signing_name in table), list[str]())
            if not found:
                found = [signing_name] if any(signing_name in names for names in self.by_endpoint.values()) else []
        if target and target in self.by_target:
            named = self.by_target[target]
            return [named, *(name for name in found if name != named)]
        if version and version in self.by_version:
            of_version = self.by_version[version]
            narrowed = [name for name in found if name in of_version]
            return narrowed or found or of_version
        of_endpoint = self.by_endpoint.get(endpoint or "", [])
        return sorted(found, key=lambda name: name not in of_endpoint)


def _metadata(model: Path) -> dict[str, Any]:
    """The metadata of a service model, which stands at its head: the rest, megabytes for some, is not even unpacked."""
    with gzip.open(model, "rt") if model.suffix == ".gz" else model.open() as file:
        head = file.read(_HEAD)
        found = _METADATA.search(head)
        if not found:
            return json.loads(head + file.read())["metadata"]
    return json.JSONDecoder().raw_decode(head, found.end())[0]


def _preferred_first(table: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {
        name: sorted(services, key=lambda service: service != _PREFERRED.get(name, name))
        for name, services in table.items()
    }


@dataclass(frozen=True)
class HttpCall:
    """A request as plain values; `body` is empty when it was too large to be held."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""

    @functools.cached_property
    def wsgi(self) -> Request:
        """The same request in the form that moto's routers and parsers read."""
        return Request.from_primitives(self.method, self.url, self.headers, self.body)


@dataclass(frozen=True)
class Operation:
    """An operation found in the service models, with the members that stood in its path."""

    model: OperationModel
    path_members: Mapping[str, Any]

    @property
    def service(self) -> str:
        """The botocore name of the service."""
        return self.model.service_model.service_name

    @property
    def name(self) -> str:
        """The operation's name, for example ``CreateAddon``."""
        return self.model.name

    def parse(self, call: HttpCall) -> dict[str, Any]:
        """The input members of `call`, typed by the operation's input shape. Raises what the parser raises."""
        request = call.wsgi
        parsers = cast("dict[str, Any]", protocols.PROTOCOL_PARSERS)  # pyright: ignore[reportUnknownMemberType]
        parser = parsers[protocol_of(self.model.service_model, request.content_type)](self.model)
        return parser.parse(
            {
                "method": request.method,
                "values": request.values,
                "headers": request.headers,
                "body": request.data or call.body,
                "url_path": request.path,
                "url_params": dict(self.path_members),
            }
        )


def protocol_of(model: ServiceModel, content_type: str | None) -> str:
    """The protocol a request speaks: told by its content type where a service speaks several, else the model's own."""
    writable = set(cast("dict[str, Any]", serializers.SERIALIZERS))  # pyright: ignore[reportUnknownMemberType]
    with contextlib.suppress(NotImplementedError):
        protocol = determine_request_protocol(model, content_type)
        if protocol in writable:
            return protocol
    spoken: list[str] = model.metadata.get("protocols") or [str(model.protocol)]
    return next((protocol for protocol in spoken if protocol in writable), "json")  # CBOR is not among them


@functools.cache
def service_model(service: str) -> ServiceModel | None:
    """The model of a service, `None` for a name that botocore does not know."""
    try:
        return get_service_model(service)
    except Exception:  # botocore raises several kinds for an unknown service, all meaning the same here
        return None


def find_operation(call: HttpCall, candidates: list[str]) -> Operation | None:
    """The operation that `call` asks for among the candidate services, or `None`."""
    cbor = _CBOR_PATH.search(call.url.split("?", 1)[0])
    # SDKs do not agree on the prefix of a target; its last part is the action for all of them
    named = cbor.group(2) if cbor else call.headers.get("X-Amz-Target", "").rpartition(".")[2]
    for service in candidates:
        model = service_model(service)
        if model is None:
            continue
        if named:
            if named in model.operation_names:
                return Operation(model.operation_model(named), {})
            continue
        try:
            found, members = get_service_router(service).match(call.wsgi)
        except (NotFound, NotImplementedError, ValueError):
            continue
        return Operation(found, members)
    return None
