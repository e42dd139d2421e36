"""Settings of shared file systems and of block volumes (STO-2)."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

from contracts.settings.base import Settings
from contracts.settings.kind import between, matching, one_of
from contracts.settings.kinds import LogicalName, Region

DIRECTORY = r"/[A-Za-z0-9._-]{1,50}(/[A-Za-z0-9._-]{1,50}){0,3}"
OwnerId = Annotated[int, between(1, 4294967295, "(0 is root, who may do anything)")]


@unique
class Throughput(StrEnum):
    """How the throughput of a file system is paid for: by use, or with the size of what is stored."""

    ELASTIC = "elastic"
    BURSTING = "bursting"


class AccessPointSettings(Settings):
    """One door into a file system: its callers see one directory, and act as one user there."""

    path: Annotated[
        str,
        matching(
            DIRECTORY,
            "a path of one to four directories below /, of letters, digits and ._-",
            lambda text: None if ".." not in text.split("/") else "it leads upwards",
            "write it like /uploads",
        ),
    ]
    """Directory, which is made when it is missing."""
    user_id: OwnerId
    """POSIX user that every caller acts as, and that owns the directory."""
    group_id: OwnerId
    """POSIX group, likewise."""


class FileSystemSettings(Settings):
    """One EFS file system, reachable in every workload zone; about $0.30 a month for each GiB that is in use, $0.016
    for each that rests."""

    throughput: Throughput
    """`elastic` (paid by GiB read and written) or `bursting` (grows with the size, nothing more to pay)."""
    infrequent_after_days: Annotated[int, one_of((1, 7, 14, 30, 60, 90, 180, 270, 365), "days that EFS knows")] | None
    """Move files that nobody has opened for so many days to Infrequent Access; null for never."""
    archive_after_days: Annotated[int, one_of((90, 180, 270, 365), "days that EFS knows")] | None
    """Move them on to Archive, which needs `elastic`; null for never."""
    backup: bool
    """Have EFS's own daily backups, which are kept for 35 days (about $0.05 a GiB and month)."""
    access_points: dict[LogicalName, AccessPointSettings]
    """Name → door."""
    replicate_to: Region | None = None
    """Another region that gets a copy, minutes behind and read alone until the file system is lost (EFS replication);
    none if left out. About $0.30 a month for each GiB once more, and $0.02 for its way."""


class SnapshotCopySettings(Settings):
    """Where snapshots of volumes are copied to."""

    region: Region
    """Another region than the stack's."""
    kept_days: Annotated[int, between(1, 365, "days")]
    """Days that a copy is kept."""


class VolumeSettings(Settings):
    """Block volumes (EBS): everything new is encrypted, and tagged volumes are snapshot every day."""

    own_key: bool
    """Encrypt with the stack's storage key where nobody names another, instead of AWS's own. The switch is the
    account's: at most one stack of an account and region has it."""
    snapshot_tag: Annotated[
        str, matching(r"[A-Za-z0-9:_-]{1,64}", "letters, digits, :, _ and -", lambda _: None, "rename it")
    ]
    """Volumes with this tag at `true` are snapshot (DLM); about $0.05 a GiB and month of what has changed."""
    snapshot_time: Annotated[
        str,
        matching(r"([01][0-9]|2[0-3]):[0-5][0-9]", "hh:mm in UTC", lambda _: None, "write it like 04:00"),
    ]
    """When the daily snapshot begins."""
    snapshots_kept: Annotated[int, between(1, 1000, "snapshots")]
    """Daily snapshots that are kept of each volume."""
    copy_to: SnapshotCopySettings | None
    """Copy each snapshot to another region, encrypted; null for no copy. A copy is paid like a snapshot, its way
    $0.02 a GiB."""
