"""Lead an API's private integrations to the containers behind them, and keep how they are connected."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from embedded.emulators.ministack_shims import part

REASON = (
    "MiniStack forgets an integration's VPC link and TLS settings, sends requests for a load balancer's listener to "
    "its ARN as if that were an address, passes on no headers but the content type, and takes a "
    "variable after other text (/$request.path.proxy) for text."
)
CONTAINERS = "ATOLL_CONTAINERS"
"""Variable that names the file where `embedded.containers` says what listens where."""
_KEPT = ("connectionId", "tlsConfig", "credentialsArn", "integrationSubtype", "passthroughBehavior")
_OWN = {"connection", "transfer-encoding", "content-length", "server", "date"}
_VARIABLE = re.compile(r"\$([A-Za-z]+(?:\.[\w-]+)*)")
Answer = tuple[int, dict[str, str], bytes]

apigateway = part("services.apigateway")


def address(listener: str, headers: Mapping[str, str]) -> str | None:
    """Where the container listens that a load balancer would choose: by the host that is asked for, else alone."""
    with contextlib.suppress(OSError, ValueError):
        known: dict[str, str] = json.loads(Path(os.environ[CONTAINERS]).read_text())
        host = next((value for name, value in headers.items() if name.lower() == "host"), "")
        return known.get(f"{listener} {host}") or known.get(listener)
    return None


def passed_on(base: str, path: str, method: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
    """The answer of a container; 503 when it does not listen, as a load balancer without healthy targets says."""
    target = urlsplit(base)
    connection = http.client.HTTPConnection(target.hostname or "", target.port, timeout=30)
    try:
        connection.request(method, path, body or None, dict(headers))
        answer = connection.getresponse()
        told = {name: value for name, value in answer.getheaders() if name.lower() not in _OWN}
        return answer.status, told, answer.read()
    except OSError:
        return 503, {"Content-Type": "application/json"}, b'{"message":"Service Unavailable"}'
    finally:
        connection.close()


def _private() -> None:
    forward = apigateway._invoke_http_proxy

    async def invoke(
        integration: dict[str, Any],
        path: str,
        method: str,
        headers: dict[str, str],
        body: bytes,
        query: dict[str, Any],
    ) -> Answer:
        if integration.get("connectionType") != "VPC_LINK":
            return await forward(integration, path, method, headers, body, query)
        base = address(integration["integrationUri"], headers)
        if base is None:
            return 503, {"Content-Type": "application/json"}, b'{"message":"Service Unavailable"}'
        asked = f"{path}?{urlencode(query, doseq=True)}" if query else path
        return await asyncio.to_thread(passed_on, base, asked, method, headers, body)

    apigateway._invoke_http_proxy = invoke


def _connections() -> None:
    create, update = apigateway._create_integration, apigateway._update_integration

    def kept(api: str, answer: Answer, data: dict[str, Any]) -> Answer:
        status, headers, body = answer
        if status >= 400:
            return answer
        told: dict[str, Any] = json.loads(body)
        made: dict[str, Any] = apigateway._integrations[api][told["integrationId"]]
        made |= {name: data[name] for name in _KEPT if data.get(name)}
        return status, headers, json.dumps(made).encode()

    def created(api: str, data: dict[str, Any]) -> Answer:
        return kept(api, create(api, data), data)

    def updated(api: str, one: str, data: dict[str, Any]) -> Answer:
        return kept(api, update(api, one, data), data)

    apigateway._create_integration, apigateway._update_integration = created, updated


def _mappings() -> None:
    resolve = apigateway._resolve_mapping_value

    def resolved(value: Any, **sources: Any) -> Any:
        return resolve(braced(str(value)) if value is not None else None, **sources)

    apigateway._resolve_mapping_value = resolved


def braced(value: str) -> str:
    """A value with its variables in braces, as MiniStack wants those that stand within text."""
    within = "$" in value and "${" not in value and not value.startswith("$")
    return _VARIABLE.sub(r"${\1}", value) if within else value


def apply() -> None:
    """Repair all three."""
    _private()
    _connections()
    _mappings()
