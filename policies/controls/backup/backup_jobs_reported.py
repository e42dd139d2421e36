"""Reports tell which backups were made."""

from __future__ import annotations

from policies.control import Remediation, Severity, StackControl
from policies.subject import Subject, View
from policies.verdicts import Fail, NotApplicable, Verdict, all_of, any_of

PLAN = "aws:backup/plan:Plan"
REPORT = "aws:backup/reportPlan:ReportPlan"


def check(stack: View) -> Verdict:
    """A stack that plans backups reports on them; nothing is reported where nobody says so."""
    if not stack.of_type(PLAN):
        return NotApplicable("the stack plans no backups")
    reports = stack.of_type(REPORT)
    if not reports:
        return Fail("the stack plans backups and reports none")
    return any_of(*(_delivered(report) for report in reports))


def _delivered(report: Subject) -> Verdict:
    return all_of(
        report.read("reportSetting.reportTemplate").must_be_set(),
        report.read("reportDeliveryChannel.s3BucketName").must_be_set(),
    )


CONTROL = StackControl(
    id="backup-jobs-reported",
    title="Reports tell which backups were made",
    severity=Severity.LOW,
    rationale="A plan that has failed for months is noticed on the day its backups are needed.",
    remediation=Remediation(
        summary="Report backup jobs to the bucket of logs",
        snippet=(
            "backup.ReportPlan(\n"
            '    name, report_setting={"report_template": "BACKUP_JOB_REPORT"},\n'
            '    report_delivery_channel={"s3_bucket_name": logs.bucket, "formats": ["CSV"]},\n'
            ")"
        ),
    ),
    catalogue=("BKP-03",),
    check=check,
)
