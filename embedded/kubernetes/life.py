"""The keeper of a control plane from the outside: launch, look at, end it."""

from __future__ import annotations

import base64
import json
import ssl
import sys
from dataclasses import dataclass
from pathlib import Path

from embedded.emulators import process
from embedded.kubernetes import certificates, commands
from embedded.kubernetes.cluster import Cluster

RECORD = "keeper.json"


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """What a keeper says: `state` is ``preparing``, ``ready`` or ``failed``; `port` is the API server's."""

    pid: int
    born: float
    port: int
    state: str
    message: str
    pids: tuple[int, ...] = ()

    @property
    def alive(self) -> bool:
        """Whether that very keeper still runs; its programs end with it."""
        return process.is_process(self.pid, self.born)


def keeping(folder: Path) -> Keeping | None:
    """What the keeper of the cluster in `folder` last said, dead or alive."""
    try:
        told = json.loads((folder / RECORD).read_text())
        return Keeping(**(told | {"pids": tuple(told["pids"])}))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def launch(home: Path, cluster: Cluster, gateway: str, cache: Path) -> tuple[int, float]:
    """Start a keeper that belongs to nobody; answers its process id and start time at once."""
    command = [sys.executable, "-m", "embedded.kubernetes.keeper", str(home), cluster.id, gateway, str(cache)]
    return process.launch(command, cluster.folder(home) / "keeper.log")


def end(folder: Path) -> None:
    """End the keeper of the cluster in `folder`, and with it the control plane. Returns when they are gone."""
    told = keeping(folder)
    if told:
        process.end(told.pid, told.born, patience=15.0)


def admin_kubeconfig(cluster: Cluster, home: Path) -> dict[str, object]:
    """A kubeconfig of the cluster's administrator, complete in itself."""
    pki = cluster.folder(home) / commands.PKI

    def data(name: str) -> str:
        return base64.b64encode((pki / name).read_bytes()).decode()

    place = {"server": cluster.endpoint, "certificate-authority-data": data(certificates.AUTHORITY)}
    user = {
        "client-certificate-data": data(f"{certificates.ADMIN}.crt"),
        "client-key-data": data(f"{certificates.ADMIN}.key"),
    }
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": cluster.id,
        "clusters": [{"name": cluster.id, "cluster": place}],
        "users": [{"name": cluster.id, "user": user}],
        "contexts": [{"name": cluster.id, "context": {"cluster": cluster.id, "user": cluster.id}}],
    }


def admin_context(folder: Path) -> ssl.SSLContext:
    """What TLS needs to speak to the API of the cluster in `folder` as its administrator."""
    pki = folder / commands.PKI
    context = ssl.create_default_context(cafile=str(pki / certificates.AUTHORITY))
    context.load_cert_chain(pki / f"{certificates.ADMIN}.crt", pki / f"{certificates.ADMIN}.key")
    return context
