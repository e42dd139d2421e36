"""VPC, endpoints and security groups (NET-1, NET-3, NET-4, NET-6)."""

from components.network.endpoints import Endpoints, EndpointsArgs
from components.network.flow_logs import FlowLogs, FlowLogsArgs
from components.network.security_groups import Group, SecurityGroups, SecurityGroupsArgs
from components.network.vpc import Vpc, VpcArgs

__all__ = [
    "Endpoints",
    "EndpointsArgs",
    "FlowLogs",
    "FlowLogsArgs",
    "Group",
    "SecurityGroups",
    "SecurityGroupsArgs",
    "Vpc",
    "VpcArgs",
]
