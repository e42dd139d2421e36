"""IAM roles (IAM-1)."""

from components.identity.roles import ServiceRole
from components.identity.service_roles import ServiceRoles, ServiceRolesArgs

__all__ = ["ServiceRole", "ServiceRoles", "ServiceRolesArgs"]
