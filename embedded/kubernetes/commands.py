"""The command lines of a control plane's three programs.

They run in the cluster's folder, where etcd listens on Unix sockets that only the owner of the folder can open. Only
the API has a port, on loopback.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from embedded.kubernetes import certificates

PKI: Final = "pki"
ETCD_SOCKET: Final = "unix://clients:1"  # etcd wants the form of host and port: the file is called "clients:1"
_PEERS: Final = "unix://peers:1"
ISSUER: Final = "https://kubernetes.default.svc"

WEBHOOK_FILE: Final = "webhook-{0}.yaml"
TOKENS: Final = "authentication"
ACCESS: Final = "authorization"

# What would wait for nodes, for a cloud, or for certificates that nobody asks for.
_IDLE_CONTROLLERS: Final = (
    "cloud-node-lifecycle-controller", "device-taint-eviction-controller", "node-ipam-controller",
    "node-lifecycle-controller", "node-route-controller", "podcertificaterequest-cleaner-controller",
    "resourceclaim-controller", "service-lb-controller", "storage-version-migrator-controller",
    "storageversion-garbage-collector-controller", "taint-eviction-controller", "ttl-controller",
)  # fmt: skip


def etcd(program: Path) -> list[str]:
    """One member, without waiting for the disk: a machine that loses power loses its toy cluster."""
    return [
        str(program), "--name=only", "--data-dir=etcd", "--unsafe-no-fsync", "--log-level=warn",
        f"--listen-client-urls={ETCD_SOCKET}", f"--advertise-client-urls={ETCD_SOCKET}",
        f"--listen-peer-urls={_PEERS}", f"--initial-advertise-peer-urls={_PEERS}", f"--initial-cluster=only={_PEERS}",
    ]  # fmt: skip


def api_server(program: Path, port: int, services: str) -> list[str]:
    """Authenticates by certificate, service account or the cloud's webhook; authorizes by RBAC, then by access entry.

    Admission is Kubernetes' own default (pod security, quotas, limit ranges …) without admission webhooks: their pods
    do not run here, and would refuse everything by being absent.
    """
    return [
        str(program), "--bind-address=127.0.0.1", f"--secure-port={port}", f"--etcd-servers={ETCD_SOCKET}",
        "--endpoint-reconciler-type=none",  # loopback is no address for an endpoint
        f"--service-cluster-ip-range={services}",
        f"--tls-cert-file={PKI}/{certificates.SERVER}.crt",
        f"--tls-private-key-file={PKI}/{certificates.SERVER}.key",
        f"--client-ca-file={PKI}/{certificates.AUTHORITY}",
        f"--service-account-issuer={ISSUER}",
        f"--service-account-key-file={PKI}/{certificates.SERVICE_ACCOUNTS}.pub",
        f"--service-account-signing-key-file={PKI}/{certificates.SERVICE_ACCOUNTS}.key",
        f"--authentication-token-webhook-config-file={WEBHOOK_FILE.format(TOKENS)}",
        "--authentication-token-webhook-version=v1", "--authentication-token-webhook-cache-ttl=5s",
        "--authorization-mode=RBAC,Webhook", f"--authorization-webhook-config-file={WEBHOOK_FILE.format(ACCESS)}",
        "--authorization-webhook-version=v1", "--authorization-webhook-cache-authorized-ttl=5s",
        "--authorization-webhook-cache-unauthorized-ttl=2s",
        "--disable-admission-plugins=MutatingAdmissionWebhook,ValidatingAdmissionWebhook",
        "--allow-privileged", "--anonymous-auth=false", "--profiling=false",
    ]  # fmt: skip


def controller_manager(program: Path, kubeconfig: str) -> list[str]:
    """Every controller that has something to do without nodes."""
    controllers = ",".join(["*", *(f"-{name}" for name in _IDLE_CONTROLLERS)])
    return [
        str(program), f"--kubeconfig={kubeconfig}", f"--controllers={controllers}", "--leader-elect=false",
        "--secure-port=0", "--use-service-account-credentials", "--profiling=false",
        f"--root-ca-file={PKI}/{certificates.AUTHORITY}",
        f"--service-account-private-key-file={PKI}/{certificates.SERVICE_ACCOUNTS}.key",
    ]  # fmt: skip
