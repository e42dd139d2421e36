"""Logs and alarms as they should be."""

from __future__ import annotations

import pulumi
from pulumi_aws import cloudtrail, cloudwatch, codedeploy

from policies.metric_filters import REQUIRED

TOPIC = "arn:aws:sns:us-east-1:111122223333:alarms"


def program() -> None:
    """A log group, with a filter and an alarm for each thing that must not happen unseen."""
    group = cloudwatch.LogGroup(
        "logs",
        kms_key_id="arn:aws:kms:us-east-1:111122223333:key/logs",
        name="trail",
        retention_in_days=365,
    )
    cloudtrail.Trail(
        "watched-trail",
        s3_bucket_name="trail-bucket",
        kms_key_id="arn:aws:kms:us-east-1:111122223333:key/trail",
        is_multi_region_trail=True,
        include_global_service_events=True,
        enable_log_file_validation=True,
        cloud_watch_logs_group_arn=pulumi.Output.concat(group.arn, ":*"),
        cloud_watch_logs_role_arn="arn:aws:iam::111122223333:role/trail",
        advanced_event_selectors=[
            {"name": "management", "field_selectors": [{"field": "eventCategory", "equals": ["Management"]}]},
            {
                "name": "objects",
                "field_selectors": [
                    {"field": "eventCategory", "equals": ["Data"]},
                    {"field": "resources.type", "equals": ["AWS::S3::Object"]},
                ],
            },
        ],
    )
    for number, pattern in enumerate(REQUIRED.values()):
        cloudwatch.LogMetricFilter(
            f"filter-{number}",
            log_group_name=group.name,
            pattern=pattern,
            metric_transformation={"name": f"finding-{number}", "namespace": "Atoll", "value": "1"},
        )
        cloudwatch.MetricAlarm(
            f"alarm-{number}",
            comparison_operator="GreaterThanThreshold",
            evaluation_periods=1,
            metric_name=f"finding-{number}",
            namespace="Atoll",
            alarm_actions=[TOPIC],
        )
    cloudwatch.MetricAlarm(
        "quiet-alarm", name="quiet", comparison_operator="GreaterThanThreshold", evaluation_periods=1
    )
    cloudwatch.CompositeAlarm(
        "composite", alarm_name="composite", alarm_rule='ALARM("quiet") OR ALARM("other")', alarm_actions=[TOPIC]
    )
    rolled = cloudwatch.MetricAlarm(
        "deployment-alarm", comparison_operator="GreaterThanThreshold", evaluation_periods=1
    )
    codedeploy.DeploymentGroup(
        "deployments",
        app_name="app",
        deployment_group_name="app",
        service_role_arn="arn:aws:iam::111122223333:role/deploy",
        alarm_configuration={"enabled": True, "alarms": [rolled.name]},
    )
