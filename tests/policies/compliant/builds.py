"""Builds, images and state machines as they should be."""

from __future__ import annotations

from pulumi_aws import codebuild, ecr, sfn

from tests.policies.compliant.messages import PARTNER

ROLE = "arn:aws:iam::111122223333:role/build"


def program() -> None:
    """A build with its repository, and a state machine."""
    repository = ecr.Repository(
        "repository", image_scanning_configuration={"scan_on_push": True}, image_tag_mutability="IMMUTABLE"
    )
    ecr.LifecyclePolicy("repository-lifecycle", repository=repository.name, policy='{"rules": []}')
    ecr.RepositoryPolicy("repository-policy", repository=repository.name, policy=PARTNER)
    codebuild.Project(
        "build",
        service_role=ROLE,
        artifacts={"type": "NO_ARTIFACTS"},
        source={"type": "NO_SOURCE", "buildspec": "version: 0.2"},
        encryption_key="alias/builds",
        environment={
            "compute_type": "BUILD_GENERAL1_SMALL",
            "image": "aws/codebuild/standard:7.0",
            "type": "LINUX_CONTAINER",
            "environment_variables": [
                {"name": "STAGE", "value": "prod"},
                {"name": "TOKEN", "type": "SECRETS_MANAGER", "value": "atoll/prod/build:token"},
            ],
        },
    )
    sfn.StateMachine(
        "machine",
        role_arn=ROLE,
        definition="{}",
        logging_configuration={
            "level": "ERROR",
            "log_destination": "arn:aws:logs:us-east-1:111122223333:log-group:machine:*",
        },
    )
