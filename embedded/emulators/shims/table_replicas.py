"""Let a DynamoDB table have replicas in other regions, which take writes and agree in the end."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from moto.core.responses import ActionResult
from moto.dynamodb.exceptions import DynamodbException, MockValidationException
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import StreamShard, Table
from moto.dynamodb.responses import DynamoHandler

from contracts.recovery.actions import Store
from embedded.emulators.replication import PUMP, Change

REASON = (
    "moto ignores the updates that make replicas, so none ever becomes active; and an item that is written in one "
    "region has to be readable in the other, late and with the last writer's value, or at once where consistency is "
    "strong."
)
Key = tuple[DynamoType, DynamoType | None]


class _NoQuorumError(DynamodbException):
    code = 500

    def __init__(self, name: str) -> None:
        super().__init__("InternalServerError", f"{name} is strongly consistent and reaches no second region")


@dataclass
class Group:
    """One global table: its regions, and when and where each item was last written in each of them."""

    account: str
    name: str
    regions: dict[str, dict[str, Any]]
    """Region → what was asked for there (key, class …)."""
    witness: str | None = None
    strong: bool = False
    versions: dict[str, dict[Key, tuple[float, str]]] = field(default_factory=dict)

    def __deepcopy__(self, _: dict[int, Any]) -> Group:
        return self  # moto copies tables to undo transactions; the group stays one

    def table(self, region: str) -> Table | None:
        """The replica in a region."""
        return dynamodb_backends[self.account][region].tables.get(self.name)


def apply() -> None:
    """Add replicas to tables, and follow what is written by the table's stream, as DynamoDB itself does."""
    update, handle = DynamoDBBackend.update_table, DynamoHandler.update_table
    describe, delete, add = Table.describe, DynamoDBBackend.delete_table, StreamShard.add

    def with_replicas(self: DynamoHandler) -> ActionResult:
        table = self.dynamodb_backend.get_table(self.body["TableName"])
        updates = self.body.get("ReplicaUpdates")
        if not updates:
            return handle(self)
        with PUMP.lock:
            _update(table, self.body, updates)
        update(self.dynamodb_backend, table.name, [], [], {}, "", {}, None, None)
        return ActionResult(table.describe())

    def with_list(self: Table, base_key: str = "TableDescription") -> dict[str, Any]:
        told = describe(self, base_key)
        group: Group | None = getattr(self, "group", None)
        if group is not None:
            told[base_key] |= _described(group, self.region_name)
        return told

    def leaving(self: DynamoDBBackend, name: str) -> Table:
        table = delete(self, name)
        _leave(table)
        return table

    def followed(self: StreamShard, old: Item | None, new: Item | None) -> None:
        group: Group | None = getattr(self.table, "group", None)
        if group is not None and group.strong and not _quorum(group, self.table.region_name):
            _restore(self.table, old, new)
            raise _NoQuorumError(group.name)
        add(self, old, new)
        item = new or old
        if group is not None and item is not None:
            _written(group, self.table.region_name, (item.hash_key, item.range_key))

    DynamoHandler.update_table = with_replicas  # type: ignore[method-assign]
    Table.describe = with_list  # type: ignore[method-assign]
    DynamoDBBackend.delete_table = leaving  # type: ignore[method-assign]
    StreamShard.add = followed  # type: ignore[method-assign]


def _update(table: Table, told: dict[str, Any], updates: list[dict[str, Any]]) -> None:
    group: Group = getattr(table, "group", None) or Group(table.account_id, table.name, {table.region_name: {}})
    if not (table.stream_specification or {}).get("StreamEnabled"):
        table.set_stream_specification({"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    if told.get("MultiRegionConsistency") == "STRONG":
        if len(table):
            raise MockValidationException("a table becomes strongly consistent only while it is empty")
        group.strong = True
    for one in told.get("GlobalTableWitnessUpdates", []):
        group.witness = one.get("Create", {}).get("RegionName")
    for one in updates:
        [(verb, asked)] = one.items()
        region = asked["RegionName"]
        if verb == "Create":
            _create(table, group, region, asked)
        elif region not in group.regions:
            raise MockValidationException(f"there is no replica of {table.name} in {region}")
        elif verb == "Update":
            group.regions[region] |= asked
        else:
            backend = dynamodb_backends[group.account][region]
            if group.name in backend.tables:
                backend.delete_table(group.name)
    table.group = group


def _create(table: Table, group: Group, region: str, asked: dict[str, Any]) -> None:
    backend = dynamodb_backends[group.account][region]
    if group.name in backend.tables:
        raise MockValidationException(f"a table named {group.name} exists in {region} already")
    made = copy.deepcopy(table)
    made.region_name, made.table_arn, made.tags = region, made.table_arn.replace(table.region_name, region), []
    made.sse_specification = {"Enabled": True, "KMSMasterKeyId": key} if (key := asked.get("KMSMasterKeyId")) else None
    made.deletion_protection_enabled = bool(asked.get("DeletionProtectionEnabled"))
    made.set_stream_specification(table.stream_specification)
    made.continuous_backups["PointInTimeRecoveryDescription"] = {"PointInTimeRecoveryStatus": "DISABLED"}
    made.group = group
    group.regions[region] = dict(asked)
    group.versions[region] = dict(group.versions.get(table.region_name, {}))
    backend.tables[group.name] = made


def _leave(table: Table) -> None:
    group: Group | None = getattr(table, "group", None)
    if group is None:
        return
    group.regions.pop(table.region_name, None)
    group.versions.pop(table.region_name, None)
    if len(group.regions) == 1:
        [last] = group.regions
        if (alone := group.table(last)) is not None:
            alone.group = None


def _described(group: Group, here: str) -> dict[str, Any]:
    replicas = [_replica(region, asked) for region, asked in group.regions.items() if region != here]
    told: dict[str, Any] = {"Replicas": replicas, "GlobalTableVersion": "2019.11.21"}
    if group.strong:
        told["MultiRegionConsistency"] = "STRONG"
    if group.witness:
        told["GlobalTableWitnesses"] = [{"RegionName": group.witness, "WitnessStatus": "ACTIVE"}]
    return told


def _replica(region: str, asked: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"RegionName": region, "ReplicaStatus": "ACTIVE"}
    if "KMSMasterKeyId" in asked:
        told["KMSMasterKeyId"] = asked["KMSMasterKeyId"]
    if "TableClassOverride" in asked:
        told["ReplicaTableClassSummary"] = {"TableClass": asked["TableClassOverride"]}
    return told


def _quorum(group: Group, here: str) -> bool:
    """Whether a strongly consistent write made here is kept by two regions at least."""
    others = (set(group.regions) | {group.witness or here}) - {here}
    return any(PUMP.reachable(here, other) for other in others)


def _restore(table: Table, old: Item | None, new: Item | None) -> None:
    """Undo a write that was refused."""
    item = old or new
    if item is not None:
        _place(table, (item.hash_key, item.range_key), old)


def _written(group: Group, here: str, key: Key) -> None:
    """Note a write and put it on its way; a strong one is everywhere before it is acknowledged."""
    with PUMP.lock:
        stamp = (PUMP.now(), here)
        group.versions.setdefault(here, {})[key] = stamp
        for region in group.regions:
            if region == here:
                continue
            change = Change(Store.TABLES, f"{group.account}:{group.name}", stamp[0], here, region,
                            lambda region=region: _merge(group, here, region, key))  # fmt: skip
            if group.strong and PUMP.reachable(here, region):
                change.deliver()
            else:
                PUMP.send(change)


def _merge(group: Group, source: str, target: str, key: Key) -> None:
    """Take an item over from another replica, if it was written later there: the last writer wins."""
    ours, theirs = group.table(source), group.table(target)
    stamp = group.versions.get(source, {}).get(key)
    if ours is None or theirs is None or stamp is None or stamp <= group.versions[target].get(key, (0.0, "")):
        return
    old, new = _at(theirs, key), copy.deepcopy(_at(ours, key))
    group.versions[target][key] = stamp
    _place(theirs, key, new)
    if theirs.stream_shard is not None and (old or new):
        _BARE_ADD(theirs.stream_shard, old, new)


_BARE_ADD = StreamShard.add
"""The stream's own method, which does not replicate again."""


def _at(table: Table, key: Key) -> Item | None:
    return table.get_item(*key)


def _place(table: Table, key: Key, item: Item | None) -> None:
    """Put an item where moto keeps it, or take it away, without conditions and without the stream."""
    partition, sort = key
    if sort is not None:
        items = table.items[partition]
        items.pop(sort, None) if item is None else items.update({sort: item})
    elif item is None:
        table.items.pop(partition, None)
    else:
        table.items[partition] = item  # type: ignore[assignment]
