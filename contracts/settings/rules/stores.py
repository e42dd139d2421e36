"""What the database cluster, accelerator, files, volumes and backups must be to one another and to their region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from contracts import catalogue
from contracts.settings.aurora import SERVERLESS_CLASS, AuroraSettings
from contracts.settings.backup import BackupRuleSettings, BackupSettings, VaultLock
from contracts.settings.data import DaxSettings, PostgresSettings, StorageSettings, TableSettings
from contracts.settings.files import FileSystemSettings, Throughput, VolumeSettings
from contracts.settings.kind import near
from contracts.settings.network import NetworkSettings
from contracts.settings.rules.data import in_region, support, windows_apart
from contracts.settings.rules.engine import Finding, Path, rule
from contracts.settings.security import ProtectionSettings
from contracts.versions import Engine

COLD_DAYS = 90
"""Least days in cold storage. https://docs.aws.amazon.com/aws-backup/latest/devguide/creating-a-backup-plan.html"""
CONTINUOUS_DAYS = 35
"""Most days of a continuous backup. https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html"""


@rule("database?", "aurora?")
def _one_database(database: PostgresSettings | None, aurora: AuroraSettings | None) -> Iterator[Finding]:
    if database is None and aurora is None:
        yield Finding(
            ("database",),
            None,
            "database (one RDS instance) or aurora (a cluster)",
            "add atoll:database: or atoll:aurora: below config:",
        )
    if database is not None and aurora is not None:
        yield Finding(
            ("aurora",), "a second database", "either database or aurora", "remove one of the two: a stack has one"
        )


@rule("region", "aurora")
def _aurora_class(region: str, aurora: AuroraSettings) -> Iterator[Finding]:
    yield from in_region(
        catalogue.aurora_postgres_classes(), region, ("aurora", "instance_class"), aurora.instance_class
    )


@rule("aurora", "today")
def _aurora_support(aurora: AuroraSettings, today: date) -> Iterator[Finding]:
    yield from support(Engine.RDS_POSTGRES, aurora.engine_version, ("aurora", "engine_version"), today)


@rule("aurora")
def _aurora_windows(aurora: AuroraSettings) -> Iterator[Finding]:
    yield from windows_apart("aurora", "backup_window", aurora.backup_window, aurora.maintenance_window)


@rule("aurora")
def _aurora_capacity(aurora: AuroraSettings) -> Iterator[Finding]:
    bounds, path = aurora.serverless, ("aurora", "serverless")
    if (aurora.instance_class == SERVERLESS_CLASS) != (bounds is not None):
        yield Finding(
            path,
            None if bounds is None else "bounds",
            f"bounds exactly when instance_class is {SERVERLESS_CLASS}",
            f"change one of the two; instance_class is {aurora.instance_class}",
        )
    if bounds is not None and bounds.maximum_units < max(1.0, bounds.minimum_units):
        allowed = f"at least 1 and at least minimum_units ({bounds.minimum_units:g})"
        yield Finding((*path, "maximum_units"), bounds.maximum_units, allowed, "raise it")


@rule("aurora")
def _aurora_readers(aurora: AuroraSettings) -> Iterator[Finding]:
    scaling, path = aurora.reader_scaling, ("aurora", "reader_scaling")
    if scaling is None:
        return
    if scaling.maximum < aurora.readers or aurora.readers == 0:
        yield Finding(
            (*path, "maximum"),
            scaling.maximum,
            f"at least readers ({aurora.readers}), of which scaling needs one",
            "raise it, or make reader_scaling null",
        )
    if scaling.cpu_percent is None and scaling.connections is None:
        yield Finding(path, "neither", "cpu_percent, connections, or both", "say what readers follow")


@rule("aurora", "network")
def _readers_have_another_zone(aurora: AuroraSettings, network: NetworkSettings) -> Iterator[Finding]:
    if aurora.readers and len(network.workload_zones) < 2:
        yield Finding(
            ("aurora", "readers"),
            aurora.readers,
            "0 with one workload zone",
            "a reader needs another zone: add one to network.workload_zones",
        )


@rule("dax", "tables")
def _accelerated_tables(dax: DaxSettings, tables: Mapping[str, TableSettings]) -> Iterator[Finding]:
    if not dax.tables:
        yield Finding(("dax", "tables"), [], f"some of the tables {', '.join(tables)}", "name one, or make dax null")
    for index, table in enumerate(dax.tables):
        if table not in tables:
            allowed = f"a table of atoll:tables: {', '.join(tables) or '(there is none)'}"
            yield Finding(("dax", "tables", index), table, allowed, near(table, list(tables)) or "name one of these")


@rule("files")
def _archive_needs_elastic(files: FileSystemSettings) -> Iterator[Finding]:
    archive, rest = files.archive_after_days, files.infrequent_after_days
    path = ("files", "archive_after_days")
    if archive is None:
        return
    if files.throughput is not Throughput.ELASTIC:
        yield Finding(path, archive, "null unless throughput is elastic", "make it null, or throughput elastic")
    if rest is None or archive <= rest:
        allowed = f"more than infrequent_after_days ({'null' if rest is None else rest})"
        yield Finding(path, archive, allowed, "files rest in Infrequent Access first: raise it")


@rule("region", "files")
def _files_leave_the_region(region: str, files: FileSystemSettings) -> Iterator[Finding]:
    if files.replicate_to == region:
        allowed = f"another region than {region}"
        yield Finding(("files", "replicate_to"), region, allowed, "choose another, or leave it out")


@rule("region", "volumes")
def _snapshots_leave_the_region(region: str, volumes: VolumeSettings) -> Iterator[Finding]:
    if volumes.copy_to is not None and volumes.copy_to.region == region:
        yield Finding(
            ("volumes", "copy_to", "region"), region, f"another region than {region}", "choose another, or null"
        )


@rule("backup")
def _vault_lock(backup: BackupSettings) -> Iterator[Finding]:
    if (backup.lock is VaultLock.COMPLIANCE) != (backup.lock_cooling_days is not None):
        yield Finding(
            ("backup", "lock_cooling_days"),
            backup.lock_cooling_days,
            "days exactly when lock is compliance",
            f"change one of the two; lock is {backup.lock or 'null'}",
        )
    low, high = backup.lock_minimum_days, backup.lock_maximum_days
    if high is not None and high < low:
        yield Finding(("backup", "lock_maximum_days"), high, f"at least lock_minimum_days ({low})", "raise it, or null")


@rule("backup")
def _backup_rules(backup: BackupSettings) -> Iterator[Finding]:
    rules = {"daily": backup.daily, "weekly": backup.weekly, "monthly": backup.monthly}
    if not any(rules.values()):
        yield Finding(("backup", "daily"), None, "a rule in daily, weekly or monthly", "give one of the three")
    for name, found in rules.items():
        if found is not None:
            yield from _backup_rule(("backup", name), found, backup)


def _backup_rule(path: Path, found: BackupRuleSettings, backup: BackupSettings) -> Iterator[Finding]:
    kept, cold, longest = found.kept_days, found.cold_after_days, backup.lock_maximum_days
    if kept < backup.lock_minimum_days or (longest is not None and kept > longest):
        bound = f" and at most its {longest}" if longest is not None else ""
        allowed = f"at least the lock's {backup.lock_minimum_days} days{bound}"
        yield Finding((*path, "kept_days"), kept, allowed, "the vault would refuse every backup: change one of the two")
    if cold is not None and kept < cold + COLD_DAYS:
        allowed = f"at least cold_after_days + {COLD_DAYS} = {cold + COLD_DAYS}"
        yield Finding((*path, "kept_days"), kept, allowed, "raise it, or make cold_after_days null")
    if found.continuous and (kept > CONTINUOUS_DAYS or cold is not None):
        allowed = f"at most {CONTINUOUS_DAYS} days, never cold, where continuous is true"
        yield Finding((*path, "continuous"), True, allowed, "make it false, or keep for fewer days and never cold")


@rule("region", "backup")
def _copies_leave_the_region(region: str, backup: BackupSettings) -> Iterator[Finding]:
    if backup.copy_to_vault is not None and backup.copy_to_vault.split(":")[3] == region:
        allowed = f"a vault of another region than {region}"
        yield Finding(("backup", "copy_to_vault"), backup.copy_to_vault, allowed, "name another vault, or null")


@rule("storage", "protection")
def _locked_buckets(storage: StorageSettings, protection: ProtectionSettings) -> Iterator[Finding]:
    for role in type(storage).model_fields:
        bucket, path = getattr(storage, role), ("storage", role, "locked_days")
        if bucket.locked_days is None:
            continue
        if not bucket.versioning:
            yield Finding(
                path, bucket.locked_days, "null without versioning", "versions are what is locked: switch it on"
            )
        if protection.force_destroy:
            yield Finding(
                path,
                bucket.locked_days,
                "null with protection.force_destroy",
                "locked objects cannot be destroyed by force: change one of the two",
            )
