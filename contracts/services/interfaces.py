"""What a service provides to others: HTTP, WebSocket, gRPC and GraphQL interfaces, and events (API-1, API-2, EVT-1)."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

from pydantic import Field

from contracts.services.base import Clause
from contracts.services.kinds import (
    DetailType,
    DocumentPath,
    EventSource,
    FieldPath,
    GraphqlField,
    HeaderName,
    Origin,
    ResourceName,
    ResourceRef,
    RouteKey,
    Scope,
    SocketRoute,
)
from contracts.services.workflows import Workflow
from contracts.settings.kind import between, one_of
from contracts.settings.kinds import Domain, LogRetention


@unique
class Exposure(StrEnum):
    """Who can reach an interface over the network."""

    PUBLIC = "public"
    """The internet, through API Gateway."""
    INTERNAL = "internal"
    """Services in the same VPC."""
    PARTNER = "partner"
    """Other accounts of the organization, through PrivateLink."""


@unique
class ApiKind(StrEnum):
    """Which API of API Gateway carries an HTTP interface."""

    HTTP = "http"
    REST = "rest"
    """With usage plans and keys."""


class Handler(Clause):
    """What answers: a function or a container of this service; exactly one is given."""

    function: ResourceName | None = None
    """Name of a function below compute.functions; left out for a container."""
    container: ResourceName | None = None
    """Name below compute.ecs, compute.eks or compute.app_runner, reached through a VPC link to the internal load
    balancer; left out for a function."""


class Cors(Clause):
    """Which pages of other origins may call an HTTP interface from a browser."""

    origins: tuple[Origin, ...]
    """Origins such as `https://platform.example.com`, or `*`."""
    methods: tuple[
        Annotated[str, one_of(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "*"), "an HTTP method")], ...
    ]
    """HTTP methods."""
    headers: tuple[HeaderName, ...] = ()
    """Request headers that pages may set; none if left out."""
    max_age_seconds: Annotated[int, between(0, 86400, "seconds")] = 0
    """How long a browser may keep the answer; 0 if left out."""
    credentials: bool = False
    """Whether cookies are sent along; false if left out, and never with the origin `*`."""


class JwtAuthorizer(Clause):
    """Lets in callers with a token of a user pool."""

    name: ResourceName
    """Name of the authorizer, such as `jwt-authorizer`."""
    user_pool: ResourceRef
    """User pool that issues the tokens, such as `user/user#platform-users`."""
    clients: tuple[ResourceName, ...]
    """Clients of that pool whose tokens are accepted (audience)."""
    identity_source: Annotated[
        str, one_of(("$request.header.Authorization", "$request.querystring.token"), "an identity source")
    ] = "$request.header.Authorization"
    """Where the token stands; `$request.header.Authorization` if left out."""
    scopes: tuple[Scope, ...] = ()
    """OAuth scopes of which a caller needs one; none are asked for if left out."""


class Throttling(Clause):
    """How many requests are let through."""

    burst: Annotated[int, between(1, 5000, "requests")]
    """Requests at once, 1 to 5000."""
    rate: Annotated[int, between(1, 10000, "requests a second")]
    """Requests a second in the long run, 1 to 10000."""


class UsagePlan(Clause):
    """What the holder of an API key may use."""

    throttling: Throttling
    """How many requests each key gets through."""
    quota: Annotated[int, between(1, 1_000_000_000, "requests")] | None = None
    """Requests per `period`; no quota if left out."""
    period: Annotated[str, one_of(("DAY", "WEEK", "MONTH"), "a period")] = "MONTH"
    """Period of the quota; MONTH if left out."""
    keys: tuple[ResourceName, ...]
    """Names of the API keys in the plan; their values are made by AWS."""


class HttpInterface(Clause):
    """Operations over HTTP, described by an OpenAPI document."""

    document: DocumentPath
    """OpenAPI 3.1 document; its operations are what others may call."""
    exposure: Exposure
    """Who can reach it."""
    kind: ApiKind = ApiKind.HTTP
    """`http` or `rest`; `http` if left out."""
    routes: dict[RouteKey, Handler]
    """Route such as `ANY /api/v1/{proxy+}` → what answers."""
    cors: Cors | None = None
    """Pages of other origins that may call it; none if left out."""
    authorizer: JwtAuthorizer | None = None
    """Whom it lets in; left out, callers of the platform sign with IAM."""
    anonymous: bool = False
    """Let everyone in; false if left out, and never beside an authorizer."""
    throttling: Throttling | None = None
    """How many requests are let through; the account's limits if left out."""
    domain: Domain | None = None
    """Custom domain name such as `api.example.com`; the API's own address if left out."""
    access_log_days: LogRetention | None = None
    """Days that the access log is kept; no access log if left out."""
    usage_plans: dict[ResourceName, UsagePlan] = Field(default_factory=dict[ResourceName, UsagePlan])
    """Usage plans with API keys, for the kind `rest`; none if left out."""


class WebSocketInterface(Clause):
    """Two-way messages with browsers."""

    routes: dict[SocketRoute, Handler]
    """`$connect`, `$disconnect`, `$default` or an action → what answers."""
    selection: FieldPath = "action"
    """Field of a message that names the action; `action` if left out."""
    messages: DocumentPath | None = None
    """JSON Schema of the messages; left out where they are free."""
    throttling: Throttling | None = None
    """How many messages are let through; the account's limits if left out."""
    access_log_days: LogRetention | None = None
    """Days that the access log is kept; no access log if left out."""


class GrpcInterface(Clause):
    """Services over gRPC."""

    document: DocumentPath
    """Protocol buffers file with the services."""
    container: ResourceName
    """Name below compute.ecs or compute.eks that answers."""
    exposure: Exposure = Exposure.INTERNAL
    """Who can reach it; `internal` if left out."""


class GraphqlInterface(Clause):
    """A GraphQL API on AppSync."""

    document: DocumentPath
    """Schema in GraphQL's definition language."""
    resolvers: dict[GraphqlField, Handler]
    """Field such as `Query.order` → what answers."""
    authorizer: JwtAuthorizer | None = None
    """Whom it lets in; left out, callers sign with IAM."""
    cache_seconds: Annotated[int, between(1, 3600, "seconds")] | None = None
    """How long answers are cached; not at all if left out."""
    log_days: LogRetention | None = None
    """Days that the log is kept; no log if left out."""


class Event(Clause):
    """One type of event that the service publishes, on a bus or on a topic."""

    detail_type: DetailType
    """Type of the event, such as `User Registered`."""
    source: EventSource
    """Source of the event, such as `user-service`."""
    document: DocumentPath
    """JSON Schema of the event's detail."""
    bus: ResourceRef | None = None
    """EventBridge bus such as `platform/events#application-events`; left out for a topic."""
    topic: ResourceRef | None = None
    """SNS topic; left out for a bus."""
    group_by: FieldPath | None = None
    """Field whose value is the message group on a FIFO topic; left out elsewhere."""
    by: tuple[ResourceName, ...] = ()
    """Functions and containers that publish it; everything the contract runs if left out."""


class Provides(Clause):
    """What others may rely on."""

    http: dict[ResourceName, HttpInterface] = Field(default_factory=dict[ResourceName, HttpInterface])
    """HTTP interfaces; none if left out."""
    websocket: dict[ResourceName, WebSocketInterface] = Field(default_factory=dict[ResourceName, WebSocketInterface])
    """WebSocket interfaces; none if left out."""
    grpc: dict[ResourceName, GrpcInterface] = Field(default_factory=dict[ResourceName, GrpcInterface])
    """gRPC interfaces; none if left out."""
    graphql: dict[ResourceName, GraphqlInterface] = Field(default_factory=dict[ResourceName, GraphqlInterface])
    """GraphQL interfaces; none if left out."""
    events: dict[ResourceName, Event] = Field(default_factory=dict[ResourceName, Event])
    """Events by the name that consumers use, such as `UserRegistered`; none if left out."""
    workflows: dict[ResourceName, Workflow] = Field(default_factory=dict[ResourceName, Workflow])
    """Workflows that others may start; none if left out."""
