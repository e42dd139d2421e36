"""Where a cluster is and who we are to it: a kubeconfig, as content or path, and one of its contexts."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from embedded.aws_plugin.errors import PluginError


@dataclass(frozen=True)
class ExecCommand:
    """A program that prints credentials (`aws eks get-token …`)."""

    command: str
    arguments: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    api_version: str
    install_hint: str


@dataclass(frozen=True, kw_only=True)
class Connection:
    """One context of a kubeconfig. Texts in PEM are content, never paths."""

    context: str
    server: str
    authority: str | None = None
    insecure: bool = False
    server_name: str | None = None
    namespace: str | None = None
    token: str | None = None
    token_file: str | None = None
    certificate: str | None = None
    key: str | None = None
    username: str | None = None
    password: str | None = None
    command: ExecCommand | None = None

    @property
    def identity(self) -> tuple[str, str | None]:
        """What tells one cluster from another."""
        return self.server, self.authority


def load(text: str | None, context: str | None, cluster: str | None, environment: Mapping[str, str]) -> Connection:
    """The connection that a kubeconfig describes.

    `text` is its content or its path; without one it is ``$KUBECONFIG`` or ``~/.kube/config``.

    Raises:
        PluginError: it cannot be read, or lacks what it names.
    """
    content, folder = _read(text, environment)
    try:
        parsed = yaml.load(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as wrong:
        raise PluginError(f"kubeconfig: neither the path of a file nor YAML ({str(wrong).splitlines()[0]})") from None
    if not isinstance(parsed, dict) or "clusters" not in parsed:
        raise PluginError("kubeconfig: neither the path of a file nor a kubeconfig with clusters, users and contexts")
    config = cast("dict[str, Any]", parsed)
    name = context or config.get("current-context") or ""
    chosen = _named(config, "contexts", "context", name, "choose one with `context`")
    place = _named(config, "clusters", "cluster", cluster or chosen.get("cluster", ""), f"context {name} names it")
    user = _named(config, "users", "user", chosen["user"], f"context {name} names it") if chosen.get("user") else {}
    if not place.get("server"):
        raise PluginError(f"kubeconfig: the cluster of context {name} has no server")
    command = user.get("exec")
    return Connection(
        context=name,
        server=str(place["server"]).rstrip("/"),
        authority=_pem(place, "certificate-authority", folder),
        insecure=bool(place.get("insecure-skip-tls-verify")),
        server_name=place.get("tls-server-name"),
        namespace=chosen.get("namespace"),
        token=user.get("token"),
        token_file=user.get("tokenFile"),
        certificate=_pem(user, "client-certificate", folder),
        key=_pem(user, "client-key", folder),
        username=user.get("username"),
        password=user.get("password"),
        command=_command(command) if command else None,
    )


def _read(text: str | None, environment: Mapping[str, str]) -> tuple[str, Path]:
    if text and ("\n" in text or text.lstrip().startswith("{")):
        return text, Path.cwd()
    place = text or environment.get("KUBECONFIG", "").split(os.pathsep)[0] or "~/.kube/config"
    path = Path(place).expanduser()
    try:
        return path.read_text(encoding="utf-8"), path.parent
    except OSError as why:
        given = "the provider names" if text else "no kubeconfig is given, and"
        raise PluginError(f"kubeconfig: {given} {path} cannot be read ({why.strerror})") from None


def _named(config: dict[str, Any], kind: str, member: str, name: str, why: str) -> dict[str, Any]:
    entries = cast("list[dict[str, Any]]", config.get(kind) or [])
    for entry in entries:
        if entry.get("name") == name:
            return entry.get(member) or {}
    known = ", ".join(str(entry.get("name")) for entry in entries) or "none"
    raise PluginError(f"kubeconfig: there is no {member} '{name}' ({why}); known: {known}")


def _pem(section: dict[str, Any], name: str, folder: Path) -> str | None:
    data = section.get(f"{name}-data")
    if data:
        try:
            return base64.b64decode(data).decode()
        except ValueError:
            raise PluginError(f"kubeconfig: {name}-data is not base64") from None
    if not section.get(name):
        return None
    path = folder / section[name]
    try:
        return path.read_text(encoding="utf-8")
    except OSError as why:
        raise PluginError(f"kubeconfig: {name}: {path} cannot be read ({why.strerror})") from None


def _command(told: dict[str, Any]) -> ExecCommand:
    return ExecCommand(
        command=told["command"],
        arguments=tuple(map(str, told.get("args") or ())),
        environment=tuple((item["name"], str(item["value"])) for item in told.get("env") or ()),
        api_version=told.get("apiVersion") or "client.authentication.k8s.io/v1beta1",
        install_hint=told.get("installHint") or "",
    )
