"""The buckets app-assets, app-uploads, app-backups and app-logs of one environment (STO-1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

import pulumi

from components.storage import policies
from components.storage.bucket import Bucket, BucketArgs
from contracts.settings.data import StorageSettings
from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:storage:AppBuckets"


@unique
class BucketRole(StrEnum):
    """What a bucket of the family holds."""

    ASSETS = "assets"
    UPLOADS = "uploads"
    BACKUPS = "backups"
    LOGS = "logs"


@dataclass(frozen=True, kw_only=True)
class AppBucketsArgs:
    """What the buckets are wired to."""

    settings: StorageSettings
    protection: ProtectionSettings
    environment: str
    account_id: str
    region: str
    key_arn: pulumi.Input[str]
    """Key of every bucket but the logs."""
    backup_reports: bool = False
    """AWS Backup writes its reports to the log bucket."""
    distributions: bool = False
    """CloudFront reads the assets: a global stack leads to the stack."""


class AppBuckets(pulumi.ComponentResource):
    """Four buckets: static assets, user uploads, backups, and the logs of the environment's buckets and balancers.

    Names are `app-<role>-<environment>-<account id>`: document 004's name with the account behind it, because bucket
    names are shared by all of AWS and `app-assets-dev` is anybody's. The log bucket uses SSE-S3, the only
    encryption that load balancers can write access logs to; the others use the storage key.

    Costs as four `Bucket`s. Does not make: the CDN in front of the assets, replication of the backups.

    Source: STO-1, SEC-4; Amazon S3 User Guide, "Bucket naming rules".
    """

    assets: Bucket
    uploads: Bucket
    backups: Bucket
    logs: Bucket

    def __init__(self, name: str, *, args: AppBucketsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the log bucket, then those that log to it."""
        super().__init__(TOKEN, name, None, opts)
        log_name = bucket_name(BucketRole.LOGS, args.environment, args.account_id)
        child = pulumi.ResourceOptions(parent=self)
        self.logs = Bucket(
            f"{name}-bucket-{BucketRole.LOGS}",
            args=BucketArgs(
                settings=args.settings.logs,
                protection=args.protection,
                bucket=log_name,
                key_arn=None,
                statements=[
                    policies.allow_load_balancer_logs(log_name, account_id=args.account_id, region=args.region),
                    policies.allow_server_access_logs(
                        log_name,
                        sources=[f"app-*-{args.environment}-{args.account_id}*"],
                        account_id=args.account_id,
                    ),
                    *(
                        [policies.allow_backup_reports(log_name, account_id=args.account_id)]
                        if args.backup_reports
                        else []
                    ),
                ],
            ),
            opts=child,
        )

        def logging_to_logs(role: BucketRole, *statements: policies.Statement) -> Bucket:
            return Bucket(
                f"{name}-bucket-{role}",
                args=BucketArgs(
                    settings=getattr(args.settings, role),
                    protection=args.protection,
                    bucket=bucket_name(role, args.environment, args.account_id),
                    key_arn=args.key_arn,
                    statements=statements,
                    log_bucket=self.logs.policed_name,
                ),
                opts=child,
            )

        assets = bucket_name(BucketRole.ASSETS, args.environment, args.account_id)
        served = [policies.allow_distributions(assets, account_id=args.account_id)] if args.distributions else []
        self.assets = logging_to_logs(BucketRole.ASSETS, *served)
        self.uploads = logging_to_logs(BucketRole.UPLOADS)
        self.backups = logging_to_logs(BucketRole.BACKUPS)
        self.register_outputs(
            {
                "assets": self.assets.bucket_name,
                "uploads": self.uploads.bucket_name,
                "backups": self.backups.bucket_name,
                "logs": self.logs.bucket_name,
            }
        )


def bucket_name(role: BucketRole, environment: str, account_id: str) -> str:
    """Return the physical name of one bucket."""
    return f"app-{role}-{environment}-{account_id}"


def audit_bucket_name(environment: str, account_id: str) -> str:
    """Return the physical name of the bucket of evidence, which `components.detection` makes."""
    return f"app-audit-{environment}-{account_id}"
