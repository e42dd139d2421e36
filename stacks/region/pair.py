"""What the two regions of one environment share, from either side (DR-1); see docs/decisions/0010.

The primary makes what spans both and reads nobody; the secondary joins it by the primary's outputs. What the primary
makes in the other region (replicas of keys) goes through a second provider.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import pulumi
from pulumi_aws.secretsmanager.get_secret_version import get_secret_version_output

from components.cluster import ImageReplication, ImageReplicationArgs
from components.security import Keys, KeysArgs, ManagedSecret, ReplicaKeys, ReplicaKeysArgs
from contracts.outputs.reading import Reading
from contracts.outputs.region import RegionOutputs
from contracts.settings import StackSettings
from contracts.settings.backup import BackupSettings
from contracts.settings.files import SnapshotCopySettings, VolumeSettings
from contracts.settings.pair import PairSettings
from stacks.peers import Peer, read_peers
from stacks.provider import provider

READS = 1
"""Version of a region stack's outputs for which this reader was written."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One side of the pair."""

    settings: PairSettings
    peer: Peer | None
    """The primary's outputs, on the secondary."""
    there: pulumi.ResourceOptions | None
    """With the provider of the other region, on the primary."""

    def joins(self, what: str) -> Peer | None:
        """The primary's outputs, where this is the secondary and `what` is replicated."""
        return self.peer if getattr(self.settings, what) else None

    def leads(self, what: str) -> bool:
        """Whether this is the primary and `what` is replicated."""
        return self.peer is None and bool(getattr(self.settings, what))


@dataclass(frozen=True, kw_only=True)
class KeyArns:
    """Keys that a region encrypts with."""

    here: Mapping[str, pulumi.Output[str]]
    """Purpose → key."""
    there: Mapping[str, pulumi.Output[str]]
    """Purpose → its replica in the other region; of the primary alone."""


@dataclass(frozen=True, kw_only=True)
class SharedSecret:
    """A secret, whichever region's stack has made it."""

    arn: pulumi.Output[str]
    """ARN in this region."""
    value: pulumi.Output[str]
    """Its value, a Pulumi secret."""
    replica_arn: pulumi.Output[str] | None = None
    """ARN in the other region, where this stack replicates it."""


def make_pair(settings: StackSettings) -> Pair | None:
    """This side of the pair; None where the environment has one region. To be called before anything is declared.

    Raises:
        pulumi.RunError: the primary was never deployed, is none, or lacks what is to be joined; all that is wrong.
    """
    pair = settings.pair
    if pair is None:
        return None
    if pair.peer_stack is None:
        other = provider(settings, pulumi.get_stack(), pair.peer_region)
        return Pair(settings=pair, peer=None, there=pulumi.ResourceOptions(providers=[other]))
    reading = Reading(
        stack=pair.peer_stack,
        setting="atoll:pair.peer_stack",
        record=RegionOutputs,
        version=READS,
        needs=dict(_needs(settings, pair)),
        place={
            "environment": settings.environment,
            "region": pair.peer_region,
            "account_id": settings.account.id,
        },
    )
    return Pair(settings=pair, peer=read_peers([reading])[pair.peer_stack], there=None)


def _needs(settings: StackSettings, pair: PairSettings) -> Iterator[tuple[str, str]]:
    """Output of the primary → what for. A secondary exports no replicas: it can never be taken for a primary."""
    for purpose in settings.keys.purposes:
        yield f"pair.replica_key_arns.{purpose}", f"encrypting with the key of {purpose}"
    if pair.database:
        yield "pair.global_database_id", "joining the global database (pair.database)"
        yield "pair.replica_secret_arns.database", "logging in to it (pair.database)"
    if pair.cache:
        yield "pair.global_datastore_id", "joining the Global Datastore (pair.cache)"
        yield "pair.replica_secret_arns.cache", "logging in to it (pair.cache)"
    for table in settings.tables if pair.tables else ():
        yield f"tables.{table}.arn", f"the replica of the table {table} (pair.tables)"


def make_keys(settings: StackSettings, pair: Pair | None, opts: pulumi.ResourceOptions) -> KeyArns:
    """The region's own keys, with replicas over there on the primary; on the secondary, those replicas."""
    if pair is not None and pair.peer is not None:
        peer = pair.peer
        arns = {key: peer.value("pair", "replica_key_arns", key) for key in settings.keys.purposes}
        return KeyArns(here=arns, there={})
    name, account, scaling = settings.environment, settings.account.id, settings.kubernetes is not None
    keys = Keys(
        name,
        args=KeysArgs(
            environment=name,
            region=settings.region,
            account_id=account,
            settings=settings.keys,
            protection=settings.protection,
            scaling=scaling,
            spanning=pair is not None,
        ),
        opts=opts,
    )
    if pair is None:
        return KeyArns(here=keys.arns, there={})
    replicas = ReplicaKeys(
        name,
        args=ReplicaKeysArgs(
            environment=name,
            region=pair.settings.peer_region,
            account_id=account,
            settings=settings.keys,
            protection=settings.protection,
            primary_arns=keys.arns,
            scaling=scaling,
        ),
        opts=pair.there,
    )
    return KeyArns(here=keys.arns, there=replicas.arns)


def replica_keys(pair: Pair | None, what: str, keys: KeyArns, purpose: str) -> dict[str, pulumi.Input[str]]:
    """Other region → key there, for what the primary replicates when it makes it; empty for everybody else."""
    if pair is None or not pair.leads(what):
        return {}
    return {pair.settings.peer_region: keys.there[purpose]}


def shared(settings: StackSettings, pair: Pair | None, secret: ManagedSecret) -> SharedSecret:
    """A secret of this stack, with its replica where there is one."""
    replica = None
    if pair is not None and pair.leads("secrets"):
        replica = secret.replica_arn(settings.region, pair.settings.peer_region)
    return SharedSecret(arn=secret.arn, value=secret.value, replica_arn=replica)


def joined_secret(peer: Peer, what: str, opts: pulumi.ResourceOptions) -> SharedSecret:
    """A secret that the primary replicates to this region; its value is read here, for no output holds a secret."""
    arn = peer.value("pair", "replica_secret_arns", what)
    made = cast("list[pulumi.ProviderResource]", opts.providers)
    found = get_secret_version_output(secret_id=arn, opts=pulumi.InvokeOptions(provider=made[0]))
    return SharedSecret(arn=arn, value=pulumi.Output.secret(found.secret_string))


def vault_arn(settings: StackSettings, region: str) -> str:
    """The environment's vault in a region: known beforehand, so that each side may copy to the other's."""
    return f"arn:aws:backup:{region}:{settings.account.id}:backup-vault:atoll-{settings.environment}"


def with_copies(settings: StackSettings, backup: BackupSettings) -> BackupSettings:
    """Backups whose recovery points go to the other region's vault, which has the same name there."""
    if settings.pair is None or not settings.pair.backups:
        return backup
    return backup.model_copy(update={"copy_to_vault": vault_arn(settings, settings.pair.peer_region)})


def with_snapshot_copies(settings: StackSettings, volumes: VolumeSettings) -> VolumeSettings:
    """Volumes whose snapshots are copied to the other region, for as long as they are kept here."""
    if settings.pair is None or not settings.pair.volumes:
        return volumes
    copy = SnapshotCopySettings(region=settings.pair.peer_region, kept_days=volumes.snapshots_kept)
    return volumes.model_copy(update={"copy_to": copy})


def key_over_there(pair: Pair | None, keys: KeyArns, purpose: str) -> pulumi.Output[str] | None:
    """The same key in the other region, from either side; None where there is no other region."""
    if pair is None:
        return None
    return keys.there[purpose] if pair.peer is None else pair.peer.value("key_arns", purpose)


def replicate_images(settings: StackSettings, pair: Pair, opts: pulumi.ResourceOptions) -> None:
    """Have ECR copy what is pushed here; once, on the primary."""
    if pair.leads("images"):
        ImageReplication(
            settings.environment,
            args=ImageReplicationArgs(
                environment=settings.environment, account_id=settings.account.id, region=pair.settings.peer_region
            ),
            opts=opts,
        )


def joined(pair: Pair, what: str, output: str) -> pulumi.Output[Any] | None:
    """What this side has joined of the primary's; None on the primary, and where `what` is not replicated."""
    peer = pair.joins(what)
    return None if peer is None else peer.value("pair", output)
