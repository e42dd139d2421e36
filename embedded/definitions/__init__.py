"""The schemas of Kubernetes and of everything that adds kinds to it, from the Go modules of their projects.

Nothing of them is kept in the repository: `module/go.mod` names the releases, `module/go.sum` what their content hashes
to, and the Go toolchain gets them (3 seconds when it has them, half a minute otherwise). What is needed of them is kept
in the user's cache.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from contracts.kubernetes.schemas import Schemas
from embedded.archives import Talk, UnavailableError, go_toolchain
from embedded.home import locked, sha256_of

MODULE = Path(__file__).parent / "module"
FOLDERS: dict[str, str] = {
    "github.com/argoproj/argo-cd/v3": "manifests/crds/*-crd.yaml",
    "github.com/argoproj/argo-rollouts": "manifests/crds/*-crd.yaml",
    "github.com/aws/karpenter-provider-aws": "pkg/apis/crds/*.yaml",
    "github.com/cert-manager/cert-manager": "deploy/crds/*.yaml",
    "github.com/external-secrets/external-secrets": "deploy/crds/bundle.yaml",
    "github.com/kubernetes-csi/external-snapshotter/client/v8": "config/crd/snapshot.storage.k8s.io_*.yaml",
    "github.com/prometheus-operator/prometheus-operator": "example/prometheus-operator-crd/*.yaml",
    "github.com/vmware-tanzu/velero": "config/crd/*/bases/*.yaml",
    "istio.io/api": "kubernetes/customresourcedefinitions.gen.yaml",
}
"""Module → files in it with CustomResourceDefinitions."""
KUBERNETES = "k8s.io/kubernetes"
_OPENAPI = "api/openapi-spec/swagger.json"
_TIMEOUT_SECONDS = 600


class DefinitionsError(Exception):
    """The schemas could not be obtained; the message says why, and what to do."""


@dataclass(frozen=True)
class Module:
    """One pinned module."""

    path: str
    version: str
    sum: str
    """Hash of its content."""


def pinned() -> tuple[Module, ...]:
    """The modules, from `go.mod` and `go.sum`."""
    required = re.findall(r"^\t(\S+) (v\S+)$", (MODULE / "go.mod").read_text(encoding="utf-8"), re.MULTILINE)
    lines = (line.split() for line in (MODULE / "go.sum").read_text(encoding="utf-8").splitlines())
    sums = {(path, version): digest for path, version, digest in lines}
    return tuple(Module(path, version, sums[path, version]) for path, version in required)


def obtain(cache: Path, talk: Talk = lambda _: None) -> Schemas:
    """The schemas, obtained into `cache` when they are not there.

    Raises:
        DefinitionsError: a module cannot be had, or is not what it was.
    """
    folder = cache / "definitions"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{sha256_of(MODULE / 'go.sum')[:16]}.json"
    with locked(folder / "lock"):
        if not kept.is_file():
            found = _collect(talk)
            draft = kept.with_suffix(f".{os.getpid()}")
            draft.write_text(json.dumps(found), encoding="utf-8")
            draft.replace(kept)
    content: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    namespaced = frozenset((api, kind) for api, kind in content["namespaced"])
    return Schemas(content["definitions"], content["custom"], namespaced)


def _collect(talk: Talk) -> dict[str, Any]:
    talk("getting the schemas of Kubernetes and of the kinds that others define (once)")
    with tempfile.TemporaryDirectory() as scratch:
        try:
            go = go_toolchain(Path(scratch) / "go", talk)
        except UnavailableError as why:
            raise DefinitionsError(f"{why}. Install Go, and run the command again.") from None
        folders = {module.path: _downloaded(go, module, Path(scratch)) for module in pinned()}
    openapi: dict[str, Any] = json.loads((folders[KUBERNETES] / _OPENAPI).read_text(encoding="utf-8"))
    custom: list[Mapping[str, Any]] = []
    for path, pattern in FOLDERS.items():
        files = sorted(folders[path].glob(pattern))
        found = [document for file in files for document in _documents(file)]
        if not found:
            raise DefinitionsError(f"{path} has no CustomResourceDefinition in {pattern}")
        custom += found
    return {
        "definitions": openapi["definitions"],
        "namespaced": sorted(_namespaced(openapi["paths"])),
        "custom": custom,
    }


def _downloaded(go: str, module: Module, scratch: Path) -> Path:
    """The folder of a module, whose content is what `go.sum` says."""
    command = [go, "mod", "download", "-json", f"{module.path}@{module.version}"]
    environment = {**os.environ, "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}
    try:
        run = subprocess.run(
            command, cwd=scratch, env=environment, capture_output=True, text=True, check=False, timeout=_TIMEOUT_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise DefinitionsError(f"{module.path} {module.version} did not come within ten minutes; try again") from None
    said: dict[str, Any] = json.loads(run.stdout) if run.stdout.startswith("{") else {}
    if run.returncode or "Dir" not in said:
        reason = said.get("Error") or run.stderr.strip() or "no message"
        raise DefinitionsError(
            f"{module.path} {module.version} cannot be had: {reason}. Is a Go module proxy reachable?"
        )
    if said.get("Sum") != module.sum:
        raise DefinitionsError(
            f"{module.path} {module.version} is not what it was: it hashes to {said.get('Sum')}, and go.sum says "
            f"{module.sum}. Do not use it; find out who changed it"
        )
    return Path(said["Dir"])


_Fast: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Fast):
    """Takes `=` and dates as text, as Kubernetes does."""


def _as_text(_loader: Any, node: yaml.ScalarNode) -> str:
    return str(node.value)


for _tag in ("value", "timestamp"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _as_text)


def _documents(file: Path) -> Iterator[Mapping[str, Any]]:
    for document in yaml.load_all(file.read_text(encoding="utf-8"), _Loader):
        if isinstance(document, dict) and cast("dict[str, Any]", document).get("kind") == "CustomResourceDefinition":
            yield document


def _namespaced(paths: Mapping[str, Any]) -> set[tuple[str, str]]:
    """apiVersion and kind of what is created in a namespace."""
    found: set[tuple[str, str]] = set()
    for path, operations in paths.items():
        kind = operations.get("post", {}).get("x-kubernetes-group-version-kind")
        if kind and "/namespaces/{namespace}/" in path:
            group = f"{kind['group']}/" if kind["group"] else ""
            found.add((f"{group}{kind['version']}", kind["kind"]))
    return found
