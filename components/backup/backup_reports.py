"""Daily reports of what was backed up, copied and restored (BKP-1)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import backup

from components.storage.policies import BACKUP_REPORT_PREFIX

TOKEN = "atoll:backup:BackupReports"
TEMPLATES = {
    "backups": "BACKUP_JOB_REPORT",
    "copies": "COPY_JOB_REPORT",
    "restores": "RESTORE_JOB_REPORT",
}
"""Key → AWS Backup's template."""


@dataclass(frozen=True, kw_only=True)
class BackupReportsArgs:
    """Where reports go."""

    environment: str
    bucket_name: pulumi.Input[str]
    """Its policy must let AWS Backup's service-linked role for reports write."""


class BackupReports(pulumi.ComponentResource):
    """Three report plans, each writing one CSV and one JSON file a day. Costs nothing but their storage.

    Source: BKP-1; AWS Backup Developer Guide, "Working with audit reports".
    """

    def __init__(self, name: str, *, args: BackupReportsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-backup-report-<key>` for each template."""
        super().__init__(TOKEN, name, None, opts)
        for key, template in TEMPLATES.items():
            backup.ReportPlan(
                f"{name}-backup-report-{key}",
                name=f"atoll_{args.environment}_{key}".replace("-", "_"),
                description=f"Daily {key} of {args.environment}",
                report_setting=backup.ReportPlanReportSettingArgs(report_template=template),
                report_delivery_channel=backup.ReportPlanReportDeliveryChannelArgs(
                    s3_bucket_name=args.bucket_name, s3_key_prefix=BACKUP_REPORT_PREFIX, formats=["CSV", "JSON"]
                ),
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
