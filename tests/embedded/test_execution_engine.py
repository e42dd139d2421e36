"""What runs is also deployed: the real engine makes, compares and destroys it under the execution profile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded.gateway.routes import Profile
from embedded.session import Session
from tests.kit.project import Project

pytestmark = pytest.mark.engine

PROGRAM = """
import json, pulumi, pulumi_aws as aws
from pulumi import AssetArchive, StringAsset, Output

region, account = "us-east-1", "111111111111"
key = aws.kms.Key("key", enable_key_rotation=True)
tags = {"team": "shop"}
dead = aws.sqs.Queue("dead", name="n-dlq.fifo", fifo_queue=True, content_based_deduplication=True, tags=tags)
queue = aws.sqs.Queue("queue", name="n.fifo", fifo_queue=True, content_based_deduplication=True,
    deduplication_scope="messageGroup", fifo_throughput_limit="perMessageGroupId", visibility_timeout_seconds=60,
    message_retention_seconds=1209600, receive_wait_time_seconds=20, kms_master_key_id=key.arn,
    kms_data_key_reuse_period_seconds=300, tags=tags,
    redrive_policy=dead.arn.apply(lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})))
allow = aws.sqs.RedriveAllowPolicy("allow", queue_url=dead.id, redrive_allow_policy=queue.arn.apply(
    lambda arn: json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [arn]})))
policy = aws.sqs.QueuePolicy("policy", queue_url=queue.id, policy=queue.arn.apply(lambda arn: json.dumps({
    "Version": "2012-10-17", "Statement": [{"Sid": "tls", "Effect": "Deny", "Principal": "*", "Action": "sqs:*",
    "Resource": arn, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]})))
plain = aws.sqs.Queue("plain", name="plain", sqs_managed_sse_enabled=True)
topic = aws.sns.Topic("topic", name="t.fifo", fifo_topic=True, content_based_deduplication=True,
    kms_master_key_id=key.arn, tags=tags)
subscription = aws.sns.TopicSubscription("subscription", topic=topic.arn, protocol="sqs", endpoint=queue.arn,
    raw_message_delivery=True, filter_policy=json.dumps({"severity": ["HIGH"]}))

def role(name, service):
    return aws.iam.Role(name, name=name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]}))

runs = role("runs", "lambda.amazonaws.com")
log = aws.cloudwatch.LogGroup("log", name="/aws/lambda/handler", retention_in_days=30, kms_key_id=key.arn, tags=tags)
code = AssetArchive({"index.py": StringAsset("def handler(event, context):\\n    return {'n': event['n'] + 1}\\n")})
layer = aws.lambda_.LayerVersion("layer", layer_name="shared", compatible_runtimes=["python3.13"],
    code=AssetArchive({"python/shared.py": StringAsset("VALUE = 1\\n")}))
function = aws.lambda_.Function("handler", name="handler", runtime="python3.13", handler="index.handler", code=code,
    role=runs.arn, timeout=30, memory_size=512, layers=[layer.arn], architectures=["arm64"], publish=True,
    reserved_concurrent_executions=5, tracing_config={"mode": "Active"}, dead_letter_config={"target_arn": plain.arn},
    environment={"variables": {"GIVEN": "1"}}, kms_key_arn=key.arn, logging_config={"log_format": "JSON",
    "log_group": log.name, "application_log_level": "INFO", "system_log_level": "WARN"}, tags=tags)
alias = aws.lambda_.Alias("alias", name="live", function_name=function.name, function_version=function.version)
retries = aws.lambda_.FunctionEventInvokeConfig("retries", function_name=function.name, maximum_retry_attempts=1)
mapping = aws.lambda_.EventSourceMapping("mapping", function_name=function.arn, event_source_arn=queue.arn,
    batch_size=5,
    function_response_types=["ReportBatchItemFailures"], scaling_config={"maximum_concurrency": 2})
table = aws.dynamodb.Table("table", name="items", hash_key="id", billing_mode="PAY_PER_REQUEST", stream_enabled=True,
    stream_view_type="NEW_AND_OLD_IMAGES", attributes=[{"name": "id", "type": "S"}],
    ttl={"attribute_name": "gone", "enabled": True}, point_in_time_recovery={"enabled": True},
    server_side_encryption={"enabled": True, "kms_key_arn": key.arn}, tags=tags)
streamed = aws.lambda_.EventSourceMapping("streamed", function_name=function.arn, event_source_arn=table.stream_arn,
    starting_position="LATEST", bisect_batch_on_function_error=True, maximum_retry_attempts=2,
    destination_config={"on_failure": {"destination_arn": plain.arn}})

states = role("states", "states.amazonaws.com")
flow_log = aws.cloudwatch.LogGroup("flow-log", name="/aws/vendedlogs/states/flow", retention_in_days=30)
machine = aws.sfn.StateMachine("machine", name="flow", role_arn=states.arn, type="STANDARD",
    definition=function.arn.apply(lambda arn: json.dumps({"StartAt": "Do", "States": {
        "Do": {"Type": "Task", "Resource": arn, "End": True}}})),
    logging_configuration={"level": "ALL", "include_execution_data": False,
        "log_destination": flow_log.arn.apply(lambda arn: arn + ":*")},
    tracing_configuration={"enabled": True},
    encryption_configuration={"type": "CUSTOMER_MANAGED_KMS_KEY", "kms_key_id": key.arn,
        "kms_data_key_reuse_period_seconds": 300}, tags=tags)
express = aws.sfn.StateMachine("express", name="quick", role_arn=states.arn, type="EXPRESS",
    definition=json.dumps({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}))

bus = aws.cloudwatch.EventBus("bus", name="application-events", kms_key_identifier=key.arn, tags=tags)
bus_policy = aws.cloudwatch.EventBusPolicy("bus-policy", event_bus_name=bus.name, policy=bus.arn.apply(
    lambda arn: json.dumps({"Version": "2012-10-17", "Statement": [{"Sid": "others", "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::222222222222:root"}, "Action": "events:PutEvents", "Resource": arn}]})))
archive = aws.cloudwatch.EventArchive("archive", name="kept", event_source_arn=bus.arn, retention_days=30,
    event_pattern=json.dumps({"source": ["shop"]}))
rule = aws.cloudwatch.EventRule("rule", name="sold", event_bus_name=bus.name, event_pattern=json.dumps(
    {"source": ["shop"], "detail-type": ["Sold"]}), tags=tags)
to_queue = aws.cloudwatch.EventTarget("to-queue", rule=rule.name, event_bus_name=bus.name, arn=queue.arn,
    target_id="queue", sqs_target={"message_group_id": "sales"}, dead_letter_config={"arn": plain.arn},
    retry_policy={"maximum_event_age_in_seconds": 3600, "maximum_retry_attempts": 10})
to_machine = aws.cloudwatch.EventTarget("to-machine", rule=rule.name, event_bus_name=bus.name, arn=machine.arn,
    target_id="machine", role_arn=states.arn, input_transformer={"input_paths": {"n": "$.detail.n"},
        "input_template": '{"n": <n>}'})
may_call = aws.lambda_.Permission("may-call", function=function.name, action="lambda:InvokeFunction",
    principal="events.amazonaws.com", source_arn=rule.arn, statement_id="rule")
discoverer = aws.schemas.Registry("registry", name="shop", description="events")
group = aws.scheduler.ScheduleGroup("group", name="shop")
schedule = aws.scheduler.Schedule("schedule", name="nightly", group_name=group.name, schedule_expression="rate(1 hour)",
    flexible_time_window={"mode": "OFF"}, state="ENABLED", kms_key_arn=key.arn,
    target={"arn": function.arn, "role_arn": states.arn, "input": "{}", "dead_letter_config": {"arn": plain.arn},
        "retry_policy": {"maximum_event_age_in_seconds": 600, "maximum_retry_attempts": 2}})

pool = aws.cognito.UserPool("pool", name="platform-users", mfa_configuration="OPTIONAL",
    software_token_mfa_configuration={"enabled": True}, auto_verified_attributes=["email"],
    username_attributes=["email"], password_policy={"minimum_length": 12, "require_lowercase": True,
        "require_numbers": True, "require_symbols": True, "require_uppercase": True,
        "temporary_password_validity_days": 7}, deletion_protection="INACTIVE",
    account_recovery_setting={"recovery_mechanisms": [{"name": "verified_email", "priority": 1}]},
    user_pool_add_ons={"advanced_security_mode": "ENFORCED"}, tags=tags)
client = aws.cognito.UserPoolClient("client", name="web-app-client", user_pool_id=pool.id,
    explicit_auth_flows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH"],
    prevent_user_existence_errors="ENABLED", access_token_validity=60, id_token_validity=60, refresh_token_validity=30,
    token_validity_units={"access_token": "minutes", "id_token": "minutes", "refresh_token": "days"})
domain = aws.cognito.UserPoolDomain("domain", domain="shop-111111111111", user_pool_id=pool.id)

api = aws.apigatewayv2.Api("api", name="orders", protocol_type="HTTP", cors_configuration={
    "allow_origins": ["https://app.example.com"], "allow_methods": ["GET", "POST"], "max_age": 300}, tags=tags)
authorizer = aws.apigatewayv2.Authorizer("authorizer", name="jwt", api_id=api.id, authorizer_type="JWT",
    identity_sources=["$request.header.Authorization"], jwt_configuration={"audiences": [client.id],
        "issuer": Output.concat("https://cognito-idp.", region, ".amazonaws.com/", pool.id)})
integration = aws.apigatewayv2.Integration("integration", api_id=api.id, integration_type="AWS_PROXY",
    integration_uri=function.invoke_arn, payload_format_version="2.0", timeout_milliseconds=10000)
route = aws.apigatewayv2.Route("route", api_id=api.id, route_key="ANY /api/v1/{proxy+}", authorization_type="JWT",
    authorizer_id=authorizer.id, target=Output.concat("integrations/", integration.id))
access = aws.cloudwatch.LogGroup("access", name="/aws/apigateway/orders", retention_in_days=30)
stage = aws.apigatewayv2.Stage("stage", api_id=api.id, name="$default", auto_deploy=True, access_log_settings={
    "destination_arn": access.arn, "format": json.dumps({"requestId": "$context.requestId"})},
    default_route_settings={"throttling_burst_limit": 5000, "throttling_rate_limit": 10000,
        "detailed_metrics_enabled": True}, tags=tags)

bucket = aws.s3.Bucket("bucket", bucket="uploads-111111111111", force_destroy=True, tags=tags)
versions = aws.s3.BucketVersioning("versions", bucket=bucket.id, versioning_configuration={"status": "Enabled"})
sealed = aws.s3.BucketServerSideEncryptionConfiguration("sealed", bucket=bucket.id, rules=[{
    "bucket_key_enabled": True, "apply_server_side_encryption_by_default": {
        "sse_algorithm": "aws:kms", "kms_master_key_id": key.arn}}])
private = aws.s3.BucketPublicAccessBlock("private", bucket=bucket.id, block_public_acls=True, block_public_policy=True,
    ignore_public_acls=True, restrict_public_buckets=True)
kept = aws.s3.BucketLifecycleConfiguration("kept", bucket=bucket.id, rules=[{"id": "old", "status": "Enabled",
    "filter": {"prefix": ""}, "noncurrent_version_expiration": {"noncurrent_days": 30}}])
secure = aws.s3.BucketPolicy("secure", bucket=bucket.id, policy=bucket.arn.apply(lambda arn: json.dumps({
    "Version": "2012-10-17", "Statement": [{"Sid": "tls", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
    "Resource": [arn, arn + "/*"], "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]})))
notify = aws.s3.BucketNotification("notify", bucket=bucket.id, eventbridge=True, lambda_functions=[{
    "lambda_function_arn": function.arn, "events": ["s3:ObjectCreated:*"], "filter_prefix": "in/"}])
pulumi.export("machine", machine.arn)
"""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    opened = Session.open(home=tmp_path_factory.mktemp("atoll"), port=0, profiles=[Profile.EXECUTION])
    yield opened
    opened.cloud.stop()


def changes(project: Project, *arguments: str) -> dict[str, Any]:
    steps = json.loads(project.pulumi("preview", "--json", *arguments))["steps"]
    quiet = ("same", "refresh")
    return {
        step["urn"].split("::")[-1]: (step["op"], step.get("detailedDiff")) for step in steps if step["op"] not in quiet
    }


def test_everything_that_runs_is_deployed_unchanged_when_looked_at_again_and_destroyed(
    session: Session, tmp_path: Path
):
    project = Project.write(session, tmp_path, PROGRAM)
    project.up()
    assert changes(project) == {}, "a preview right after up"
    assert changes(project, "--refresh") == {}, "a preview against what the cloud holds"
    project.pulumi("destroy", "--yes", "--skip-preview")
    assert json.loads(project.pulumi("stack", "export"))["deployment"].get("resources", []) == []
