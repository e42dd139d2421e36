"""When an object is ready, and when it is gone.

Where the cluster has nodes, rollouts are waited for. A control plane without nodes accepts pods and runs none: there
an object is ready when its controller has seen it, and the log says so.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final

from embedded.kubernetes_plugin.api import Api, Object, part, parts
from embedded.kubernetes_plugin.errors import ApiError, NotReadyError

SKIP: Final = "pulumi.com/skipAwait"
TIMEOUT: Final = "pulumi.com/timeoutSeconds"
DEFAULT_SECONDS: Final = 300.0
_ROLLOUTS: Final = frozenset({"Deployment", "StatefulSet", "DaemonSet"})
_PODS: Final = _ROLLOUTS | {"Pod", "Job"}


class Waiter:
    """Waits on behalf of one cluster."""

    def __init__(self, api: Api, cancelled: threading.Event) -> None:
        self._api = api
        self._cancelled = cancelled
        self._has_nodes: bool | None = None

    def ready(self, path: str, live: Object, seconds: float, tell: Callable[[str], None]) -> Object:
        """The object once it is ready. Raises `NotReadyError` with what is missing."""
        kind, version = str(live.get("kind")), str(live.get("apiVersion"))
        check = _CHECKS.get((version, kind))
        if kind in _PODS and version in ("v1", "apps/v1", "batch/v1") and not self._nodes():
            tell(f"The cluster has no nodes: {kind} is accepted, and its pods do not run.")
            check = _seen if kind in _ROLLOUTS else None
        if check is None:
            return live
        deadline = time.monotonic() + seconds
        while True:
            missing = check(live)
            if missing is None:
                return live
            if time.monotonic() > deadline or self._cancelled.wait(0.2):
                name = part(live, "metadata").get("name")
                raise NotReadyError(
                    f"{kind} {name} exists, but is not ready after {seconds:.0f} s: {missing}. "
                    f'The next update waits again; the annotation {SKIP}: "true" does not wait.'
                )
            live = self._api.get(path)

    def gone(self, path: str, uid: str | None, seconds: float) -> None:
        """Return when the object does not exist any more. Raises `NotReadyError` with what holds it."""
        deadline, pause = time.monotonic() + seconds, 0.02
        while True:
            try:
                live = self._api.get(path)
            except ApiError as error:
                if error.is_gone:
                    return
                raise
            metadata = part(live, "metadata")
            if uid and metadata.get("uid") != uid:  # another one by that name
                return
            if time.monotonic() > deadline or self._cancelled.wait(pause):
                raise NotReadyError(
                    f"{live.get('kind')} {metadata.get('name')} is still there {seconds:.0f} s after its deletion: "
                    + (_held_by(live) or "nothing says why")
                )
            pause = min(pause * 1.5, 1.0)

    def _nodes(self) -> bool:
        if self._has_nodes is None:
            try:
                self._has_nodes = bool(self._api.get("/api/v1/nodes?limit=1").get("items"))
            except ApiError:  # who may not see nodes waits as if there were some
                self._has_nodes = True
        return self._has_nodes


def _held_by(live: Object) -> str:
    held: list[str] = []
    finalizers = part(live, "metadata").get("finalizers") or part(live, "spec").get("finalizers")
    if finalizers:
        held.append(f"finalizers {', '.join(finalizers)} wait for their controllers")
    for condition in parts(part(live, "status"), "conditions"):
        if condition.get("status") == "True" and condition.get("message") and live.get("kind") == "Namespace":
            held.append(condition["message"])
    return "; ".join(held)


def _condition(live: Object, kind: str) -> dict[str, Any]:
    conditions = parts(part(live, "status"), "conditions")
    return next((item for item in conditions if item.get("type") == kind), dict[str, Any]())


def _established(live: Object) -> str | None:
    condition = _condition(live, "Established")
    refused = _condition(live, "NamesAccepted")
    if condition.get("status") == "True":
        return None
    return refused.get("message") or condition.get("message") or "it is not established"


def _active(live: Object) -> str | None:
    phase = part(live, "status").get("phase")
    return None if phase == "Active" else f"its phase is {phase}"


def _seen(live: Object) -> str | None:
    status = part(live, "status")
    seen = status.get("observedGeneration", 0) >= part(live, "metadata").get("generation", 0)
    return None if seen else "its controller has not seen it"


def _rolled_out(live: Object) -> str | None:
    missing = _seen(live)
    if missing:
        return missing
    status, spec = part(live, "status"), part(live, "spec")
    if live.get("kind") == "DaemonSet":
        wanted = status.get("desiredNumberScheduled", 0)
        updated, ready = status.get("updatedNumberScheduled", 0), status.get("numberAvailable", 0)
    else:
        wanted = spec.get("replicas", 1)
        updated, ready = (
            status.get("updatedReplicas", 0),
            status.get("availableReplicas", status.get("readyReplicas", 0)),
        )
    if updated >= wanted and ready >= wanted:
        return None
    failed = _condition(live, "ReplicaFailure") or _condition(live, "Progressing")
    said = f" ({failed['message']})" if failed.get("message") else ""
    return f"{updated} of {wanted} pods are updated, {ready} available{said}"


_CHECKS: Final[dict[tuple[str, str], Callable[[Object], str | None]]] = {
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"): _established,
    ("v1", "Namespace"): _active,
    ("apps/v1", "Deployment"): _rolled_out,
    ("apps/v1", "StatefulSet"): _rolled_out,
    ("apps/v1", "DaemonSet"): _rolled_out,
}
