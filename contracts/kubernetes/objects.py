"""Plain objects of a cluster, and the way to one from outside."""

from __future__ import annotations

from contracts.kubernetes.applications import WAVE
from contracts.kubernetes.parts import Manifest

GATEWAY = "istio-ingress/platform"


def an_object(
    api: str, kind: str, name: str, namespace: str | None, body: Manifest, wave: int | None = None
) -> Manifest:
    """An object with the usual metadata."""
    metadata: Manifest = {"name": name}
    if namespace is not None:
        metadata["namespace"] = namespace
    if wave is not None:
        metadata["annotations"] = {WAVE: str(wave)}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **body}


def route(name: str, namespace: str, domain: str, host: str, port: int) -> Manifest:
    """The way from the platform's gateway to a service, repeated when that may help."""
    http = {
        "route": [{"destination": {"host": host, "port": {"number": port}}}],
        "timeout": "60s",
        "retries": {
            "attempts": 2,
            "perTryTimeout": "20s",
            "retryOn": "connect-failure,refused-stream,reset-before-request",
        },
    }
    spec = {"hosts": [domain], "gateways": [GATEWAY], "http": [http]}
    return an_object("networking.istio.io/v1", "VirtualService", name, namespace, {"spec": spec}, 10)
