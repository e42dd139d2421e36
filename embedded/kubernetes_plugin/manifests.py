"""Manifests in YAML, as lists of objects."""

from __future__ import annotations

from typing import Any, cast

import yaml

from embedded.aws_plugin.errors import PluginError
from embedded.aws_plugin.values import Value

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_LOADER):  # type: ignore[misc, valid-type]
    """YAML as Kubernetes reads it: a date is a text."""


_Loader.yaml_implicit_resolvers = {  # pyright: ignore[reportAttributeAccessIssue]
    key: [item for item in items if item[0] != "tag:yaml.org,2002:timestamp"]
    for key, items in _LOADER.yaml_implicit_resolvers.items()
}


def objects_in(text: str) -> list[Value]:
    """The objects of a manifest; those in a List one by one, empty documents left out. Raises `PluginError`."""
    try:
        documents = list(yaml.load_all(text, Loader=_Loader))
    except yaml.YAMLError as wrong:
        raise PluginError(f"the manifest is no YAML: {' '.join(str(wrong).split())}") from None
    found: list[Value] = []
    for number, document in enumerate(documents, 1):
        if document is None:
            continue
        if not isinstance(document, dict):
            raise PluginError(f"document {number} of the manifest is no object")
        item = cast("dict[str, Any]", document)
        members = item.get("items") if str(item.get("kind", "")).endswith("List") else None
        found.extend(cast("list[Value]", members) if isinstance(members, list) else [cast("Value", item)])
    return found
