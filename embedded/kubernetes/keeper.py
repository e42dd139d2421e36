"""The process that keeps one control plane: ``python -m embedded.kubernetes.keeper HOME CLUSTER GATEWAY CACHE``.

It obtains the programs, starts them, tells in ``keeper.json`` how far it is, and ends with them: when it is told to,
when one of them ends, and when the heartbeat of the cloud stops. They end with it, however it ends.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from typing import IO, Final

import psutil
import yaml

from embedded.emulators import process
from embedded.kubernetes import certificates, commands
from embedded.kubernetes.cluster import Cluster, clusters_of
from embedded.kubernetes.life import RECORD, admin_context
from embedded.kubernetes.programs import Programs, ProgramsError, obtain

_READY_WITHIN: Final = 120.0  # seconds; three on an idle machine
_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG of prctl(2)
# Paths of the API that must answer, and with what: the server, the aggregated roles, the first service account.
_FIRST_SIGNS: Final = {
    "/readyz": b"ok",
    "/apis/rbac.authorization.k8s.io/v1/clusterroles/view": b'"pods"',
    "/api/v1/namespaces/default/serviceaccounts/default": b"uid",
}


class KeeperError(Exception):
    """The control plane did not come up; the message ends with the log's last lines."""


class Keeper:
    """One control plane and its record."""

    def __init__(self, cluster: Cluster, folder: Path, gateway: str) -> None:
        """`gateway` is the URL of the cloud, which answers the webhooks."""
        self._cluster = cluster
        self._folder = folder
        self._gateway = gateway
        self._running: list[subprocess.Popen[bytes]] = []
        self._port = process.free_port()

    def tell(self, state: str, message: str = "") -> None:
        """Write the record: `state` is ``preparing``, ``ready`` or ``failed``; `message` is for the user."""
        me = psutil.Process()
        record = {
            "pid": me.pid,
            "born": me.create_time(),
            "port": self._port,
            "state": state,
            "message": message,
            "pids": [item.pid for item in self._running],
        }
        draft = self._folder / f"{RECORD}.tmp"
        draft.write_text(json.dumps(record))
        draft.replace(self._folder / RECORD)

    def run(self, programs: Programs) -> None:
        """Start everything, and stay until one of them ends. Raises `KeeperError`."""
        certificates.make(self._folder / commands.PKI)
        self._write_kubeconfigs()
        for stale in self._folder.glob("*:1"):  # sockets of a control plane that was killed
            stale.unlink()
        self._spawn("etcd", commands.etcd(programs.folder / "etcd"))
        self._wait("etcd", lambda: (self._folder / "clients:1").exists())
        server = programs.folder / "kube-apiserver"
        self._spawn("kube-apiserver", commands.api_server(server, self._port, self._cluster.services))
        manager = programs.folder / "kube-controller-manager"
        self._spawn("kube-controller-manager", commands.controller_manager(manager, "controller-manager.yaml"))
        self._wait("kube-apiserver", self._answers)
        self.tell("ready")
        while all(item.poll() is None for item in self._running):
            time.sleep(0.5)

    def end(self) -> None:
        """End the programs, the API first: it wants to say goodbye to etcd."""
        for item in reversed(self._running):
            item.terminate()
            try:
                item.wait(3)
            except subprocess.TimeoutExpired:
                item.kill()
                item.wait()

    def _spawn(self, name: str, command: list[str]) -> None:
        log: IO[bytes] = self._log(name).open("ab")
        self._running.append(
            subprocess.Popen(
                command, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=_die_with_parent
            )
        )
        log.close()

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def _wait(self, name: str, ready: object) -> None:
        assert callable(ready)
        deadline = time.monotonic() + _READY_WITHIN
        while not ready():
            for item in self._running:
                if item.poll() is not None:
                    ended = Path(str(item.args[0])).name  # type: ignore[index]
                    raise KeeperError(f"{ended} ended with {item.returncode}:\n{process.tail(self._log(ended), 5)}")
            if time.monotonic() > deadline:
                raise KeeperError(f"{name} was not ready in time:\n{process.tail(self._log(name), 5)}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        """Whether the API serves and the controllers have done what every cluster starts with."""
        context = admin_context(self._folder)
        try:
            for path, wanted in _FIRST_SIGNS.items():
                url = f"https://127.0.0.1:{self._port}{path}"
                with urllib.request.urlopen(url, timeout=5, context=context) as answer:
                    if wanted not in answer.read():
                        return False
        except (urllib.error.URLError, OSError):
            return False
        return True

    def _write_kubeconfigs(self) -> None:
        pki = self._folder / commands.PKI
        files = {
            "controller-manager.yaml": kubeconfig(
                f"https://127.0.0.1:{self._port}",
                {"certificate-authority": str(pki / certificates.AUTHORITY)},
                _certificate_user(pki, certificates.CONTROLLERS),
            )
        }
        for purpose in (commands.TOKENS, commands.ACCESS):
            url = f"{self._gateway}/_atoll/kubernetes/{self._cluster.secret}/{purpose}"
            files[commands.WEBHOOK_FILE.format(purpose)] = kubeconfig(url, {}, {})
        for name, content in files.items():
            path = self._folder / name
            path.write_text(yaml.safe_dump(content))
            path.chmod(0o600)


def kubeconfig(
    server: str, trust: dict[str, str], user: dict[str, object], name: str = "embedded"
) -> dict[str, object]:
    """A kubeconfig with one cluster, one user and one context, all called `name`."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": {"server": server, **trust}}],
        "users": [{"name": name, "user": user}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "current-context": name,
    }


def _certificate_user(pki: Path, stem: str) -> dict[str, object]:
    return {"client-certificate": str(pki / f"{stem}.crt"), "client-key": str(pki / f"{stem}.key")}


def _die_with_parent() -> None:
    if sys.platform == "linux":  # elsewhere only an orderly end takes them along
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def main(home: Path, name: str, gateway: str, cache: Path) -> int:
    """Keep the cluster `name` (its id) of `home` until told to end."""
    cluster = next(item for item in clusters_of(home) if item.id == name)
    folder = cluster.folder(home)
    keeper = Keeper(cluster, folder, gateway)
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    process.leave_with(home)
    keeper.tell("preparing", "its programs are being looked for")
    try:
        keeper.run(obtain(cache, lambda text: keeper.tell("preparing", text)))
        keeper.tell("failed", "one of its programs ended; its logs are in " + str(folder))
    except (ProgramsError, KeeperError) as why:
        keeper.tell("failed", str(why))
        return 1
    except SystemExit:
        (folder / RECORD).unlink(missing_ok=True)
    finally:
        keeper.end()
    return 0


if __name__ == "__main__":
    os.environ.pop("AWS_ENDPOINT_URL", None)
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4])))
