"""Kubernetes' API over HTTP: requests, errors, retries, and where each kind lives."""

from __future__ import annotations

import json
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import quote, urlencode

import urllib3
from urllib3.exceptions import HTTPError

from embedded.kubernetes_plugin.credentials import Credentials
from embedded.kubernetes_plugin.errors import ApiError, NoSuchKindError, UnreachableError
from embedded.kubernetes_plugin.kubeconfig import Connection

Object = dict[str, Any]
"""A Kubernetes object, as JSON has it."""
APPLY: Final = "application/apply-patch+yaml"
_TIMEOUT: Final = urllib3.Timeout(connect=20, read=90)
_TRIES: Final = 5
# A control plane that has to be built first says 503 for minutes, and means it.
_PATIENCE: Final = 900.0
_BUSY: Final = frozenset({429, 503})
_FOR_A_MOMENT: Final = frozenset({500, 502, 504})


def part(value: Object, name: str) -> Object:
    """A member that is an object; empty when it is not there."""
    found = value.get(name)
    return cast("Object", found) if isinstance(found, dict) else {}


def parts(value: Object, name: str) -> list[Object]:
    """A member that is a list of objects; empty when it is not there."""
    found = value.get(name)
    return [cast("Object", item) for item in cast("list[Any]", found)] if isinstance(found, list) else []


@dataclass(frozen=True)
class Kind:
    """One kind of object that the cluster knows."""

    api_version: str
    kind: str
    plural: str
    namespaced: bool
    verbs: frozenset[str]

    def path(self, namespace: str | None, name: str | None = None) -> str:
        """Where its objects are; `namespace` is not looked at for kinds that have none."""
        root = f"/api/{self.api_version}" if "/" not in self.api_version else f"/apis/{self.api_version}"
        middle = f"/namespaces/{quote(namespace or 'default')}" if self.namespaced else ""
        return f"{root}{middle}/{self.plural}" + (f"/{quote(name)}" if name else "")


class Api:
    """The API of one cluster. Thread safe; connections are kept."""

    def __init__(self, connection: Connection, tell: Callable[[str], None] = lambda _: None) -> None:
        """Connects to nothing yet. `tell` hears what takes long."""
        self.connection = connection
        self._credentials = Credentials(connection)
        self._pool = urllib3.PoolManager(
            num_pools=2,
            maxsize=32,
            timeout=_TIMEOUT,
            retries=False,
            **_tls(connection),  # pyright: ignore[reportArgumentType]
        )
        self._kinds: dict[str, dict[str, Kind]] = {}
        self._lock = threading.Lock()
        self._tell = tell

    def get(self, path: str) -> Object:
        """One object or list. Raises `ApiError`."""
        return self.ask("GET", path)

    def find(self, path: str) -> Object | None:
        """One object, None if it does not exist. Raises `ApiError`."""
        try:
            return self.get(path)
        except ApiError as error:
            if error.is_gone:
                return None
            raise

    def place(self, body: Object) -> tuple[Kind, str]:
        """The kind and the path of an object. Raises `NoSuchKindError`."""
        kind, metadata = self.kind(str(body["apiVersion"]), str(body["kind"])), part(body, "metadata")
        return kind, kind.path(metadata.get("namespace"), metadata.get("name"))

    def apply(self, path: str, body: Object, *, manager: str, force: bool = False, dry_run: bool = False) -> Object:
        """Server-side apply; answers the object as it is now (as it would be). Raises `ApiError`."""
        query = {"fieldManager": manager, "fieldValidation": "Strict"}
        query |= {"force": "true"} if force else {}
        query |= {"dryRun": "All"} if dry_run else {}
        return self.ask("PATCH", f"{path}?{urlencode(query)}", body, APPLY)

    def delete(self, path: str, options: Object) -> Object:
        """Ask for an object's end. Raises `ApiError`."""
        return self.ask("DELETE", path, {"apiVersion": "v1", "kind": "DeleteOptions"} | options)

    def kind(self, api_version: str, kind: str) -> Kind:
        """Where objects of a kind live. Raises `NoSuchKindError` when the cluster does not know it."""
        with self._lock:
            known = self._kinds.get(api_version)
            if known is None or kind not in known:
                known = self._kinds[api_version] = self._discover(api_version)
        if kind not in known:
            raise NoSuchKindError(
                f"the cluster does not know {kind} of {api_version}. Is its CustomResourceDefinition installed, "
                "and does this object depend on it (depends_on)?"
            )
        return known[kind]

    def ask(self, method: str, path: str, body: Object | None = None, content: str = "application/json") -> Object:
        """One request, tried again while the server is busy, and once with new credentials."""
        deadline = time.monotonic() + _PATIENCE
        told, tries, renewed = "", 0, False
        while True:
            tries += 1
            try:
                return self._once(method, path, body, content)
            except HTTPError as why:
                if tries >= _TRIES or _refused(why):
                    raise UnreachableError(_unreachable(self.connection, why)) from None
                time.sleep(min(0.2 * tries, 1.0))
            except ApiError as error:
                if error.code == 401 and not renewed and self._credentials.refused():
                    renewed = True
                    continue
                patient = error.code in _BUSY and error.retry_after and time.monotonic() < deadline
                if not patient and not (error.code in _FOR_A_MOMENT and tries < 4):
                    raise
                if error.message != told and error.code == 503:
                    self._tell(error.message)
                    told = error.message
                time.sleep(error.retry_after or 0.5)

    def _once(self, method: str, path: str, body: Object | None, content: str) -> Object:
        headers = {"Accept": "application/json", "User-Agent": "atoll"} | self._credentials.header()
        data = None
        if body is not None:
            headers["Content-Type"] = content
            data = json.dumps(body).encode()
        answer = self._pool.request(method, self.connection.server + path, body=data, headers=headers)
        parsed = _parse(answer.data)
        if answer.status >= 300:
            wait = answer.headers.get("Retry-After", "")
            raise ApiError.of(answer.status, parsed, float(wait) if wait.isdigit() else 0.0)
        return parsed

    def _discover(self, api_version: str) -> dict[str, Kind]:
        root = f"/api/{api_version}" if "/" not in api_version else f"/apis/{api_version}"
        try:
            resources = parts(self.get(root), "resources")
        except ApiError as error:
            if error.is_gone:
                return {}
            raise
        return {
            item["kind"]: Kind(api_version, item["kind"], item["name"], item["namespaced"], frozenset(item["verbs"]))
            for item in resources
            if "/" not in item["name"]
        }


def _parse(data: bytes) -> Object:
    try:
        parsed = json.loads(data)
    except ValueError:
        return {"message": data[:300].decode("utf-8", "replace").strip() or "an empty answer"}
    return cast("Object", parsed) if isinstance(parsed, dict) else {"message": str(parsed)}


def _tls(connection: Connection) -> Mapping[str, object]:
    """What the pool needs of TLS. The client's key lies in a file for a moment only, because OpenSSL reads files."""
    if not connection.server.startswith("https"):
        return {}
    context = ssl.create_default_context(cadata=connection.authority)
    if connection.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if connection.certificate and connection.key:
        with tempfile.TemporaryDirectory() as folder:
            certificate, key = Path(folder, "crt"), Path(folder, "key")
            key.touch(0o600)
            certificate.write_text(connection.certificate)
            key.write_text(connection.key)
            context.load_cert_chain(certificate, key)
    names = {"assert_hostname": connection.server_name, "server_hostname": connection.server_name}
    return {"ssl_context": context} | (names if connection.server_name else {})


def _refused(why: HTTPError) -> bool:
    """Whether trying again is no use: a name or a certificate that is wrong stays wrong."""
    return isinstance(why, urllib3.exceptions.SSLError) or "NameResolutionError" in type(why).__name__


def _unreachable(connection: Connection, why: HTTPError) -> str:
    reason = str(getattr(why, "reason", None) or why).rsplit(": ", 1)[-1]
    return (
        f"the cluster at {connection.server} (context {connection.context}) cannot be reached: {reason}. "
        "Is its endpoint private, or the embedded cloud stopped (atoll cloud status)?"
    )
