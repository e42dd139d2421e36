"""Let a Global Datastore have a primary that moves."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.elasticache.models import ElastiCacheBackend, ReplicationGroup, elasticache_backends
from moto.elasticache.responses import ElastiCacheResponse

from embedded.emulators.replication import PUMP

REASON = (
    "moto has no global replication groups; which region's cache takes writes is a role that has to move. The data "
    "of a cache is not here: nothing speaks the Redis protocol."
)
_PREFIX = "ldgnf-"
"""What ElastiCache puts before the suffix that it is given: five characters that differ by region and engine."""


class _NotFoundError(ServiceException):
    def __init__(self, name: str) -> None:
        super().__init__("GlobalReplicationGroupNotFoundFault", f"Global replication group {name} does not exist")


class _NotNowError(ServiceException):
    def __init__(self, why: str) -> None:
        super().__init__("InvalidGlobalReplicationGroupState", why)


class GlobalGroup:
    """One global datastore; members are (region, group id) → role."""

    def __init__(self, account: str, suffix: str, description: str, first: ReplicationGroup, region: str) -> None:
        """Begins with its primary."""
        self.account = account
        self.global_replication_group_id = f"{_PREFIX}{suffix}"
        self.global_replication_group_description = description
        self.status = "available"
        self.first = first
        self.engine, self.engine_version = first.engine, first.engine_version
        self.cache_node_type = first.cache_node_type
        self.cluster_enabled = first.cluster_enabled
        self.transit_encryption_enabled = first.transit_encryption_enabled
        self.at_rest_encryption_enabled = first.at_rest_encryption_enabled
        self.auth_token_enabled = first.auth_token_enabled
        self.automatic_failover = first.automatic_failover
        self.node_groups = [{"GlobalNodeGroupId": f"{self.global_replication_group_id}-0001", "Slots": "0-16383"}]
        self.roles: dict[tuple[str, str], str] = {(region, first.replication_group_id): "PRIMARY"}

    @property
    def arn(self) -> str:
        """Belongs to no region."""
        return f"arn:aws:elasticache::{self.account}:globalreplicationgroup:{self.global_replication_group_id}"

    def described(self) -> dict[str, Any]:
        """As the API answers it."""
        return {
            "GlobalReplicationGroupId": self.global_replication_group_id,
            "GlobalReplicationGroupDescription": self.global_replication_group_description,
            "Status": self.status,
            "CacheNodeType": self.cache_node_type,
            "Engine": self.engine,
            "EngineVersion": self.engine_version,
            "Members": [
                {
                    "ReplicationGroupId": name,
                    "ReplicationGroupRegion": region,
                    "Role": role,
                    "AutomaticFailover": self.automatic_failover,
                    "Status": "associated",
                }
                for (region, name), role in self.roles.items()
            ],
            "ClusterEnabled": self.cluster_enabled,
            "GlobalNodeGroups": self.node_groups,
            "AuthTokenEnabled": self.auth_token_enabled,
            "TransitEncryptionEnabled": self.transit_encryption_enabled,
            "AtRestEncryptionEnabled": self.at_rest_encryption_enabled,
            "ARN": self.arn,
        }


def apply() -> None:
    """Add the actions, and let replication groups join and leave."""
    create, delete = ElastiCacheBackend.create_replication_group, ElastiCacheBackend.delete_replication_group

    def joining(self: ElastiCacheBackend, *args: Any, **given: Any) -> ReplicationGroup:
        name = given.get("global_replication_group_id")
        group = _groups(self.account_id).get(name) if name else None
        if name and group is None:
            raise _NotFoundError(name)
        if group is not None:
            for member, attribute in (("cache_node_type", "cache_node_type"), ("engine", "engine"),
                                      ("engine_version", "engine_version")):  # fmt: skip
                given[member] = given.get(member) or getattr(group, attribute)
            shards = len(group.first.node_groups)
            given["cluster_mode"] = group.first.cluster_mode  # a member has the shards of the first one
            given["num_node_groups"] = shards if group.cluster_enabled else None
            given["replicas_per_node_group"] = given.get("replicas_per_node_group") or (
                len(group.first.member_clusters) // shards - 1
            )
            for member in ("transit_encryption_enabled", "at_rest_encryption_enabled"):
                given[member] = getattr(group, member)
            given["automatic_failover_enabled"] = group.first.automatic_failover == "enabled"  # inherited, as in AWS
        made = create(self, *args, **given)
        if group is not None:
            group.roles[self.region_name, made.replication_group_id] = "SECONDARY"
            made.auth_token_enabled = group.auth_token_enabled
        return made

    def leaving(self: ElastiCacheBackend, replication_group_id: str, *args: Any, **given: Any) -> ReplicationGroup:
        for group in _groups(self.account_id).values():
            if (self.region_name, replication_group_id) in group.roles:
                raise _NotNowError(f"{replication_group_id} is a member of {group.global_replication_group_id}")
        return delete(self, replication_group_id, *args, **given)

    def told(self: ReplicationGroup) -> dict[str, str] | None:
        parts = self.arn.split(":")
        for group in _groups(parts[4]).values():
            if role := group.roles.get((parts[3], self.replication_group_id)):
                name = group.global_replication_group_id
                return {"GlobalReplicationGroupId": name, "GlobalReplicationGroupMemberRole": role}
        return None

    ElastiCacheBackend.create_replication_group = joining  # type: ignore[method-assign]
    ElastiCacheBackend.delete_replication_group = leaving  # type: ignore[method-assign]
    ReplicationGroup.global_replication_group_info = property(told)  # type: ignore[method-assign,assignment]
    for name, action in _ACTIONS.items():
        setattr(ElastiCacheResponse, name, action)


def _groups(account: str) -> dict[str, GlobalGroup]:
    """Global datastores belong to no region; they are kept with the first one's backend, and go with it."""
    return elasticache_backends[account]["us-east-1"].__dict__.setdefault("global_groups", {})


def _find(response: ElastiCacheResponse) -> GlobalGroup:
    name = response._get_param("GlobalReplicationGroupId")
    if group := _groups(response.current_account).get(name):
        return group
    raise _NotFoundError(name)


def _answer(group: GlobalGroup) -> ActionResult:
    return ActionResult({"GlobalReplicationGroup": group.described()})


def _create(self: ElastiCacheResponse) -> ActionResult:
    [first] = self.elasticache_backend.describe_replication_groups(self._get_param("PrimaryReplicationGroupId"))
    suffix = self._get_param("GlobalReplicationGroupIdSuffix")
    text = self._get_param("GlobalReplicationGroupDescription") or ""
    group = GlobalGroup(self.current_account, suffix, text, first, self.region)
    _groups(self.current_account)[group.global_replication_group_id] = group
    return _answer(group)


def _describe(self: ElastiCacheResponse) -> ActionResult:
    asked = self._get_param("GlobalReplicationGroupId")
    groups = [_find(self)] if asked else list(_groups(self.current_account).values())
    return ActionResult({"GlobalReplicationGroups": [group.described() for group in groups]})


def _modify(self: ElastiCacheResponse) -> ActionResult:
    group = _find(self)
    for parameter, attribute in (
        ("GlobalReplicationGroupDescription", "global_replication_group_description"),
        ("CacheNodeType", "cache_node_type"),
        ("EngineVersion", "engine_version"),
    ):
        if (value := self._get_param(parameter)) is not None:
            setattr(group, attribute, value)
    if (wanted := self._get_bool_param("AutomaticFailoverEnabled")) is not None:
        group.automatic_failover = "enabled" if wanted else "disabled"
    return _answer(group)


def _fail_over(self: ElastiCacheResponse) -> ActionResult:
    group = _find(self)
    target = (self._get_param("PrimaryRegion"), self._get_param("PrimaryReplicationGroupId"))
    if target not in group.roles:
        raise _NotNowError(f"{target[1]} in {target[0]} is no member")
    if group.roles[target] == "PRIMARY":
        raise _NotNowError(f"{target[1]} is the primary already")
    if not PUMP.reachable(self.region, target[0]):
        raise _NotNowError(f"{target[0]} does not answer")
    group.roles = {member: "PRIMARY" if member == target else "SECONDARY" for member in group.roles}
    return _answer(group)


def _disassociate(self: ElastiCacheResponse) -> ActionResult:
    group = _find(self)
    member = (self._get_param("ReplicationGroupRegion"), self._get_param("ReplicationGroupId"))
    if group.roles.get(member) == "PRIMARY":
        raise _NotNowError(f"{member[1]} is the primary; make another member the primary first")
    group.roles.pop(member, None)
    return _answer(group)


def _delete(self: ElastiCacheResponse) -> ActionResult:
    group = _find(self)
    if "SECONDARY" in group.roles.values():
        raise _NotNowError(f"{group.global_replication_group_id} has secondary members")
    _groups(self.current_account).pop(group.global_replication_group_id)
    return ActionResult({"GlobalReplicationGroup": group.described() | {"Status": "deleting"}})


_ACTIONS = {
    "create_global_replication_group": _create,
    "describe_global_replication_groups": _describe,
    "modify_global_replication_group": _modify,
    "failover_global_replication_group": _fail_over,
    "disassociate_global_replication_group": _disassociate,
    "delete_global_replication_group": _delete,
}
