"""VPC, endpoints and security groups (NET-1, NET-3, NET-4, NET-6).

What joins networks (NET-2, NET-5) is imported from its own modules, for most stacks do without.
"""

from components.network.endpoints import Endpoints, EndpointsArgs
from components.network.flow_logs import FlowLogs, FlowLogsArgs
from components.network.network_load_balancer import NetworkLoadBalancer, NetworkLoadBalancerArgs
from components.network.private_endpoint import PrivateEndpoint, PrivateEndpointArgs
from components.network.private_endpoint_service import PrivateEndpointService, PrivateEndpointServiceArgs
from components.network.security_groups import Group, SecurityGroups, SecurityGroupsArgs
from components.network.service_security import ServiceSecurity, ServiceSecurityArgs
from components.network.vpc import Vpc, VpcArgs

__all__ = [
    "Endpoints",
    "EndpointsArgs",
    "FlowLogs",
    "FlowLogsArgs",
    "Group",
    "NetworkLoadBalancer",
    "NetworkLoadBalancerArgs",
    "PrivateEndpoint",
    "PrivateEndpointArgs",
    "PrivateEndpointService",
    "PrivateEndpointServiceArgs",
    "SecurityGroups",
    "SecurityGroupsArgs",
    "ServiceSecurity",
    "ServiceSecurityArgs",
    "Vpc",
    "VpcArgs",
]
