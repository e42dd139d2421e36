"""Service roles: names, who may take them, and what each may do (IAM-1)."""

from __future__ import annotations

import json
import re
from typing import Any, cast

import botocore.session
import pytest

from components.identity import ServiceRole, ServiceRoles, ServiceRolesArgs
from components.identity.permissions import own_policy
from components.identity.roles import Scope
from components.identity.statements import UNSCOPED_ACTIONS
from components.security.key_policy import PURPOSES
from tests.kit import ACCOUNT, REGION, GraphView, record_component

SCOPE = Scope("test", REGION, ACCOUNT)
ROLE = "aws:iam/role:Role"
POLICY = "aws:iam/rolePolicy:RolePolicy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"


def record_roles(**changes: Any) -> GraphView:
    values: dict[str, Any] = {"environment": "test", "region": REGION, "account_id": ACCOUNT}
    return record_component(lambda: ServiceRoles("test", args=ServiceRolesArgs(**(values | changes))))


def inputs_of(view: GraphView, name: str) -> dict[str, Any]:
    return cast("dict[str, Any]", view.node(name).inputs)


@pytest.fixture(scope="module")
def view() -> GraphView:
    return record_roles()


@pytest.fixture(scope="module")
def policies(view: GraphView) -> dict[str, list[dict[str, Any]]]:
    """Name of a role → the statements of its own policy, as recorded."""
    return {
        node.name.removeprefix("test-role-policy-"): json.loads(str(node.inputs["policy"]))["Statement"]
        for node in view.graph.of_type(POLICY)
    }


def grants(statements: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {statement["Sid"]: statement for statement in statements}


def actions(statement: dict[str, Any]) -> list[str]:
    return [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]


def test_roles_carry_the_documents_names_when_made(view: GraphView) -> None:
    assert {node.inputs["name"] for node in view.graph.of_type(ROLE)} == {
        "ECSTaskExecutionRole-test",
        "ECSTaskRole-test",
        "LambdaExecutionRole-test",
        "RDSEnhancedMonitoringRole-test",
        "CICDPipelineRole-test",
        "MonitoringRole-test",
        "BackupServiceRole-test",
    }


def test_children_are_roles_policies_and_attachments_when_made(view: GraphView) -> None:
    slugs = [role.slug for role in ServiceRole]
    view.assert_children(
        "test",
        {
            *((ROLE, f"test-role-{slug}") for slug in slugs),
            *((POLICY, f"test-role-policy-{slug}") for slug in slugs if slug != "rds-enhanced-monitoring"),
            (ATTACHMENT, "test-role-attachment-rds-enhanced-monitoring-AmazonRDSEnhancedMonitoringRole"),
            *(
                (ATTACHMENT, f"test-role-attachment-backup-AWSBackupServiceRolePolicyFor{what}")
                for what in ("Backup", "Restores", "S3Backup", "S3Restore")
            ),
        },
    )
    for slug in slugs:
        if slug != "rds-enhanced-monitoring":
            view.assert_wired(f"test-role-policy-{slug}", "role", f"test-role-{slug}.name")


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("ecs-task-execution", {"ecs-tasks.amazonaws.com": f"arn:aws:ecs:{REGION}:{ACCOUNT}:*"}),
        ("ecs-task", {"ecs-tasks.amazonaws.com": f"arn:aws:ecs:{REGION}:{ACCOUNT}:*"}),
        ("lambda-execution", {"lambda.amazonaws.com": None}),
        ("rds-enhanced-monitoring", {"monitoring.rds.amazonaws.com": f"arn:aws:rds:{REGION}:{ACCOUNT}:db:*"}),
        (
            "pipeline",
            {
                "codebuild.amazonaws.com": f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/*",
                "codepipeline.amazonaws.com": f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:*",
            },
        ),
        ("monitoring", {"grafana.amazonaws.com": f"arn:aws:grafana:{REGION}:{ACCOUNT}:/workspaces/*"}),
        ("backup", {"backup.amazonaws.com": None}),
    ],
)
def test_role_is_taken_only_by_its_services_for_this_account_when_assumed(
    view: GraphView, slug: str, expected: dict[str, str | None]
) -> None:
    trust = json.loads(inputs_of(view, f"test-role-{slug}")["assumeRolePolicy"])["Statement"]
    assert {statement["Principal"]["Service"] for statement in trust} == expected.keys()
    for statement in trust:
        source = expected[statement["Principal"]["Service"]]
        assert (statement["Effect"], statement["Action"]) == ("Allow", "sts:AssumeRole")
        assert statement["Condition"] == {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            **({"ArnLike": {"aws:SourceArn": source}} if source else {}),
        }


def test_sessions_last_an_hour_when_roles_are_taken(view: GraphView) -> None:
    assert {node.inputs["maxSessionDuration"] for node in view.graph.of_type(ROLE)} == {3600}


def test_boundary_caps_every_role_exactly_when_one_is_given(view: GraphView) -> None:
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
    capped = record_roles(permissions_boundary_arn=boundary)
    assert {node.inputs["permissionsBoundary"] for node in capped.graph.of_type(ROLE)} == {boundary}
    assert not [node for node in view.graph.of_type(ROLE) if "permissionsBoundary" in node.inputs]


def test_managed_policies_are_awss_service_role_ones_when_attached(view: GraphView) -> None:
    attached = {node.inputs["policyArn"] for node in view.graph.of_type(ATTACHMENT)}
    prefix = "arn:aws:iam::aws:policy/"
    assert attached == {
        f"{prefix}service-role/AmazonRDSEnhancedMonitoringRole",
        f"{prefix}service-role/AWSBackupServiceRolePolicyForBackup",
        f"{prefix}service-role/AWSBackupServiceRolePolicyForRestores",
        f"{prefix}AWSBackupServiceRolePolicyForS3Backup",
        f"{prefix}AWSBackupServiceRolePolicyForS3Restore",
    }


def test_no_action_is_a_wildcard_when_any_policy_is_read(policies: dict[str, list[dict[str, Any]]]) -> None:
    pattern = re.compile(r"[a-z0-9-]+:[A-Za-z]+\d*[A-Za-z]*")
    found = {action for statements in policies.values() for each in statements for action in actions(each)}
    assert found
    assert not [action for action in found if not pattern.fullmatch(action)]
    assert not [each for statements in policies.values() for each in statements if "NotAction" in each]
    assert not [each for statements in policies.values() for each in statements if "NotResource" in each]


def test_statements_have_unique_names_when_policies_are_read(policies: dict[str, list[dict[str, Any]]]) -> None:
    for statements in policies.values():
        sids = [statement["Sid"] for statement in statements]
        assert len(sids) == len(set(sids))
        assert all(re.fullmatch(r"[A-Za-z0-9]+", sid) for sid in sids)


def test_every_resource_is_scoped_when_aws_can_scope_the_action(policies: dict[str, list[dict[str, Any]]]) -> None:
    unscoped = {
        action
        for statements in policies.values()
        for statement in statements
        if statement["Resource"] in ("*", ["*"])
        for action in actions(statement)
    }
    assert unscoped == set(UNSCOPED_ACTIONS), "a Resource of * needs a reason in UNSCOPED_ACTIONS, and a reason a use"


def test_scoped_resources_are_this_accounts_when_policies_are_read(policies: dict[str, list[dict[str, Any]]]) -> None:
    for statements in policies.values():
        for statement in statements:
            resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
            for resource in resources:
                assert resource == "*" or ACCOUNT in resource, (statement["Sid"], resource)


PERMISSION_ONLY = {
    "dynamodb:ConditionCheckItem",
    "iam:PassRole",
    "rds-db:connect",
    "s3:ListBucket",
    "s3:GetObjectVersion",
}
"""Actions that are no API operation of their own name."""
CLIENTS = {"tag": "resourcegroupstaggingapi"}
"""IAM prefix → botocore's service name where they differ."""


def test_actions_are_operations_of_their_services_when_botocore_knows_them(
    policies: dict[str, list[dict[str, Any]]],
) -> None:
    loader = botocore.session.get_session()
    found = {action for statements in policies.values() for each in statements for action in actions(each)}
    wrong: set[str] = set()
    for action in found - PERMISSION_ONLY:
        prefix, operation = action.split(":")
        model = loader.get_service_model(CLIENTS.get(prefix, prefix))
        if operation not in model.operation_names:
            wrong.add(action)
    assert not wrong
    assert found >= PERMISSION_ONLY


def test_tasks_start_with_images_logs_and_configuration_of_their_environment(
    policies: dict[str, list[dict[str, Any]]],
) -> None:
    found = grants(policies["ecs-task-execution"])
    assert {sid: statement["Resource"] for sid, statement in found.items()} == {
        "LogInToRegistry": "*",
        "PullImages": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/test/*",
        "WriteLogs": [f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/ecs/app-service-test:*"],
        "ReadSecrets": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:atoll/test/*",
        "ReadParameters": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/atoll/test/*",
        "DecryptConfiguration": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/*",
    }
    assert found["DecryptConfiguration"]["Condition"] == {
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": ["alias/atoll-test-secrets"]}
    }


def test_application_cannot_read_secrets_of_the_platform_when_it_runs(
    policies: dict[str, list[dict[str, Any]]],
) -> None:
    allowed = {action for statement in policies["ecs-task"] for action in actions(statement)}
    assert not [action for action in allowed if action.split(":")[0] in {"secretsmanager", "ssm", "iam", "sts"}]
    assert grants(policies["ecs-task"])["LogInToDatabase"]["Resource"].endswith(":dbuser:*/app")
    assert grants(policies["ecs-task"])["SendMetrics"]["Condition"] == {
        "StringEquals": {"cloudwatch:namespace": "Atoll/test"}
    }


def test_function_code_may_not_touch_network_interfaces_when_lambda_may(
    policies: dict[str, list[dict[str, Any]]],
) -> None:
    found = grants(policies["lambda-execution"])
    assert found["KeepCodeFromNetworkInterfaces"]["Effect"] == "Deny"
    assert found["KeepCodeFromNetworkInterfaces"]["Action"] == found["AttachToVpc"]["Action"]
    assert found["KeepCodeFromNetworkInterfaces"]["Condition"] == {
        "ArnLike": {"lambda:SourceFunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:*"}
    }


def test_only_the_pipeline_passes_roles_and_only_to_tasks(policies: dict[str, list[dict[str, Any]]]) -> None:
    passing = {
        slug: statement
        for slug, statements in policies.items()
        for statement in statements
        if "iam:PassRole" in actions(statement)
    }
    assert passing.keys() == {"pipeline"}
    assert passing["pipeline"]["Resource"] == [
        f"arn:aws:iam::{ACCOUNT}:role/ECSTaskExecutionRole-test",
        f"arn:aws:iam::{ACCOUNT}:role/ECSTaskRole-test",
    ]
    assert passing["pipeline"]["Condition"] == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}


@pytest.mark.parametrize("role", ServiceRole)
def test_policy_fits_iams_limit_when_written(role: ServiceRole) -> None:
    document = own_policy(role, Scope("env-a-rather-long-name", "ap-southeast-2", ACCOUNT))
    characters = re.sub(r"\s", "", json.dumps(document))
    assert len(characters) <= 10_240, "inline policies of a role share 10,240 characters"
    assert len(Scope("env-a-rather-long-name", REGION, ACCOUNT).role_name(role)) <= 64


@pytest.mark.parametrize("role", ServiceRole)
def test_arn_known_beforehand_is_the_roles_when_named(role: ServiceRole) -> None:
    assert SCOPE.role_arn(role) == f"arn:aws:iam::{ACCOUNT}:role/{role.value}-test"


def test_key_policies_admit_what_roles_may_do_when_a_role_uses_a_key(policies: dict[str, list[dict[str, Any]]]) -> None:
    using = [
        statement["Condition"]
        for statements in policies.values()
        for statement in statements
        if any(action.startswith("kms:") for action in actions(statement))
    ]
    assert len(using) == 8
    for condition in using:
        purposes = [
            alias.removeprefix("alias/atoll-test-")
            for alias in condition["ForAnyValue:StringEquals"]["kms:ResourceAliases"]
        ]
        through = condition.get("StringEquals", {}).get("kms:ViaService", [])
        services = {name.split(".")[0] for name in ([through] if isinstance(through, str) else through)}
        assert services <= {service for purpose in purposes for service in PURPOSES[purpose].via}
