"""One sync of everything below `gitops/`, as ArgoCD would do it: by ApplicationSet, wave and kind, server-side.

What it does not do: charts are not rendered, for their repositories may not be reachable; their kinds come from
`embedded.definitions`, and their namespaces from the ApplicationSets. Nothing is pruned.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from embedded.kubernetes_plugin.api import Api
from embedded.kubernetes_plugin.errors import ApiError, NoSuchKindError

Object = dict[str, Any]
MANAGER = "argocd-controller"
"""Field manager, the name that ArgoCD's controller has."""
WAVE = "argocd.argoproj.io/sync-wave"
_FIRST = ("Namespace", "CustomResourceDefinition", "ServiceAccount", "ConfigMap", "StorageClass")
"""Kinds that others need, in ArgoCD's order."""
_ANNOTATION = re.compile(r"\{\{\s*index \.metadata\.annotations `([^`]+)`\s*\}\}")
_ESTABLISHED_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Target:
    """The cluster's entry in ArgoCD."""

    name: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]

    def fill(self, value: Any) -> Any:
        """A value with the entry's annotations and name in the places of its templates."""
        if isinstance(value, str):
            filled = _ANNOTATION.sub(lambda found: self.annotations.get(found[1], ""), value)
            return filled.replace("{{ .name }}", self.name)
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in cast("Object", value).items()}
        return [self.fill(item) for item in cast("list[Any]", value)] if isinstance(value, list) else value


@dataclass(frozen=True)
class Refusal:
    """An object that the cluster did not take."""

    object: str
    reason: str


@dataclass(frozen=True)
class Report:
    """What one sync did."""

    applied: tuple[str, ...]
    """`apiVersion kind namespace/name`, in the order in which they were applied."""
    refused: tuple[Refusal, ...]


def sync(api: Api, project: Path, target: Target, definitions: Iterable[Mapping[str, Any]]) -> Report:
    """Bring everything that a cluster wants into it.

    Args:
        api: of the cluster, in the name of an administrator.
        project: folder with `gitops/`.
        target: the cluster's entry.
        definitions: CustomResourceDefinitions that the charts would bring; those that are there already stay.
    """
    applied: list[str] = []
    refused: list[Refusal] = []

    def apply(found: Object) -> None:
        name = told(found)
        try:
            _, path = api.place(found)
            api.apply(path, found, manager=MANAGER, force=True)
        except (ApiError, NoSuchKindError) as error:
            refused.append(Refusal(name, str(error)))
        else:
            applied.append(name)

    kinds = [cast("Object", definition) for definition in definitions]
    for definition in kinds:
        if (
            api.find(f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{definition['metadata']['name']}")
            is None
        ):
            apply(definition)
    _wait_for(api, kinds)
    bootstrap = list(_documents(project / "gitops" / "bootstrap"))
    apply(_namespace("argocd", {}))
    for found in [*bootstrap, *_wanted(project, bootstrap, target)]:
        apply(found)
    return Report(tuple(applied), tuple(refused))


def told(found: Object) -> str:
    """An object in one line."""
    metadata: Object = found.get("metadata", {})
    place = "/".join(part for part in (metadata.get("namespace"), metadata.get("name")) if part)
    return f"{found.get('apiVersion')} {found.get('kind')} {place}"


def _wanted(project: Path, bootstrap: Sequence[Object], target: Target) -> Iterator[Object]:
    """The objects of the ApplicationSets that choose the cluster, in the order of waves."""
    sets = [found for found in bootstrap if found["kind"] == "ApplicationSet"]
    for found in sorted(sets, key=_wave):
        spec: Object = found["spec"]["template"]["spec"]
        generator: Object = found["spec"]["generators"][0]
        if "matrix" in generator:
            for team in sorted((project / "gitops" / "teams").glob(f"*/{target.name}")):
                yield from _in_order(_documents(team))
        elif _chooses(generator["clusters"]["selector"]["matchLabels"], target):
            made: Object = spec["syncPolicy"].get("managedNamespaceMetadata")
            if made:
                yield _namespace(spec["destination"]["namespace"], target.fill(made["labels"]))
            sources = (source for source in spec["sources"] if "path" in source)
            every = [each for source in sources for each in _of_source(project, target.fill(source))]
            yield from _in_order(every)


def _chooses(labels: Mapping[str, str], target: Target) -> bool:
    return labels.items() <= {"argocd.argoproj.io/secret-type": "cluster", **target.labels}.items()


def _of_source(project: Path, source: Object) -> Iterator[Object]:
    patches = source.get("kustomize", {}).get("patches", ())
    for found in _documents(project / source["path"]):
        for patch in patches:
            if patch["target"]["kind"] == found["kind"]:
                _patch(found, json.loads(patch["patch"]))
        yield found


def _patch(found: Object, operations: Iterable[Mapping[str, Any]]) -> None:
    """Replace what JSON patches name; no other operation is used."""
    for operation in operations:
        *way, last = [part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:]]
        holder: Any = found
        for part in way:
            holder = holder[int(part) if part.isdigit() else part]
        holder[int(last) if last.isdigit() else last] = operation["value"]


def _in_order(found: Iterable[Object]) -> list[Object]:
    """By wave, then by kind as others need it, then as they stand."""

    def rank(each: Object) -> tuple[int, int]:
        return _wave(each), _FIRST.index(each["kind"]) if each["kind"] in _FIRST else len(_FIRST)

    return sorted(found, key=rank)


def _wave(found: Object) -> int:
    return int(found["metadata"].get("annotations", {}).get(WAVE, "0"))


def _namespace(name: str, labels: Mapping[str, str]) -> Object:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": dict(labels)}}


def _documents(folder: Path) -> Iterator[Object]:
    for file in sorted(folder.rglob("*.yaml")):
        if file.name != "kustomization.yaml":
            yield from yaml.safe_load_all(file.read_text(encoding="utf-8"))


def _wait_for(api: Api, definitions: Iterable[Object]) -> None:
    """Wait until the API server serves every kind; it needs a moment after each definition."""
    deadline = time.monotonic() + _ESTABLISHED_SECONDS
    for definition in definitions:
        spec: Object = definition["spec"]
        version = next(each["name"] for each in spec["versions"] if each["served"])
        while time.monotonic() < deadline:
            try:
                api.kind(f"{spec['group']}/{version}", spec["names"]["kind"])
                break
            except NoSuchKindError:
                time.sleep(0.1)
