"""Macie in one region: personal data and credentials in buckets (SEC-1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws.macie2._inputs import (
    ClassificationExportConfigurationS3DestinationArgs,
    ClassificationJobS3JobDefinitionArgs,
    ClassificationJobS3JobDefinitionBucketDefinitionArgs,
    ClassificationJobScheduleFrequencyArgs,
)
from pulumi_aws.macie2.account import Account
from pulumi_aws.macie2.classification_export_configuration import ClassificationExportConfiguration
from pulumi_aws.macie2.classification_job import ClassificationJob

from components.detection.audit_archive import SEARCH_PREFIX
from contracts.settings.detection import MacieSettings

TOKEN = "atoll:detection:Macie"


@dataclass(frozen=True, kw_only=True)
class MacieArgs:
    """Wiring of Macie."""

    settings: MacieSettings
    account_id: str
    buckets: Mapping[str, pulumi.Input[str]]
    """Bucket of the settings' jobs → its physical name."""
    archive_bucket: pulumi.Input[str]
    """Where what jobs find is kept beyond the 90 days of a finding, once its policy lets Macie write."""
    key_arn: pulumi.Input[str]
    """Key that it is encrypted with there."""


class Macie(pulumi.ComponentResource):
    """Macie's session, where its results are kept, and a job for each bucket that holds what must not leak.

    Costs: USD 0.10 a bucket and month, USD 1 a GB that a job reads (the first of a month is free).
    Does not: change a job; AWS lets one only be stopped, so a changed job is a new one.
    Errors: ValueError for a job about a bucket that is not wired.
    Source: SEC-1; Amazon Macie User Guide, "Running sensitive data discovery jobs".
    """

    job_ids: dict[str, pulumi.Output[str]]
    """Bucket → id of its job."""

    def __init__(self, name: str, *, args: MacieArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-macie` and `{name}-search-<bucket>`."""
        missing = sorted(set(args.settings.jobs) - set(args.buckets))
        if missing:
            raise ValueError(f"security.macie.jobs: no bucket {', '.join(missing)}; there is {', '.join(args.buckets)}")
        super().__init__(TOKEN, name, None, opts)
        session = Account(
            f"{name}-macie",
            status="ENABLED",
            finding_publishing_frequency="FIFTEEN_MINUTES",
            opts=pulumi.ResourceOptions(parent=self),
        )
        after = pulumi.ResourceOptions(parent=self, depends_on=[session])
        ClassificationExportConfiguration(
            f"{name}-search-results",
            s3_destination=ClassificationExportConfigurationS3DestinationArgs(
                bucket_name=args.archive_bucket, key_prefix=f"{SEARCH_PREFIX}/", kms_key_arn=args.key_arn
            ),
            opts=after,
        )
        self.job_ids = {}
        for bucket, frequency in args.settings.jobs.items():
            job = ClassificationJob(
                f"{name}-search-{bucket}",
                name=f"{name}-search-{bucket}",
                description=f"Personal data and credentials in {bucket}",
                job_type="ONE_TIME" if frequency == "ONCE" else "SCHEDULED",
                initial_run=None if frequency == "ONCE" else True,
                sampling_percentage=args.settings.sampling_percent,
                schedule_frequency=_frequency(frequency),
                s3_job_definition=ClassificationJobS3JobDefinitionArgs(
                    bucket_definitions=[
                        ClassificationJobS3JobDefinitionBucketDefinitionArgs(
                            account_id=args.account_id, buckets=[args.buckets[bucket]]
                        )
                    ]
                ),
                opts=after,
            )
            self.job_ids[bucket] = job.job_id
        self.register_outputs({"job_ids": self.job_ids})


def _frequency(frequency: str) -> ClassificationJobScheduleFrequencyArgs | None:
    match frequency:
        case "DAILY":
            return ClassificationJobScheduleFrequencyArgs(daily_schedule=True)
        case "WEEKLY":
            return ClassificationJobScheduleFrequencyArgs(weekly_schedule="MONDAY")
        case "MONTHLY":
            return ClassificationJobScheduleFrequencyArgs(monthly_schedule=1)
        case _:
            return None
