"""Interfaces of services: HTTP, REST, WebSocket and GraphQL APIs, and the way to containers (API-1, API-2)."""

from components.api.api_domain import ApiDomain, ApiDomainArgs
from components.api.api_logging import ApiLogging, ApiLoggingArgs
from components.api.callers import TokenIssuer
from components.api.container_route import ContainerRoute, ContainerRouteArgs
from components.api.graphql_api import GraphqlApi, GraphqlApiArgs
from components.api.handlers import ContainerTarget, FunctionTarget, Targets, UrlTarget
from components.api.http_api import HttpApi, HttpApiArgs
from components.api.internal_load_balancer import InternalLoadBalancer, InternalLoadBalancerArgs
from components.api.rest_api import RestApi, RestApiArgs
from components.api.rest_vpc_link import RestVpcLink, RestVpcLinkArgs
from components.api.vpc_link import VpcLink, VpcLinkArgs
from components.api.websocket_api import WebSocketApi, WebSocketApiArgs

__all__ = [
    "ApiDomain",
    "ApiDomainArgs",
    "ApiLogging",
    "ApiLoggingArgs",
    "ContainerRoute",
    "ContainerRouteArgs",
    "ContainerTarget",
    "FunctionTarget",
    "GraphqlApi",
    "GraphqlApiArgs",
    "HttpApi",
    "HttpApiArgs",
    "InternalLoadBalancer",
    "InternalLoadBalancerArgs",
    "RestApi",
    "RestApiArgs",
    "RestVpcLink",
    "RestVpcLinkArgs",
    "Targets",
    "TokenIssuer",
    "UrlTarget",
    "VpcLink",
    "VpcLinkArgs",
    "WebSocketApi",
    "WebSocketApiArgs",
]
