"""Show the tags that a resource was made with."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from moto.backup.responses import BackupResponse
from moto.dms.models import DatabaseMigrationServiceBackend
from moto.guardduty.models import Filter
from moto.guardduty.responses import GuardDutyResponse
from moto.kinesis.responses import KinesisResponse

REASON = (
    "moto reads the ARN whose tags AWS Backup is asked for from the wrong part of a path without a slash at its end, "
    "drops the tags of report plans, of streams and of GuardDuty's filters, and keeps those of DMS subnet groups under "
    "their names though they are asked for by ARN; with the default tags of a stack each preview would set them anew."
)
_SUBNET_GROUP = ":subgrp:"


def apply() -> None:
    """Keep and find them."""
    _backup()
    _guardduty()
    _dms()
    _kinesis()


def _backup() -> None:
    create = BackupResponse.create_report_plan

    def list_tags(self: BackupResponse) -> str:
        arn = unquote(self.path.partition("/tags/")[2]).strip("/")
        return json.dumps({"Tags": self.backup_backend.list_tags(resource_arn=arn)})

    def create_report_plan(self: BackupResponse) -> Any:
        answer = create(self)
        plan = self.backup_backend.report_plans[self._get_param("ReportPlanName")]
        self.backup_backend.tag_resource(plan.report_plan_arn, self._get_param("ReportPlanTags") or {})
        return answer

    BackupResponse.list_tags = list_tags  # type: ignore[method-assign]
    BackupResponse.create_report_plan = create_report_plan  # type: ignore[method-assign]


def _guardduty() -> None:
    create, show = GuardDutyResponse.create_filter, Filter.to_json

    def create_filter(self: GuardDutyResponse) -> str:
        answer = create(self)
        detector = self.path.split("/")[-2]
        self.guardduty_backend.get_filter(detector, self._get_param("name")).tags = self._get_param("tags") or {}
        return answer

    def to_json(self: Filter) -> dict[str, Any]:
        return show(self) | {"tags": getattr(self, "tags", {})}

    GuardDutyResponse.create_filter = create_filter  # type: ignore[method-assign]
    Filter.to_json = to_json  # type: ignore[method-assign]


def _dms() -> None:
    listed = DatabaseMigrationServiceBackend.list_tags_for_resource

    def list_tags_for_resource(self: DatabaseMigrationServiceBackend, resource_arn_list: list[str]) -> Any:
        if not any(_SUBNET_GROUP in arn for arn in resource_arn_list):
            return listed(self, resource_arn_list)
        return [
            {"Key": key, "Value": value, "ResourceArn": arn}
            for arn in resource_arn_list
            for key, value in self.tagger.get_tag_dict_for_resource(arn.rpartition(_SUBNET_GROUP)[2]).items()
        ]

    DatabaseMigrationServiceBackend.list_tags_for_resource = list_tags_for_resource  # type: ignore[method-assign]


def _kinesis() -> None:
    create = KinesisResponse.create_stream

    def create_stream(self: KinesisResponse) -> Any:
        answer, tags = create(self), self._get_param("Tags") or {}
        if tags:
            self.kinesis_backend.add_tags_to_stream(None, self._get_param("StreamName"), tags)
        return answer

    KinesisResponse.create_stream = create_stream  # type: ignore[method-assign]
