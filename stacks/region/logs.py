"""Where a region's logs go beside CloudWatch: a search domain and an archive (OBS-4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi

from components.observability.log_archive import CONTAINERS, LogArchive, LogArchiveArgs
from components.observability.log_search import LogSearch, LogSearchArgs
from contracts.services.naming import role_name
from contracts.settings import StackSettings, Tier
from contracts.settings.logs import LogAnalyticsSettings
from stacks.region.data import Data
from stacks.region.foundation import Foundation, scope_of
from stacks.region.operations import Operations
from stacks.region.rotation import function_keys


@dataclass(frozen=True, kw_only=True)
class Logs:
    """Log analytics of a region."""

    search: LogSearch | None
    archive: LogArchive | None

    def exports(self) -> dict[str, Any]:
        """What `contracts.outputs.region.LogAnalyticsOutputs` holds."""
        search, archive = self.search, self.archive
        return {
            "search_endpoint": search.endpoint if search else None,
            "search_arn": search.arn if search else None,
            "delivery_stream": archive.stream_names[CONTAINERS] if archive else None,
            "delivery_stream_arn": archive.stream_arns[CONTAINERS] if archive else None,
            "archive_bucket": archive.bucket_name if archive else None,
        }


def make_logs(
    settings: StackSettings,
    analytics: LogAnalyticsSettings,
    foundation: Foundation,
    data: Data,
    operations: Operations,
    opts: pulumi.ResourceOptions,
) -> Logs:
    """The domain and the archive, as far as the settings want them."""
    name, scope = settings.environment, scope_of(settings)
    search = archive = None
    if analytics.search is not None:
        private = foundation.vpc.subnet_ids[Tier.PRIVATE]
        search = LogSearch(
            name,
            args=LogSearchArgs(
                settings=analytics.search,
                protection=settings.protection,
                scope=scope,
                keys=function_keys(foundation),
                vpc_id=foundation.vpc.vpc_id,
                vpc_cidr=foundation.vpc.cidr,
                subnet_ids=[private[zone] for zone in settings.network.workload_zones],
                storage_key_arn=foundation.key("database"),
                log_retention_days=settings.observability.database_log_retention_days,
                writers=[log_writer_role_arn(settings)],
                readers=[],
            ),
            opts=opts,
        )
    if analytics.archive is not None:
        there = {
            "flow": foundation.vpc.flow_logs.log_group_name,
            "database": data.database.log_group_names.get("postgresql"),
            "cache": data.cache.log_group_names["engine-log"],
            "functions": operations.watched_log_groups.get("functions"),
            "services": operations.watched_log_groups.get("services"),
        }
        archive = LogArchive(
            name,
            args=LogArchiveArgs(
                settings=analytics.archive,
                protection=settings.protection,
                scope=scope,
                storage_key_arn=foundation.key("storage"),
                logs_key_arn=foundation.key("logs"),
                log_retention_days=settings.observability.database_log_retention_days,
                access_log_bucket=foundation.buckets.logs.policed_name,
                log_groups={key: group for key in analytics.archive.groups if (group := there[key]) is not None},
            ),
            opts=opts,
        )
    return Logs(search=search, archive=archive)


def log_writer_role_arn(settings: StackSettings) -> str:
    """Role of Fluent Bit's pods, which comes with the cluster; known before it exists."""
    name = role_name(f"{settings.environment}-eks", "fluent-bit", settings.region)
    return f"arn:aws:iam::{settings.account.id}:role/{name}"
