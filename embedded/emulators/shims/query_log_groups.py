"""Query logs whose log group is named as CloudWatch Logs names it."""

# pyright: basic, reportAttributeAccessIssue=false

from __future__ import annotations

from typing import Any

from moto.route53.models import Route53Backend

REASON = "moto's Route 53 finds the log group of a query log only where `:*` stands behind its ARN; AWS needs none."
EVERY_STREAM = ":*"


def apply() -> None:
    """Look for the group by its plain ARN as well, and show the ARN as it was told."""
    create = Route53Backend.create_query_logging_config

    def created(self: Route53Backend, hosted_zone_id: str, log_group_arn: str) -> Any:
        found = create(self, hosted_zone_id, log_group_arn.removesuffix(EVERY_STREAM) + EVERY_STREAM)
        found.cloud_watch_logs_log_group_arn = log_group_arn
        return found

    Route53Backend.create_query_logging_config = created
