"""An HTTP API: routes to functions and containers, with tokens or signatures of its callers."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import apigatewayv2

from components.api.access_log import HTTP_FORMAT, access_log_group
from components.api.api_domain import ApiDomain, ApiDomainArgs
from components.api.callers import TokenIssuer, required_issuer
from components.api.handlers import ContainerTarget, Targets, UrlTarget, function_uri
from components.api.permissions import http_route_arn, invoke_permission
from contracts.services.interfaces import ApiKind, Handler, HttpInterface

TOKEN = "atoll:api:HttpApi"
STAGE = "$default"
"""The stage whose name is not part of the address."""
PROXY = "{proxy+}"
PREFLIGHT_OF_ALL = "OPTIONS /{proxy+}"


@dataclass(frozen=True, kw_only=True)
class HttpApiArgs:
    """Wiring of an HTTP API."""

    interface: HttpInterface
    region: str
    targets: Targets
    """The functions and containers that the routes name."""
    issuer: TokenIssuer | None = None
    """User pool of `interface.authorizer`; None without one."""
    log_key_arn: pulumi.Input[str] | None = None
    """Key of the access log; None for the key that CloudWatch Logs owns."""
    hosted_zone_id: pulumi.Input[str] | None = None
    """Public zone of `interface.domain`; None when its DNS is kept elsewhere."""
    timeout_ms: int = 30_000
    """Milliseconds that an answer may take, 50 to 30000 (the most that HTTP APIs wait)."""


class HttpApi(pulumi.ComponentResource):
    """An HTTP API of API Gateway with the stage `$default`, deployed at every change (API-1).

    Makes: the API (called as the component) with its CORS answer; the JWT authorizer, if any; for each function and
    container one integration; for each route the route and, for a function, the permission to call it from that route
    only; the stage with throttling; with `access_log_days` the log group; with `domain` an `ApiDomain`, and then the
    API's own address is closed.
    Routes ask for a token where there is an authorizer, for nobody where `anonymous`, and else for a signature
    (AWS_IAM). With CORS, `$default` and routes for any method get a preflight route of their own that asks for
    nothing: a browser's preflight carries neither token nor signature.
    Costs: $1.00 a million requests (of 512 KB), data transfer, and $0.50 a GB of access log.
    Does not: check requests against the OpenAPI document, cache, or stand behind WAF (HTTP APIs cannot).
    Units: milliseconds; requests a second.
    Errors: ValueError for an interface of another kind, routes whose target is missing, clients that the pool lacks.
    Source: API-1; https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api.html
    """

    api_id: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    """Address without a slash at its end: `https://<domain>`, or API Gateway's own."""
    execution_arn: pulumi.Output[str]
    """`arn:aws:execute-api:…:<api id>`, to which `/<stage>/<method>/<path>` is added in IAM statements."""
    log_group_name: pulumi.Output[str] | None
    domain: ApiDomain | None

    def __init__(self, name: str, *, args: HttpApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _check(name, args)
        super().__init__(TOKEN, name, None, opts)
        interface = args.interface
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._integrations: dict[str, apigatewayv2.Integration] = {}
        self._api = self._make_api()
        self._authorizer = self._make_authorizer()
        for route, handler in interface.routes.items():
            self._make_route(route, handler)
        for route, handler in preflights(interface).items():
            self._make_route(route, handler, preflight=True)
        self._log_group = (
            access_log_group(name, days=interface.access_log_days, key_arn=args.log_key_arn, parent=self)
            if interface.access_log_days
            else None
        )
        stage = self._make_stage()
        self.domain = (
            ApiDomain(
                f"{name}-domain",
                args=ApiDomainArgs(
                    domain=interface.domain,
                    api_id=self._api.id,
                    stage=stage.name,
                    hosted_zone_id=args.hosted_zone_id,
                ),
                opts=self._child,
            )
            if interface.domain
            else None
        )
        self.api_id, self.execution_arn = self._api.id, self._api.execution_arn
        self.endpoint = (
            pulumi.Output.from_input(f"https://{interface.domain}") if interface.domain else self._api.api_endpoint
        )
        self.log_group_name = self._log_group.name if self._log_group else None
        self.register_outputs({"api_id": self.api_id, "endpoint": self.endpoint, "log_group_name": self.log_group_name})

    def _make_api(self) -> apigatewayv2.Api:
        interface = self._args.interface
        cors = interface.cors
        return apigatewayv2.Api(
            f"{self._name}-api",
            name=self._name,
            protocol_type="HTTP",
            cors_configuration=apigatewayv2.ApiCorsConfigurationArgs(
                allow_origins=list(cors.origins),
                allow_methods=list(cors.methods),
                allow_headers=list(cors.headers) or None,
                max_age=cors.max_age_seconds or None,
                allow_credentials=cors.credentials or None,
            )
            if cors
            else None,
            # Its own address would let callers around the domain, and whatever watches that.
            disable_execute_api_endpoint=interface.domain is not None,
            opts=self._child,
        )

    def _make_authorizer(self) -> apigatewayv2.Authorizer | None:
        authorizer = self._args.interface.authorizer
        if authorizer is None:
            return None
        issuer = required_issuer(authorizer, self._args.issuer)
        return apigatewayv2.Authorizer(
            f"{self._name}-authorizer",
            api_id=self._api.id,
            name=authorizer.name,
            authorizer_type="JWT",
            identity_sources=[authorizer.identity_source],
            jwt_configuration=apigatewayv2.AuthorizerJwtConfigurationArgs(
                issuer=issuer.issuer, audiences=issuer.audience(authorizer)
            ),
            opts=self._child,
        )

    def _make_route(self, route: str, handler: Handler, *, preflight: bool = False) -> None:
        key = route.replace(" ", "")
        scopes = self._args.interface.authorizer.scopes if self._args.interface.authorizer else ()
        authorizer = None if preflight else self._authorizer
        open_to_all = preflight or self._args.interface.anonymous
        integration = self._integration(route, handler)
        apigatewayv2.Route(
            f"{self._name}-route-{key}",
            api_id=self._api.id,
            route_key=route,
            target=pulumi.Output.concat("integrations/", integration.id),
            authorization_type="JWT" if authorizer else "NONE" if open_to_all else "AWS_IAM",
            authorizer_id=authorizer.id if authorizer else None,
            authorization_scopes=list(scopes) if authorizer and scopes else None,
            opts=self._child,
        )
        if handler.function is not None:
            invoke_permission(
                self._name,
                key,
                target=self._args.targets.functions[handler.function],
                source_arn=http_route_arn(self._api.execution_arn, route),
                parent=self,
            )

    def _integration(self, route: str, handler: Handler) -> apigatewayv2.Integration:
        """The integration of a handler, made when a route first needs it."""
        if handler.function is not None:
            key = f"function-{handler.function}"
            if key not in self._integrations:
                self._integrations[key] = self._function_integration(key, handler.function)
            return self._integrations[key]
        target = self._args.targets.containers[str(handler.container)]
        stripped = target.strip_prefix and PROXY in route
        key = f"container-{handler.container}" + ("-proxy" if stripped else "")
        if key not in self._integrations:
            self._integrations[key] = self._container_integration(key, target, stripped=stripped)
        return self._integrations[key]

    def _function_integration(self, key: str, function: str) -> apigatewayv2.Integration:
        return apigatewayv2.Integration(
            f"{self._name}-integration-{key}",
            api_id=self._api.id,
            integration_type="AWS_PROXY",
            integration_method="POST",
            integration_uri=function_uri(self._args.region, self._args.targets.functions[function]),
            payload_format_version="2.0",
            timeout_milliseconds=self._args.timeout_ms,
            opts=self._child,
        )

    def _container_integration(
        self, key: str, target: ContainerTarget | UrlTarget, *, stripped: bool
    ) -> apigatewayv2.Integration:
        parameters = {f"overwrite:header.{header}": value for header, value in target.headers.items()}
        if isinstance(target, UrlTarget):
            uri = pulumi.Output.concat(target.base_url, "/{proxy}") if stripped else target.base_url
            if not stripped:
                parameters["overwrite:path"] = "$request.path"
            link, server_name = None, None
        else:
            uri, link, server_name = target.listener_arn, target.vpc_link_id, target.server_name
            if stripped:
                parameters["overwrite:path"] = "/$request.path.proxy"
        return apigatewayv2.Integration(
            f"{self._name}-integration-{key}",
            api_id=self._api.id,
            integration_type="HTTP_PROXY",
            integration_method="ANY",
            integration_uri=uri,
            connection_type="INTERNET" if link is None else "VPC_LINK",
            connection_id=link,
            payload_format_version="1.0",
            request_parameters=parameters or None,
            timeout_milliseconds=self._args.timeout_ms,
            tls_config=apigatewayv2.IntegrationTlsConfigArgs(server_name_to_verify=server_name)
            if server_name
            else None,
            opts=self._child,
        )

    def _make_stage(self) -> apigatewayv2.Stage:
        throttling = self._args.interface.throttling
        return apigatewayv2.Stage(
            f"{self._name}-stage",
            api_id=self._api.id,
            name=STAGE,
            auto_deploy=True,
            # Left out altogether without throttling: a block without limits would let nothing through.
            default_route_settings=apigatewayv2.StageDefaultRouteSettingsArgs(
                throttling_burst_limit=throttling.burst, throttling_rate_limit=throttling.rate
            )
            if throttling
            else None,
            access_log_settings=apigatewayv2.StageAccessLogSettingsArgs(
                destination_arn=self._log_group.arn, format=HTTP_FORMAT
            )
            if self._log_group
            else None,
            opts=self._child,
        )


def preflights(interface: HttpInterface) -> dict[str, Handler]:
    """The routes to add, so that a browser's preflight is let in where a route for any method would ask who calls.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
    """
    if interface.cors is None or interface.anonymous:
        return {}
    added = {
        PREFLIGHT_OF_ALL if route == "$default" else f"OPTIONS {route.partition(' ')[2]}": handler
        for route, handler in interface.routes.items()
        if route == "$default" or route.startswith("ANY ")
    }
    return {route: handler for route, handler in added.items() if route not in interface.routes}


def _check(name: str, args: HttpApiArgs) -> None:
    """Refuse what no HTTP API can be made of, before anything is registered."""
    if args.interface.kind is not ApiKind.HTTP:
        raise ValueError(f"{name}: the interface is of kind {args.interface.kind.value}; make a RestApi of it")
    args.targets.check(args.interface.routes.items(), where=name)
    for label, target in args.targets.containers.items():
        if isinstance(target, UrlTarget) and target.vpc_link_id is not None:
            raise ValueError(f"{name}: container {label}: HTTP APIs take no link of REST APIs; hand a ContainerTarget")
