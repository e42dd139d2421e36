"""What each service role may do: one statement for each need, exact actions, resources of its environment (IAM-1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from components.identity.operations_permissions import backup, monitoring, pipeline
from components.identity.roles import Scope, ServiceRole
from components.identity.statements import Statement
from components.identity.workload_permissions import functions, task, task_execution

OWN_POLICIES: dict[ServiceRole, Callable[[Scope], list[Statement]]] = {
    ServiceRole.ECS_TASK_EXECUTION: task_execution,
    ServiceRole.ECS_TASK: task,
    ServiceRole.LAMBDA_EXECUTION: functions,
    ServiceRole.PIPELINE: pipeline,
    ServiceRole.MONITORING: monitoring,
    ServiceRole.BACKUP: backup,
}
"""Role → statements of its own policy."""

MANAGED_POLICIES: dict[ServiceRole, tuple[str, ...]] = {
    ServiceRole.RDS_ENHANCED_MONITORING: ("service-role/AmazonRDSEnhancedMonitoringRole",),
    ServiceRole.BACKUP: (
        "service-role/AWSBackupServiceRolePolicyForBackup",
        "service-role/AWSBackupServiceRolePolicyForRestores",
        "AWSBackupServiceRolePolicyForS3Backup",
        "AWSBackupServiceRolePolicyForS3Restore",
    ),
}
"""Role → AWS's policies, only those AWS writes for exactly this service role and keeps current with the service."""


def own_policy(role: ServiceRole, scope: Scope) -> dict[str, Any] | None:
    """The policy document of a role; None where AWS's managed policy is all it needs."""
    statements = OWN_POLICIES.get(role)
    return None if statements is None else {"Version": "2012-10-17", "Statement": statements(scope)}
