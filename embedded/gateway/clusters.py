"""Embedded EKS clusters: the endpoint that `eks:DescribeCluster` tells is the API of a real control plane.

The gateway listens where the endpoint is, and starts the control plane when somebody connects for the first time: a
cluster that nobody asks costs nothing. What is passed on is not looked at (TLS ends in the API server).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import logging
import re
import secrets
import shutil
import ssl
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import aiohttp

from embedded.emulators import process
from embedded.gateway.cluster_access import Access, AccessError, Association, allows, key_of
from embedded.gateway.fallback.memory import Memory, Place
from embedded.home import cache_dir
from embedded.kubernetes import certificates, commands
from embedded.kubernetes.cluster import Cluster, clusters_of, new_secret
from embedded.kubernetes.life import RECORD, Keeping, admin_context, end, keeping, launch

ACTIONS = frozenset({("eks", "CreateCluster"), ("eks", "DescribeCluster"), ("eks", "DeleteCluster")})
_PATIENCE = 8.0  # seconds a connection waits (clients give up after ten); then it is told to come again
_COME_AGAIN = 5  # seconds
_CHUNK = 1 << 16
_LOG = logging.getLogger("atoll.kubernetes")

Caller = Callable[[str], Awaitable[str]]


class NotReadyError(Exception):
    """The control plane cannot be spoken to now; the message is for the user."""


class Clusters:
    """The clusters of one cloud."""

    def __init__(self, home: Path, url: str, memory: Memory, caller: Caller, busy: Callable[[], None]) -> None:
        """`caller` tells the ARN of an access key as STS would; `busy` is called when a cluster is used."""
        self._home = home
        self._url = url
        self._memory = memory
        self._caller = caller
        self._busy = busy
        self._servers: dict[str, asyncio.Server] = {}
        self._clusters: dict[str, Cluster] = {}
        self._starting: dict[str, asyncio.Lock] = {}
        self._ready: dict[str, Keeping] = {}
        self._roles: dict[tuple[str, str], list[dict[str, Any]]] = {}

    async def open(self) -> None:
        """Listen for the clusters that were there before a restart."""
        for cluster in clusters_of(self._home):
            await self._listen(cluster)

    async def close(self, *, keep: bool) -> None:
        """Stop listening; end the control planes unless they are to be found again."""
        for server in self._servers.values():
            server.close()
        self._servers.clear()
        if not keep:
            for cluster in self._clusters.values():
                await asyncio.to_thread(end, cluster.folder(self._home))

    def forget(self) -> None:
        """The emulators are empty: so are we. Control planes end on their own time."""
        for cluster in [*self._clusters.values()] or [*clusters_of(self._home)]:
            self._drop(cluster)

    def status(self) -> list[dict[str, Any]]:
        """What runs, for the cloud's status; `pids` are empty while nobody has asked the cluster."""
        shown: list[dict[str, Any]] = []
        for cluster in self._clusters.values():
            told = keeping(cluster.folder(self._home))
            alive = told is not None and told.alive
            shown.append(
                {
                    "name": cluster.name,
                    "account": cluster.account,
                    "region": cluster.region,
                    "endpoint": cluster.endpoint,
                    "state": told.state if told and alive else "asleep",
                    "pids": [told.pid, *told.pids] if told and alive else [],
                }
            )
        return shown

    async def answer(self, action: str, place: Place, key: str | None, told: bytes, body: bytes) -> bytes:
        """What EKS answered, with the endpoint and the authority of the control plane; creates and deletes it too."""
        shown = cast("dict[str, Any]", json.loads(body))
        name = shown["cluster"]["name"]
        cluster = self._find(place, name)
        if action == "CreateCluster":
            cluster = await self._create(place, name, key, json.loads(told))
        if cluster is None:
            return body
        pki = cluster.folder(self._home) / commands.PKI
        shown["cluster"]["endpoint"] = cluster.endpoint
        authority = base64.b64encode((pki / certificates.AUTHORITY).read_bytes()).decode()
        shown["cluster"]["certificateAuthority"] = {"data": authority}
        if action == "DeleteCluster":
            self._drop(cluster)
        return json.dumps(shown).encode()

    async def review(self, secret: str, purpose: str, asked: dict[str, Any]) -> dict[str, Any] | None:
        """Answer the API server's question who somebody is, or what they may; None if no cluster has that secret."""
        cluster = next((item for item in self._clusters.values() if item.secret == secret), None)
        if cluster is None:
            return None
        place = Place(account=cluster.account, region=cluster.region, service="eks")
        access = Access(self._memory, place, cluster.name)
        spec = _part(asked, "spec")
        if purpose == commands.TOKENS:
            status = await self._who(cluster, access, str(spec.get("token", "")))
        else:
            status = await self._may(cluster, access, spec)
        return {"apiVersion": asked.get("apiVersion"), "kind": asked.get("kind"), "status": status}

    async def _who(self, cluster: Cluster, access: Access, token: str) -> dict[str, Any]:
        try:
            arn = await self._caller(key_of(token))
        except AccessError as why:
            return {"authenticated": False, "error": str(why)}
        user = access.user(arn, cluster.creator)
        if user is None:
            return {"authenticated": False, "error": f"{arn} has no access entry in the cluster {cluster.name}"}
        return {"authenticated": True, "user": user}

    async def _may(self, cluster: Cluster, access: Access, spec: dict[str, Any]) -> dict[str, Any]:
        namespace = _part(spec, "resourceAttributes").get("namespace", "")
        for principal in _part(spec, "extra").get("principal", ()):
            for association in access.associations(principal):
                if not association.covers(namespace):
                    continue
                if any(allows(rule, spec) for rule in await self._rules(cluster, association)):
                    return {"allowed": True, "reason": f"EKS access policy {association.policy}"}
        return {"allowed": False}

    async def _rules(self, cluster: Cluster, association: Association) -> list[dict[str, Any]]:
        """The rules of an access policy; those of a cluster role are read from the cluster, which completes them."""
        if association.role is None:
            return association.rules
        known = self._ready.get(cluster.id)
        if known is None:
            return []
        role = (cluster.id, association.role)
        if role not in self._roles:
            url = f"https://127.0.0.1:{known.port}/apis/rbac.authorization.k8s.io/v1/clusterroles/{association.role}"
            context = admin_context(cluster.folder(self._home))
            async with aiohttp.ClientSession() as session, session.get(url, ssl=context) as answer:
                self._roles[role] = (await answer.json()).get("rules") or []
            asyncio.get_running_loop().call_later(10, self._roles.pop, role, None)  # roles grow with the cluster
        return self._roles[role]

    def _find(self, place: Place, name: str) -> Cluster | None:
        return next(
            (
                item
                for item in self._clusters.values()
                if (item.account, item.region, item.name) == (place.account, place.region, name)
            ),
            None,
        )

    async def _create(self, place: Place, name: str, key: str | None, told: dict[str, Any]) -> Cluster:
        access = _part(told, "accessConfig")
        is_admin = access.get("bootstrapClusterCreatorAdminPermissions", True)
        network = _part(told, "kubernetesNetworkConfig")
        cluster = Cluster(
            account=place.account,
            region=place.region,
            name=name,
            port=process.free_port(),
            secret=new_secret(),
            creator=await self._caller(key) if is_admin and key else None,
            services=network.get("serviceIpv4Cidr") or Cluster.services,
        )
        await asyncio.to_thread(certificates.make, cluster.folder(self._home) / commands.PKI)
        cluster.save(self._home)
        await self._listen(cluster)
        return cluster

    def _drop(self, cluster: Cluster) -> None:
        server = self._servers.pop(cluster.id, None)
        if server:
            server.close()
        for known in (self._clusters, self._ready, self._starting):
            known.pop(cluster.id, None)
        folder = cluster.folder(self._home)
        (folder / "cluster.json").unlink(missing_ok=True)
        gone = folder.with_name(f".gone-{secrets.token_hex(4)}")  # its name may be used again at once
        with contextlib.suppress(FileNotFoundError):
            folder.rename(gone)
        threading.Thread(target=_remove, args=(gone,), name="remove-cluster").start()

    async def _listen(self, cluster: Cluster) -> None:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await self._connected(cluster, reader, writer)
            except (OSError, ssl.SSLError, asyncio.IncompleteReadError) as broken:
                _LOG.info("a connection to %s broke: %s", cluster.id, broken)
            finally:
                writer.close()

        try:
            server = await asyncio.start_server(connected, "127.0.0.1", cluster.port)
        except OSError as taken:
            _LOG.error("the endpoint of %s cannot be opened: %s", cluster.id, taken)
            return
        self._servers[cluster.id], self._clusters[cluster.id] = server, cluster
        self._starting[cluster.id] = asyncio.Lock()

    async def _connected(self, cluster: Cluster, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._busy()
        try:
            port = await self._port_of(cluster)
        except NotReadyError as why:
            async with await self._apology(cluster, str(why)) as instead:
                await _connect(reader, writer, instead.sockets[0].getsockname()[1])
            return
        await _connect(reader, writer, port)

    async def _port_of(self, cluster: Cluster) -> int:
        """The port of the API server, which is started when it does not run."""
        known = self._ready.get(cluster.id)
        if known is not None and known.alive:
            return known.port
        folder = cluster.folder(self._home)
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        async with self._starting[cluster.id]:
            now = keeping(folder)
            if now is None or not now.alive:
                (folder / RECORD).unlink(missing_ok=True)
                _LOG.info("starting the control plane of %s", cluster.id)
                launched = await asyncio.to_thread(launch, self._home, cluster, self._url, cache_dir())
                now = Keeping(pid=launched[0], born=launched[1], port=0, state="preparing", message="")
        while True:
            told = keeping(folder) or now
            if told.state == "ready" and told.alive:
                self._ready[cluster.id] = told
                return told.port
            if told.state == "failed" or not told.alive:
                raise NotReadyError(told.message or f"it ended at once; see the logs in {folder}")
            if asyncio.get_running_loop().time() > deadline:
                raise NotReadyError(f"not ready yet: {told.message}")
            await asyncio.sleep(0.05)

    async def _apology(self, cluster: Cluster, why: str) -> asyncio.Server:
        """A server that says why in the API server's place, in the form its clients show; they come again."""
        _LOG.warning("%s: %s", cluster.id, why)
        pki = cluster.folder(self._home) / commands.PKI
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(pki / f"{certificates.SERVER}.crt", pki / f"{certificates.SERVER}.key")
        status = {
            "apiVersion": "v1", "kind": "Status", "status": "Failure", "reason": "ServiceUnavailable", "code": 503,
            "message": f"The control plane of {cluster.name} is not available: {why}",
        }  # fmt: skip
        body = json.dumps(status).encode()
        head = f"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
                await reader.readuntil(b"\r\n\r\n")
                writer.write(f"{head}Retry-After: {_COME_AGAIN}\r\nConnection: close\r\n\r\n".encode() + body)
                await writer.drain()
            writer.close()

        return await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)


async def _connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    """Pass on what comes, both ways, until one side has said everything."""
    there, here = await asyncio.open_connection("127.0.0.1", port)
    ways = [asyncio.create_task(_pump(reader, here)), asyncio.create_task(_pump(there, writer))]
    _, open_ways = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for way in open_ways:
        way.cancel()
    here.close()


def _part(value: dict[str, Any], name: str) -> dict[str, Any]:
    """A member that is an object; empty when it is not there."""
    return cast("dict[str, Any]", value.get(name) or {})


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while chunk := await source.read(_CHUNK):
        target.write(chunk)
        await target.drain()


def _remove(folder: Path) -> None:
    end(folder)
    shutil.rmtree(folder, ignore_errors=True)


def arn_in(body: bytes) -> str:
    """The ARN in an answer of GetCallerIdentity. Raises `AccessError` when there is none."""
    found = re.search(rb"<Arn>([^<]+)</Arn>", body)
    if not found:
        raise AccessError("STS does not know the caller")
    return found.group(1).decode()
