"""Interfaces of services: HTTP, REST, WebSocket and GraphQL APIs, and the way to containers (API-1, API-2)."""

from components.api.api_domain import ApiDomain, ApiDomainArgs
from components.api.callers import TokenIssuer
from components.api.handlers import ContainerTarget, FunctionTarget, Targets
from components.api.http_api import HttpApi, HttpApiArgs

__all__ = [
    "ApiDomain",
    "ApiDomainArgs",
    "ContainerTarget",
    "FunctionTarget",
    "HttpApi",
    "HttpApiArgs",
    "Targets",
    "TokenIssuer",
]
