"""A WebSocket API: two-way messages with browsers, answered by functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_aws import apigatewayv2

from components.api.access_log import SOCKET_FORMAT, access_log_group
from components.api.handlers import Targets, function_uri
from components.api.permissions import invoke_permission
from contracts.services.interfaces import WebSocketInterface

TOKEN = "atoll:api:WebSocketApi"
STAGE = "live"
CONNECT = "$connect"


@dataclass(frozen=True, kw_only=True)
class WebSocketApiArgs:
    """Wiring of a WebSocket API."""

    interface: WebSocketInterface
    region: str
    targets: Targets
    """The functions that the routes name."""
    connect_authorization: Literal["AWS_IAM", "NONE"] = "AWS_IAM"
    """Who may connect: those who sign, such as users of an identity pool; with NONE the function on `$connect` has to
    refuse strangers itself."""
    log_key_arn: pulumi.Input[str] | None = None
    """Key of the access log; None for the key that CloudWatch Logs owns."""
    timeout_ms: int = 29_000
    """Milliseconds that a function may take, 50 to 29000."""


class WebSocketApi(pulumi.ComponentResource):
    """A WebSocket API with the stage `live`, deployed at every change (API-2).

    Makes: the API (called as the component), which picks the route by a field of the message; for each function one
    integration; for each route the route and the permission to call the function from that route only; the stage with
    throttling; with `access_log_days` the log group.
    A connection is asked for once, when it is made: API Gateway has no check of single messages.
    Costs: $1.00 a million messages (of 32 KB), $0.25 a million connection minutes.
    Does not: reach containers (that takes a REST VPC link), validate messages, have a `$connect` route unless the
    contract names one: without it anybody may connect, which is refused here unless `connect_authorization` is NONE.
    The access log needs the account's role for API Gateway (`ApiLogging`, once an account and region).
    Errors: ValueError for containers, for missing targets, for a missing `$connect`.
    Source: API-2; https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api.html
    """

    api_id: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    """`wss://…/live`, to which browsers connect."""
    callback_url: pulumi.Output[str]
    """`https://…/live`, at which functions send to connections."""
    manage_connections_arn: pulumi.Output[str]
    """Resource of `execute-api:ManageConnections` for sending to any connection of this API."""
    log_group_name: pulumi.Output[str] | None

    def __init__(self, name: str, *, args: WebSocketApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _check(name, args)
        super().__init__(TOKEN, name, None, opts)
        interface = args.interface
        child = pulumi.ResourceOptions(parent=self)
        api = apigatewayv2.Api(
            f"{name}-api",
            name=name,
            protocol_type="WEBSOCKET",
            route_selection_expression=f"$request.body.{interface.selection}",
            opts=child,
        )
        integrations = {
            function: apigatewayv2.Integration(
                f"{name}-integration-{function}",
                api_id=api.id,
                integration_type="AWS_PROXY",
                integration_method="POST",
                integration_uri=function_uri(args.region, args.targets.functions[function]),
                timeout_milliseconds=args.timeout_ms,
                opts=child,
            )
            for function in dict.fromkeys(str(handler.function) for handler in interface.routes.values())
        }
        for route, handler in interface.routes.items():
            function = str(handler.function)
            apigatewayv2.Route(
                f"{name}-route-{route}",
                api_id=api.id,
                route_key=route,
                target=pulumi.Output.concat("integrations/", integrations[function].id),
                authorization_type=args.connect_authorization if route == CONNECT else "NONE",
                opts=child,
            )
            invoke_permission(
                name,
                route,
                target=args.targets.functions[function],
                source_arn=pulumi.Output.concat(api.execution_arn, "/*/", route),
                parent=self,
            )
        log_group = (
            access_log_group(name, days=interface.access_log_days, key_arn=args.log_key_arn, parent=self)
            if interface.access_log_days
            else None
        )
        throttling = interface.throttling
        stage = apigatewayv2.Stage(
            f"{name}-stage",
            api_id=api.id,
            name=STAGE,
            auto_deploy=True,
            default_route_settings=apigatewayv2.StageDefaultRouteSettingsArgs(
                throttling_burst_limit=throttling.burst, throttling_rate_limit=throttling.rate
            )
            if throttling
            else None,
            access_log_settings=apigatewayv2.StageAccessLogSettingsArgs(
                destination_arn=log_group.arn, format=SOCKET_FORMAT
            )
            if log_group
            else None,
            opts=child,
        )
        self.api_id = api.id
        self.endpoint = stage.invoke_url
        self.callback_url = pulumi.Output.concat(
            "https://", api.id, f".execute-api.{args.region}.amazonaws.com/{STAGE}"
        )
        self.manage_connections_arn = pulumi.Output.concat(api.execution_arn, f"/{STAGE}/POST/@connections/*")
        self.log_group_name = log_group.name if log_group else None
        self.register_outputs(
            {
                "api_id": self.api_id,
                "endpoint": self.endpoint,
                "callback_url": self.callback_url,
                "manage_connections_arn": self.manage_connections_arn,
                "log_group_name": self.log_group_name,
            }
        )


def _check(name: str, args: WebSocketApiArgs) -> None:
    """Refuse everything at once that no WebSocket API can be made of."""
    routes = args.interface.routes
    problems = [
        f"{name}: {route} is answered by the container {handler.container}; only functions answer messages"
        for route, handler in routes.items()
        if handler.container is not None
    ]
    if args.connect_authorization != "NONE" and CONNECT not in routes:
        problems.append(
            f"{name}: there is no route {CONNECT}, so nobody would be asked to sign; add it to the contract's routes"
        )
    if problems:
        raise ValueError("\n".join(problems))
    args.targets.check(routes.items(), where=name)
