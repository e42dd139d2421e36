"""Which changes need a new resource, and what a resource takes with it when it goes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from graph.nodes import Node

TABLE: Final = Path(__file__).parent / "data" / "aws-replacements.json"
"""Asked of the provider itself, property by property: `python -m embedded.aws_plugin.replacements FILE`."""
HOLDS: Final[Mapping[str, str]] = {
    "aws:rds/cluster:Cluster": "the rows of its databases",
    "aws:rds/instance:Instance": "the rows of its databases",
    "aws:rds/globalCluster:GlobalCluster": "the replication between regions",
    "aws:dynamodb/table:Table": "its items",
    "aws:dynamodb/tableReplica:TableReplica": "its copy of the items",
    "aws:elasticache/replicationGroup:ReplicationGroup": "what is cached, sessions included",
    "aws:elasticache/cluster:Cluster": "what is cached, sessions included",
    "aws:s3/bucket:Bucket": "its objects",
    "aws:efs/fileSystem:FileSystem": "its files",
    "aws:ebs/volume:Volume": "its blocks",
    "aws:opensearch/domain:Domain": "its indices",
    "aws:redshift/cluster:Cluster": "the rows of its databases",
    "aws:redshiftserverless/namespace:Namespace": "the rows of its databases",
    "aws:sqs/queue:Queue": "the messages that wait in it",
    "aws:kinesis/stream:Stream": "the records that it keeps",
    "aws:cloudwatch/logGroup:LogGroup": "its log events",
    "aws:cloudwatch/eventArchive:EventArchive": "the events that can be replayed",
    "aws:cognito/userPool:UserPool": "its users",
    "aws:kms/key:Key": "the key to whatever was encrypted by it",
    "aws:kms/replicaKey:ReplicaKey": "the key to whatever was encrypted by it",
    "aws:secretsmanager/secret:Secret": "its value",
    "aws:backup/vault:Vault": "its recovery points",
    "aws:ecr/repository:Repository": "its images",
    "aws:dms/replicationInstance:ReplicationInstance": "the place that replication has reached",
}
"""Type → the data that a resource of it holds, and that a replacement does not take along."""
_PROTECTIONS: Final = ("deletionProtection", "enableDeletionProtection", "deletionProtectionEnabled")
_INDEX: Final = re.compile(r"\[[^\]]*\]")


def held(node: Node) -> str | None:
    """The data that a resource holds; None if it can be made again from the program."""
    return HOLDS.get(node.type)


def protection(node: Node) -> str | None:
    """The input by which AWS itself refuses to delete a resource; None if there is none."""
    return next((name for name in _PROTECTIONS if node.inputs.get(name) in (True, "ACTIVE")), None)


def keeps_copy(node: Node) -> bool:
    """Whether AWS takes a last snapshot when it is deleted."""
    return node.inputs.get("skipFinalSnapshot") is False and "finalSnapshotIdentifier" in node.inputs


def forces(node: Node, path: str) -> bool | None:
    """Whether a change of a property needs a new resource.

    Args:
        node: the resource as it will be; its own `replaceOnChanges` counts.
        path: property path, such as `rules[0].cidr`.

    Returns:
        None where the provider would not say, or the type is not in the table.
    """
    plain = _INDEX.sub("", path)
    if any(_touches(plain, wanted) for wanted in map(_plain, node.options.replace_on_changes)):
        return True
    row = _types().get(node.type)
    if row is None:
        return None
    if any(_touches(plain, known) for known in row.get("forced", ())):
        return True
    return None if any(_touches(plain, unclear) for unclear in row.get("unknown", ())) else False


def is_known(type_: str) -> bool:
    """Whether the provider was asked about a type at all."""
    return type_ in _types()


def source() -> str:
    """The provider that the table was asked of."""
    return str(_table()["provider"])


def _plain(path: str) -> str:
    return _INDEX.sub("", path).rstrip(".*")


def _touches(path: str, known: str) -> bool:
    """Whether one is the other, or within it; a block that comes or goes brings what is in it."""
    return path == known or path.startswith(f"{known}.") or known.startswith(f"{path}.") or not known


@cache
def _table() -> Mapping[str, Any]:
    return json.loads(TABLE.read_text(encoding="utf-8"))


def _types() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return _table()["types"]
