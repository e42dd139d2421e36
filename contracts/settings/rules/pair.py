"""What the two regions of a pair must be, and what each thing needs to be replicated (DR-1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.settings.aurora import AuroraSettings
from contracts.settings.backup import BackupSettings
from contracts.settings.compute import EcsSettings
from contracts.settings.connectivity import TransitGatewaySettings
from contracts.settings.data import CacheSettings, TableSettings
from contracts.settings.files import VolumeSettings
from contracts.settings.operations import CostSettings
from contracts.settings.pair import PairSettings
from contracts.settings.rules.engine import Finding, rule
from contracts.settings.security import KeySettings

STRONG_SETS = (
    ("us-east-1", "us-east-2", "us-west-2"),
    ("eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"),
    ("ap-northeast-1", "ap-northeast-2", "ap-northeast-3"),
)
"""Sets of regions in which tables can be strongly consistent over regions; three of one set take part.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/multi-region-strong-consistency-gt.html
"""
SMALL_DATABASES = ("db.t3", "db.t4g")
"""Families that Aurora Global Database does not take.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.configuration.requirements.html
"""
GLOBAL_CACHES = ("m5", "m6g", "m7g", "r5", "r6g", "r6gd", "r7g", "c7gn")
"""Families of nodes that Global Datastore takes.

https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Redis-Global-Datastores-Getting-Started.html
"""


@rule("region", "pair")
def _two_regions(region: str, pair: PairSettings) -> Iterator[Finding]:
    if pair.peer_region == region:
        allowed = f"another region than {region}"
        yield Finding(("pair", "peer_region"), region, allowed, "name the region of the other stack")


@rule("pair")
def _one_way(pair: PairSettings) -> Iterator[Finding]:
    if pair.leads and pair.peer_stack is not None:
        allowed = "null on the primary: it reads nobody, or neither stack could be deployed first"
        yield Finding(("pair", "peer_stack"), pair.peer_stack, allowed, "make it null; the secondary names the primary")
    if not pair.leads and pair.peer_stack is None:
        allowed = "the stack of the primary, whose outputs the secondary reads"
        yield Finding(("pair", "peer_stack"), None, allowed, "name it, such as prod")


@rule("stack", "pair")
def _not_itself(stack: str, pair: PairSettings) -> Iterator[Finding]:
    if pair.peer_stack == stack:
        yield Finding(("pair", "peer_stack"), stack, "another stack than this one", "name the stack of the primary")


@rule("pair", "transit_gateway?")
def _joined_by_a_gateway(pair: PairSettings, transit: TransitGatewaySettings | None) -> Iterator[Finding]:
    if pair.peer_blocks and transit is None:
        allowed = "none without atoll:transit_gateway, over which they are reached"
        fix = "add a transit_gateway, or make it empty"
        yield Finding(("pair", "peer_blocks"), ", ".join(pair.peer_blocks), allowed, fix)


@rule("pair", "keys")
def _keys_span_regions(pair: PairSettings, keys: KeySettings) -> Iterator[Finding]:
    if not keys.multi_region:
        allowed = "true in a pair: what is replicated is encrypted in both regions with the same key"
        yield Finding(("keys", "multi_region"), False, allowed, "make it true, or leave pair out")


@rule("pair", "aurora?")
def _database(pair: PairSettings, aurora: AuroraSettings | None) -> Iterator[Finding]:
    if not pair.database:
        return
    if aurora is None:
        allowed = "false without atoll:aurora: an RDS instance cannot be in a global database"
        yield Finding(("pair", "database"), True, allowed, "replace atoll:database by atoll:aurora, or make it false")
    elif aurora.instance_class.startswith(SMALL_DATABASES):
        allowed = "db.r5.large or more, or db.serverless, with pair.database"
        fix = "Aurora Global Database takes no small classes: choose another"
        yield Finding(("aurora", "instance_class"), aurora.instance_class, allowed, fix)


@rule("pair", "cache")
def _cache(pair: PairSettings, cache: CacheSettings) -> Iterator[Finding]:
    if not pair.cache:
        return
    family = cache.node_type.split(".")[1]
    if family not in GLOBAL_CACHES:
        allowed = f"a node of {', '.join(GLOBAL_CACHES[:-1])} or {GLOBAL_CACHES[-1]} with pair.cache"
        fix = "Global Datastore takes no others: choose one, or make pair.cache false"
        yield Finding(("cache", "node_type"), cache.node_type, allowed, fix)
    if cache.replicas_per_shard == 0:
        allowed = "at least 1 with pair.cache"
        fix = "a member of a Global Datastore fails over by itself first: add a replica, or make pair.cache false"
        yield Finding(("cache", "replicas_per_shard"), 0, allowed, fix)


@rule("pair")
def _logins(pair: PairSettings) -> Iterator[Finding]:
    uses = [what for what in ("database", "cache") if getattr(pair, what)]
    if uses and not pair.secrets:
        allowed = f"true with pair.{' and pair.'.join(uses)}: both regions have the same login"
        yield Finding(("pair", "secrets"), False, allowed, "make it true: nobody could log in over there")


@rule("pair", "tables")
def _tables(pair: PairSettings, tables: Mapping[str, TableSettings]) -> Iterator[Finding]:
    for name, table in tables.items() if pair.tables else ():
        if not table.stream:
            allowed = "true with pair.tables: replicas follow the table's stream"
            yield Finding(("tables", name, "stream"), False, allowed, "make it true, or pair.tables false")


@rule("region", "pair?", "tables")
def _strong_tables(region: str, pair: PairSettings | None, tables: Mapping[str, TableSettings]) -> Iterator[Finding]:
    for name, table in tables.items():
        witness, path = table.witness_region, ("tables", name, "witness_region")
        if witness is None:
            continue
        if pair is None or not pair.tables:
            yield Finding(
                path, witness, "nothing without pair.tables", "remove it, or replicate tables to another region"
            )
            continue
        both = (region, pair.peer_region)
        third = [one for one in next((s for s in STRONG_SETS if set(both) <= set(s)), ()) if one not in both]
        if witness not in third:
            allowed = (
                f"the third region of a set with {' and '.join(sorted(both))}: {' or '.join(third) or 'there is none'}"
            )
            yield Finding(path, witness, allowed, "name one of these" if third else "remove it, or move the pair")
        if table.time_to_live_attribute is not None:
            allowed = "null with witness_region: strongly consistent copies know no time to live"
            found = table.time_to_live_attribute
            yield Finding((*path[:-1], "time_to_live_attribute"), found, allowed, "keep one of the two")


@rule("pair", "ecs")
def _images(pair: PairSettings, ecs: EcsSettings) -> Iterator[Finding]:
    if pair.images and not ecs.enabled:
        allowed = "false without ecs.enabled: the stack keeps no images"
        yield Finding(("pair", "images"), True, allowed, "make it false, or ecs.enabled true")


@rule("pair", "backup?")
def _backups(pair: PairSettings, backup: BackupSettings | None) -> Iterator[Finding]:
    if not pair.backups:
        return
    if backup is None:
        allowed = "false without atoll:backup: there is no vault"
        yield Finding(("pair", "backups"), True, allowed, "add atoll:backup below config:, or make it false")
    elif backup.copy_to_vault is not None:
        allowed = "null with pair.backups, which copies to the vault of the other region"
        yield Finding(("backup", "copy_to_vault"), backup.copy_to_vault, allowed, "keep one of the two")


@rule("pair", "volumes?")
def _volumes(pair: PairSettings, volumes: VolumeSettings | None) -> Iterator[Finding]:
    if not pair.volumes:
        return
    if volumes is None:
        allowed = "false without atoll:volumes: there are no snapshots"
        yield Finding(("pair", "volumes"), True, allowed, "add atoll:volumes below config:, or make it false")
    elif volumes.copy_to is not None:
        allowed = "null with pair.volumes, which copies to the other region"
        yield Finding(("volumes", "copy_to"), f"a copy to {volumes.copy_to.region}", allowed, "keep one of the two")


@rule("pair", "cost")
def _costs(pair: PairSettings, cost: CostSettings) -> Iterator[Finding]:
    if not pair.leads and cost.management is not None:
        allowed = "null on the secondary: budgets and limits are the account's, and the primary has them"
        yield Finding(("cost", "management"), "management of costs", allowed, "remove it here")
