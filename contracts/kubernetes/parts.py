"""What a part of the platform is: charts with our values, and a folder of our own objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, unique
from typing import Any

Manifest = dict[str, Any]
PREFIX = "atoll.example"
"""Before the slash of labels and annotations of ours."""


@unique
class Wave(IntEnum):
    """When a component begins to be brought in; each that needs another's kinds tries again until they are there."""

    STORAGE = -30
    FOUNDATION = -20
    MESH = -10
    NODES = -5
    PLATFORM = 0
    TEAMS = 20


def drawn(key: str) -> str:
    """A value that AWS drew, or the stack file holds: the program writes it on the cluster's entry in ArgoCD.

    In back quotes, for it also stands inside JSON text.
    """
    return f"{{{{ index .metadata.annotations `{PREFIX}/{key}` }}}}"


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A Helm chart of its own project, at one version."""

    repository: str
    name: str
    version: str
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    release: str | None = None
    """Name of the release; the chart's if None."""


@dataclass(frozen=True, kw_only=True)
class Component:
    """One part of the platform: an ApplicationSet, which makes an Application for every cluster that wants it."""

    name: str
    """Also the folder of its objects below `gitops/platform` and `gitops/clusters/<cluster>`."""
    switch: str
    """Label on a cluster's entry that asks for it, `atoll.example/<switch>`."""
    namespace: str
    wave: Wave
    charts: tuple[Chart, ...] = ()
    security: str = "restricted"
    """Level of pod security in its namespace; None of ours needs more than is said here."""
    injected: bool = False
    """Whether the mesh puts its proxy beside its pods."""
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    """Further labels of its namespace."""
    patches: Mapping[str, str] = field(default_factory=dict[str, str])
    """Path in the objects of its folder below `gitops/platform` → what AWS drew and is written there."""
    patched: str = ""
    """Kind of the objects that `patches` are for."""


def resources(cpu: str, memory: str) -> Manifest:
    """What a container asks for; its memory has a limit."""
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory}}


def security() -> Manifest:
    """What `restricted` asks of a container, for charts that let us say it."""
    return {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
