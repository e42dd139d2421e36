"""`map.db`: one row a type, so that a plug-in process reads only the types its program uses."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from embedded.aws_plugin.errors import PluginError
from embedded.aws_plugin.mapping.nodes import Node, node_from_json, node_to_json


class Kind(StrEnum):
    """What a token names."""

    RESOURCE = "resource"
    FUNCTION = "function"
    PROVIDER = "provider"


PROVIDER_TOKEN = "pulumi:providers:aws"


class MapStore:
    """Read access, by any thread. `provider_version` is for the error about a type that is not in the map."""

    def __init__(self, path: Path, provider_version: str) -> None:
        self._uri = f"file:{path}?mode=ro&immutable=1"
        self._version = provider_version
        self._local = threading.local()
        self._cache: dict[tuple[Kind, str], Node] = {}

    def get(self, kind: Kind, token: str) -> Node:
        """What is known about the token; PluginError if nothing is."""
        node = self._cache.get((kind, token))
        if node is None:
            node = self._cache[kind, token] = self._read(kind, token)
        return node

    def resource(self, token: str) -> Node:
        """`get` for a resource type."""
        return self.get(Kind.RESOURCE, token)

    def function(self, token: str) -> Node:
        """`get` for a function."""
        return self.get(Kind.FUNCTION, token)

    def provider(self) -> Node:
        """`get` for the provider's own configuration."""
        return self.get(Kind.PROVIDER, PROVIDER_TOKEN)

    def _read(self, kind: Kind, token: str) -> Node:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = sqlite3.connect(self._uri, uri=True)
        row = connection.execute("select doc from node where kind = ? and token = ?", (kind, token)).fetchone()
        if row is None:
            raise PluginError(
                f"{kind} {token} does not exist in terraform-provider-aws {self._version}, which the stand-in for the "
                "aws plug-in drives: it was added later. Leave it out here, or install the official aws plug-in."
            )
        return node_from_json(token, json.loads(row[0]))


def write(path: Path, nodes: Iterable[tuple[Kind, Node]]) -> None:
    """Create the file; it must not exist."""
    connection = sqlite3.connect(path)
    try:
        connection.execute("create table node(kind text, token text, doc text, primary key (kind, token))")
        connection.executemany(
            "insert into node values (?, ?, ?)",
            ((kind, node.token, json.dumps(node_to_json(node), separators=(",", ":"))) for kind, node in nodes),
        )
        connection.commit()
    finally:
        connection.close()
