"""Resources without a waiting time, so that what is measured is the tools and not the cloud."""

import json

import pulumi
from pulumi_aws import cloudwatch, iam, s3, sns, ssm

alerts = sns.Topic("alerts")
for number in range(pulumi.Config().require_int("each")):
    trust = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = iam.Role(
        f"role-{number}",
        assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        tags={"n": "1"},
    )
    topic = sns.Topic(f"topic-{number}")
    allow = {"Effect": "Allow", "Action": "sns:Publish", "Resource": topic.arn}
    iam.RolePolicy(
        f"send-{number}",
        role=role.id,
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [allow]}),
    )
    group = cloudwatch.LogGroup(f"logs-{number}", retention_in_days=7)
    ssm.Parameter(f"parameter-{number}", type="String", value=topic.arn)
    bucket = s3.Bucket(f"bucket-{number}", force_destroy=True)
    s3.BucketVersioning(f"versions-{number}", bucket=bucket.id, versioning_configuration={"status": "Enabled"})
    cloudwatch.MetricAlarm(
        f"alarm-{number}",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        metric_name="NumberOfNotificationsFailed",
        namespace="AWS/SNS",
        period=60,
        statistic="Sum",
        threshold=1,
        dimensions={"TopicName": topic.name},
        alarm_actions=[alerts.arn],
    )
