from __future__ import annotations

import json
from typing import Any

import pytest

from tests.components.delivery.samples import KEY, statements_of, view
from tests.kit import ACCOUNT
from tests.kit.plain import plain

BUILDS = ("deploy", "image", "scan", "test", "validate", "verify")


def pipeline(kind: str = "github") -> dict[str, Any]:
    return plain(view(kind).node("test-pipeline").inputs)


def stage(name: str) -> list[dict[str, Any]]:
    [found] = [each for each in pipeline()["stages"] if each["name"] == name]
    return found["actions"]


def order(name: str) -> list[tuple[int, str]]:
    return [(action["runOrder"], action["name"]) for action in stage(name)]


def told(name: str, action: str) -> dict[str, str]:
    """Environment variables that an action gives its build."""
    [found] = [each for each in stage(name) if each["name"] == action]
    return {each["name"]: each["value"] for each in json.loads(found["configuration"]["EnvironmentVariables"])}


def statements(name: str) -> dict[str, dict[str, Any]]:
    return statements_of(view(), name)


def test_children_are_exactly_these_when_the_source_is_github() -> None:
    view().assert_children(
        "test",
        {
            ("atoll:delivery:CodeRepository", "test"),
            ("atoll:delivery:DeliveryPipeline", "test"),
            ("atoll:storage:Bucket", "test-bucket-artifacts"),
            ("aws:ec2/securityGroup:SecurityGroup", "test-security-group-builds"),
            ("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "test-rule-builds-egress-anywhere-443"),
            *(("atoll:delivery:BuildProject", f"test-build-{build}") for build in BUILDS),
        },
        "atoll:delivery:Delivery",
    )


def test_a_change_passes_the_documents_stages_when_it_is_committed() -> None:
    assert [each["name"] for each in pipeline()["stages"]] == [
        "Source",
        "Build",
        "Deploy-development",
        "Deploy-staging",
        "Deploy-production",
    ]
    assert order("Build") == [(1, "Validate"), (1, "Test"), (1, "Scan"), (2, "Images")]
    assert order("Deploy-development") == [(1, "Deploy"), (2, "Test-smoke"), (2, "Test-integration")]
    assert order("Deploy-staging") == [
        (1, "Approve"),
        (2, "Deploy"),
        (3, "Test-end-to-end"),
        (3, "Test-performance"),
        (3, "Test-security"),
    ]
    assert order("Deploy-production") == [(1, "Approve"), (2, "Deploy")]


def test_runs_wait_for_one_another_when_commits_come_quickly() -> None:
    assert (pipeline()["pipelineType"], pipeline()["executionMode"]) == ("V2", "QUEUED")


def test_a_push_to_the_branch_starts_it_when_the_source_is_github() -> None:
    [trigger] = pipeline()["triggers"]
    assert trigger["gitConfiguration"]["pushes"] == [{"branches": {"includes": ["main"]}}]
    [commit] = stage("Source")
    assert commit["configuration"]["FullRepositoryId"] == "acme/platform"
    view().assert_wired("test-pipeline", "stages[0].actions[0].configuration.ConnectionArn", "test-github.arn")


def test_a_commit_starts_it_by_an_event_when_the_source_is_codecommit() -> None:
    there = view("codecommit")
    assert there.value("test-repository", "repositoryName") == "platform"
    assert "triggers" not in pipeline("codecommit")
    pattern = there.value("test-commits", "eventPattern")
    assert '"CodeCommit Repository State Change"' in str(pattern)
    there.assert_wired("test-commits-pipeline", "arn", "test-pipeline.arn")


def test_each_stage_is_deployed_by_its_own_accounts_role_when_its_turn_comes() -> None:
    assert told("Deploy-development", "Deploy") == {
        "STACKS": "dev order-dev",
        "ROLE_ARN": "arn:aws:iam::222222222222:role/AtollDeploy",
        "COMMIT": "#{Source.CommitId}",
    }
    assert told("Deploy-staging", "Test-security")["TEST"] == "security"
    assert statements("test-build-deploy-role-policy")["TakeDeploymentRoles"]["Resource"] == [
        "arn:aws:iam::222222222222:role/AtollDeploy",
        "arn:aws:iam::333333333333:role/AtollDeploy",
        "arn:aws:iam::444444444444:role/AtollDeploy",
    ]


@pytest.mark.parametrize("build", BUILDS)
def test_a_build_is_private_unprivileged_and_logged_when_it_runs(build: str) -> None:
    project = f"test-build-{build}-project"
    assert view().value(project, "environment.privilegedMode") is False
    assert view().value(project, "source.buildspec") == f"delivery/{build}.yaml"
    assert view().value(project, "buildTimeout") == 45
    assert view().value(project, "vpcConfig.subnets") == ["subnet-a", "subnet-b"]
    view().assert_wired(project, "vpcConfig.securityGroupIds", "test-security-group-builds.id")
    assert view().value(f"test-build-{build}-logs", "name") == f"/aws/codebuild/test-{build}"
    assert view().value(f"test-build-{build}-logs", "retentionInDays") == 30


def test_only_https_leaves_a_build_when_it_asks_for_something() -> None:
    rule = view().node("test-rule-builds-egress-anywhere-443").inputs
    assert (rule["ipProtocol"], rule["fromPort"], rule["toPort"]) == ("tcp", 443, 443)


def test_one_deployment_runs_at_a_time_because_the_engine_locks_stacks() -> None:
    assert view().value("test-build-deploy-project", "concurrentBuildLimit") == 1


def test_artifacts_are_encrypted_and_end_when_their_time_is_over() -> None:
    assert view().value("test-bucket-artifacts", "bucket", "aws:s3/bucket:Bucket") == f"app-artifacts-test-{ACCOUNT}"
    [store] = pipeline()["artifactStores"]
    assert store["encryptionKey"] == {"id": KEY, "type": "KMS"}
    assert [rule["expiration"]["days"] for rule in rules() if "expiration" in rule] == [14]


def rules() -> list[dict[str, Any]]:
    return plain(view().node("test-bucket-artifacts-lifecycle").inputs)["rules"]
