"""Object storage, shared files and block volumes: the buckets of document 004, EFS, EBS (STO-1, STO-2)."""

from components.storage.app_buckets import AppBuckets, AppBucketsArgs, BucketRole
from components.storage.bucket import Bucket, BucketArgs
from components.storage.file_system import FileSystem, FileSystemArgs
from components.storage.volume_snapshots import VolumeSnapshots, VolumeSnapshotsArgs

__all__ = [
    "AppBuckets",
    "AppBucketsArgs",
    "Bucket",
    "BucketArgs",
    "BucketRole",
    "FileSystem",
    "FileSystemArgs",
    "VolumeSnapshots",
    "VolumeSnapshotsArgs",
]
