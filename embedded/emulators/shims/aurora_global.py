"""Let an Aurora Global Database have a writer that moves, and copies that are late."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult
from moto.rds.exceptions import DBClusterNotFoundError, InvalidParameterCombination, RDSClientError
from moto.rds.models import DBCluster, DBClusterSnapshot, GlobalCluster, RDSBackend, rds_backends
from moto.rds.responses import RDSResponse

from contracts.recovery.actions import Store
from embedded.emulators.links import Away
from embedded.emulators.replication import PUMP
from embedded.emulators.volumes import Volume

REASON = (
    "moto lists the members of a global cluster and neither moves the writer nor holds data; it looks for a member "
    "only in the region that is asked, does not filter, and lets a cluster be deleted that is a member still."
)
LEFT_BEHIND = "rds:unplanned-global-failover"
"""How RDS begins the name of the snapshot of an old writer's volume, which the new writer's replaces."""


class _NotFoundError(RDSClientError):
    def __init__(self, name: str) -> None:
        super().__init__("GlobalClusterNotFoundFault", f"Global cluster {name} not found")


class _NotNowError(RDSClientError):
    def __init__(self, why: str) -> None:
        super().__init__("InvalidGlobalClusterStateFault", why)


class _StillMemberError(RDSClientError):
    def __init__(self, name: str) -> None:
        text = f"{name} is a part of a global cluster, please remove it from globalcluster first"
        super().__init__("InvalidDBClusterStateFault", f"This cluster {text}")


def volume_of(cluster: DBCluster) -> Volume:
    """The data of a cluster, made when it is first needed."""
    return cluster.__dict__.setdefault("volume", Volume())


def takes_writes(cluster: DBCluster) -> bool:
    """Whether a cluster is a writer, or still believes so because its region is cut off."""
    return group_of(cluster) is None or cluster.is_writer or _cut_off(cluster)


def group_of(cluster: DBCluster) -> GlobalCluster | None:
    """The global database that a cluster is a member of."""
    return next((group for group in _groups(cluster.account_id) if cluster in group.members), None)


def cluster_of(account: str, name: str, region: str) -> DBCluster:
    """A cluster by its ARN, or by its identifier in `region`. Raises DBClusterNotFoundFault."""
    parts = name.split(":")
    region, name = (parts[3], parts[6]) if len(parts) == 7 else (region, name)
    if found := rds_backends[account][region].clusters.get(name.lower()):
        return found
    raise DBClusterNotFoundError(name)


def apply() -> None:
    """Replace what moto answers, and add what it lacks."""
    create, forget = RDSBackend.create_db_cluster, RDSBackend.delete_db_cluster
    found_global = RDSBackend.create_global_cluster
    snapshot, restore = RDSBackend.create_db_cluster_snapshot, RDSBackend.restore_db_cluster_from_snapshot

    def with_volume(self: RDSBackend, kwargs: dict[str, Any]) -> DBCluster:
        cluster = create(self, kwargs)
        group = group_of(cluster)
        if group is not None and not cluster.is_writer:
            cluster.volume = volume_of(_writer(group)).copy()
            cluster.master_username = _writer(group).master_username
        return cluster

    def over_a_cluster(self: RDSBackend, *args: Any, **given: Any) -> GlobalCluster:
        group = found_global(self, *args, **given)
        for member in group.members:  # the cluster that it was made over
            member.is_writer = True
        return group

    def unless_a_member(self: RDSBackend, cluster_identifier: str, *args: Any, **given: Any) -> DBCluster:
        cluster = self.clusters.get(cluster_identifier)
        if cluster is not None and group_of(cluster) is not None:
            raise _StillMemberError(cluster_identifier)
        return forget(self, cluster_identifier, *args, **given)

    def with_content(self: RDSBackend, db_cluster_identifier: str, *args: Any, **given: Any) -> DBClusterSnapshot:
        made = snapshot(self, db_cluster_identifier, *args, **given)
        made.volume = volume_of(self.clusters[db_cluster_identifier]).copy()
        return made

    def from_content(self: RDSBackend, from_snapshot_id: str, overrides: dict[str, Any]) -> DBCluster:
        [found] = self.describe_db_cluster_snapshots(None, from_snapshot_id)
        found.cluster.global_cluster_identifier = None  # what is restored belongs to no global database
        found.cluster.__dict__.setdefault("_master_user_password", "kept in the secret")  # moto wants one
        made = restore(self, from_snapshot_id, overrides)
        made.volume = found.volume.copy() if hasattr(found, "volume") else Volume()
        made.deletion_protection = bool(overrides.get("deletion_protection"))  # it is not inherited
        return made

    RDSBackend.create_db_cluster = with_volume  # type: ignore[method-assign]
    RDSBackend.create_global_cluster = over_a_cluster  # type: ignore[method-assign]
    RDSBackend.delete_db_cluster = unless_a_member  # type: ignore[method-assign]
    RDSBackend.create_db_cluster_snapshot = with_content  # type: ignore[method-assign]
    RDSBackend.restore_db_cluster_from_snapshot = from_content  # type: ignore[method-assign]
    RDSResponse.describe_global_clusters = _describe  # type: ignore[method-assign]
    RDSResponse.modify_global_cluster = _modify
    RDSResponse.remove_from_global_cluster = _remove  # type: ignore[method-assign]
    RDSResponse.switchover_global_cluster = _switch_over
    RDSResponse.failover_global_cluster = _fail_over
    PUMP.listen(_notice)


def _describe(self: RDSResponse) -> ActionResult:
    name = self.params.get("GlobalClusterIdentifier")
    wanted = {value for one in self.params.get("Filters", []) for value in one["Values"]}
    groups = [_find(self)] if name else list(_groups(self.current_account))
    if wanted:
        groups = [
            group
            for group in groups
            if any({member.db_cluster_arn, member.db_cluster_identifier} & wanted for member in group.members)
        ]
    return ActionResult({"GlobalClusters": groups})


def _modify(self: RDSResponse) -> ActionResult:
    group = _find(self)
    for parameter, attribute in (("DeletionProtection", "deletion_protection"), ("EngineVersion", "engine_version")):
        if self.params.get(parameter) is not None:
            setattr(group, attribute, self.params[parameter])
    return ActionResult({"GlobalCluster": group})


def _remove(self: RDSResponse) -> ActionResult:
    group = _find(self)
    cluster = _member(self, group, "DbClusterIdentifier")
    if cluster.is_writer and len(group.members) > 1:
        raise _NotNowError(f"{cluster.db_cluster_identifier} is the writer; remove the other clusters first")
    group.members.remove(cluster)
    cluster.global_cluster_identifier, cluster.is_writer = None, False
    return ActionResult({"GlobalCluster": group})


def _switch_over(self: RDSResponse) -> ActionResult:
    group = _find(self)
    target = _member(self, group, "TargetDbClusterIdentifier")
    writer = _writer(group)
    if target is writer:
        raise _NotNowError(f"{target.db_cluster_identifier} is the writer already")
    with PUMP.lock:
        if lost := sorted(one.region for one in group.members if not PUMP.reachable(self.region, one.region)):
            raise _NotNowError(f"a switchover needs every region; {', '.join(lost)} does not answer. Use AllowDataLoss")
        PUMP.flush(Store.DATABASE, group.arn)
        writer.is_writer, target.is_writer = False, True
    return ActionResult({"GlobalCluster": group})


def _fail_over(self: RDSResponse) -> ActionResult:
    if not self.params.get("AllowDataLoss"):
        return _switch_over(self)
    if self.params.get("Switchover"):
        raise InvalidParameterCombination("AllowDataLoss and Switchover exclude one another")
    group = _find(self)
    target = _member(self, group, "TargetDbClusterIdentifier")
    writer = _writer(group)
    with PUMP.lock:
        if target is writer:
            raise _NotNowError(f"{target.db_cluster_identifier} is the writer already")
        if not PUMP.reachable(self.region, target.region):
            raise _NotNowError(f"{target.region} does not answer")
        PUMP.drop(Store.DATABASE, group.arn)
        writer.is_writer, target.is_writer = False, True
        writer.left_behind = True
        _rejoin(group)
    return ActionResult({"GlobalCluster": group})


def _notice(away: Away) -> None:
    """A region or zone went away or came back: old writers rejoin, and readers take over for writers that are gone."""
    for account in list(rds_backends):
        for group in _groups(account):
            _rejoin(group)
        for backend in rds_backends[account].values():
            for cluster in backend.clusters.values():
                _promote(cluster, away)


def _rejoin(group: GlobalCluster) -> None:
    """Keep the volume of a left-behind writer as a snapshot and give every reachable member the writer's volume."""
    writer = _writer(group)
    if not any(getattr(member, "left_behind", False) for member in group.members):
        return
    for member in group.members:
        if member is writer or not PUMP.reachable(writer.region, member.region):
            continue
        if getattr(member, "left_behind", False):
            moment = datetime.fromtimestamp(PUMP.now(), UTC).strftime("%Y-%m-%d-%H-%M-%S-%f")
            name = f"{LEFT_BEHIND}-{member.db_cluster_identifier}-{moment}"
            member.backend.create_db_cluster_snapshot(member.db_cluster_identifier, name, "automated")
            member.left_behind = False
        PUMP.drop(Store.DATABASE, group.arn, member.region)
        member.volume = volume_of(writer).copy()


def _promote(cluster: DBCluster, away: Away) -> None:
    """Let a reader in a zone that stands take over for a writer whose zone is down; it takes no time here."""
    writer = cluster.writer
    if writer is None or not away.zone(writer.availability_zone):
        return
    readers = [one for one in cluster.members if not away.zone(one.availability_zone)]
    if readers:
        cluster.failover(min(readers, key=lambda one: (one.promotion_tier or 0, one.db_instance_identifier)))


def _cut_off(cluster: DBCluster) -> bool:
    return bool(getattr(cluster, "left_behind", False)) and PUMP.links.away.region(cluster.region)


def _groups(account: str) -> Iterator[GlobalCluster]:
    """Global databases belong to no region; moto may hold them in any."""
    for backend in list(rds_backends[account].values()):
        yield from list(backend.global_clusters.values())


def _find(response: RDSResponse) -> GlobalCluster:
    name = response.params["GlobalClusterIdentifier"]
    wanted = name.rpartition(":")[2].lower()
    for group in _groups(response.current_account):
        if group.global_cluster_identifier == wanted:
            return group
    raise _NotFoundError(name)


def _member(response: RDSResponse, group: GlobalCluster, parameter: str) -> DBCluster:
    cluster = cluster_of(response.current_account, response.params[parameter], response.region)
    if cluster not in group.members:
        raise DBClusterNotFoundError(cluster.db_cluster_identifier)
    return cluster


def _writer(group: GlobalCluster) -> DBCluster:
    return next(member for member in group.members if member.is_writer)
