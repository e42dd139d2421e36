"""Object storage: the four buckets of document 004 (STO-1)."""

from components.storage.app_buckets import AppBuckets, AppBucketsArgs, BucketRole
from components.storage.bucket import Bucket, BucketArgs

__all__ = ["AppBuckets", "AppBucketsArgs", "Bucket", "BucketArgs", "BucketRole"]
