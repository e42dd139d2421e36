"""IAM roles (IAM-1)."""

from components.identity.roles import ServiceRole
from components.identity.service_roles import ServiceRoles, ServiceRolesArgs
from components.identity.workload_role import WorkloadRole, WorkloadRoleArgs, taken_by_consumer, taken_by_tasks

__all__ = [
    "ServiceRole",
    "ServiceRoles",
    "ServiceRolesArgs",
    "WorkloadRole",
    "WorkloadRoleArgs",
    "taken_by_consumer",
    "taken_by_tasks",
]
