"""The service roles, and which AWS services may take each (IAM-1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any

from components.identity.service_trust import trust_statement


@unique
class ServiceRole(StrEnum):
    """Document 004's service roles and service accounts; the value is the role's name before `-<environment>`."""

    ECS_TASK_EXECUTION = "ECSTaskExecutionRole"
    ECS_TASK = "ECSTaskRole"
    LAMBDA_EXECUTION = "LambdaExecutionRole"
    RDS_ENHANCED_MONITORING = "RDSEnhancedMonitoringRole"
    PIPELINE = "CICDPipelineRole"
    MONITORING = "MonitoringRole"
    BACKUP = "BackupServiceRole"

    @property
    def slug(self) -> str:
        """Stable key in logical names, such as `ecs-task-execution`."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True)
class Scope:
    """Where the roles work: what every ARN pattern is made of."""

    environment: str
    region: str
    account_id: str
    account_name: str = ""
    """What names carry that all regions of the account share, where it is not the environment alone."""

    @property
    def shared(self) -> str:
        """The environment, as names have it that all regions of the account share: `prod`, or `prod-us-west-2`."""
        return self.account_name or self.environment

    def role_name(self, role: ServiceRole) -> str:
        """Physical name, such as `ECSTaskRole-dev`."""
        return f"{role}-{self.shared}"

    def role_arn(self, role: ServiceRole) -> str:
        """ARN, known before the role is made."""
        return f"arn:aws:iam::{self.account_id}:role/{self.role_name(role)}"

    def arn(self, service: str, resource: str) -> str:
        """ARN of a regional resource of this account."""
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{resource}"


@dataclass(frozen=True)
class Trusted:
    """A service that may take a role."""

    principal: str
    source: tuple[str, str] | None
    """Service and resource part of the ARN on whose behalf it acts; None where the service sends no such ARN."""


TRUST: dict[ServiceRole, tuple[Trusted, ...]] = {
    ServiceRole.ECS_TASK_EXECUTION: (Trusted("ecs-tasks.amazonaws.com", ("ecs", "*")),),
    ServiceRole.ECS_TASK: (Trusted("ecs-tasks.amazonaws.com", ("ecs", "*")),),
    # A function's ARN is not sent while the function is being made, so a condition on it would block the first
    # deployment.
    ServiceRole.LAMBDA_EXECUTION: (Trusted("lambda.amazonaws.com", None),),
    ServiceRole.RDS_ENHANCED_MONITORING: (Trusted("monitoring.rds.amazonaws.com", ("rds", "db:*")),),
    ServiceRole.PIPELINE: (
        Trusted("codebuild.amazonaws.com", ("codebuild", "project/*")),
        Trusted("codepipeline.amazonaws.com", ("codepipeline", "*")),
    ),
    ServiceRole.MONITORING: (Trusted("grafana.amazonaws.com", ("grafana", "/workspaces/*")),),
    ServiceRole.BACKUP: (Trusted("backup.amazonaws.com", None),),
}
"""Role → who may take it, always on behalf of this account (no confused deputy)."""


def trust_policy(role: ServiceRole, scope: Scope) -> dict[str, Any]:
    """The trust policy of a role: one statement for each service."""
    statements: list[dict[str, Any]] = []
    for trusted in TRUST[role]:
        sid = "".join(word.capitalize() for word in trusted.principal.split(".")[0].split("-"))
        source = scope.arn(*trusted.source) if trusted.source is not None else None
        statements.append(trust_statement(sid, trusted.principal, scope.account_id, source))
    return {"Version": "2012-10-17", "Statement": statements}
