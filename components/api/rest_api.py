"""A REST API: usage plans and keys, or an address inside the VPC only."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import apigateway, wafv2

from components.api.access_log import REST_FORMAT, access_log_group
from components.api.api_domain import ApiDomain, ApiDomainArgs
from components.api.callers import TokenIssuer, required_issuer
from components.api.handlers import Targets
from components.api.permissions import invoke_permission
from components.api.rest_document import expanded, rest_document
from contracts.services.interfaces import ApiKind, HttpInterface, UsagePlan

TOKEN = "atoll:api:RestApi"
STAGE = "live"


@dataclass(frozen=True, kw_only=True)
class RestApiArgs:
    """Wiring of a REST API."""

    interface: HttpInterface
    region: str
    targets: Targets
    """The functions, and the containers by `UrlTarget`, that the routes name."""
    issuer: TokenIssuer | None = None
    """User pool of `interface.authorizer`; None without one."""
    vpc_endpoint_ids: Sequence[pulumi.Input[str]] = ()
    """Interface endpoints of `execute-api` from which alone it can be reached (private); regional, on the internet,
    if empty."""
    log_key_arn: pulumi.Input[str] | None = None
    """Key of the access log; None for the key that CloudWatch Logs owns."""
    hosted_zone_id: pulumi.Input[str] | None = None
    """Public zone of `interface.domain`; None when its DNS is kept elsewhere."""
    web_acl_arn: pulumi.Input[str] | None = None
    """Regional web ACL that is asked before the stage; None for none."""
    tracing: bool = True
    timeout_ms: int = 29_000
    """Milliseconds that an answer may take, 50 to 29000."""


class RestApi(pulumi.ComponentResource):
    """A REST API of API Gateway with the stage `live`, made of one OpenAPI document (API-2).

    Makes: the API (called as the component); its deployment, a new one whenever the document changes; the stage, with
    X-Ray; throttling of all methods; permissions of single routes; the access log; usage plans, API keys (values made
    by AWS, secret in the state) and which key is in which plan; with `domain` an `ApiDomain`; with VPC endpoints a
    policy that admits nobody else; with a web ACL its association.
    Callers show a token of the user pool, or sign (AWS_IAM), or neither where `anonymous`; with usage plans they show
    a key besides. A key tells who uses how much; it is no proof of identity.
    Costs: $3.50 a million requests; a private API the endpoint's hours too.
    Does not: tell clients of one user pool apart (HTTP APIs do; here ask for scopes), check requests against the
    contract's document, add CORS headers to answers of handlers. The access log needs the account's role for API
    Gateway (`ApiLogging`, once an account and region).
    Units: milliseconds; requests a second. Errors: ValueError, naming everything that a REST API cannot do.
    Source: API-2; https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-rest-api.html
    """

    api_id: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    """Address without a slash at its end: `https://<domain>`, or the stage's own."""
    execution_arn: pulumi.Output[str]
    log_group_name: pulumi.Output[str] | None
    api_key_ids: dict[str, pulumi.Output[str]]
    """Key in the contract → its id, by which its value can be looked up."""

    def __init__(self, name: str, *, args: RestApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _check(name, args)
        super().__init__(TOKEN, name, None, opts)
        interface = args.interface
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        body = pulumi.Output.json_dumps(
            rest_document(
                name,
                interface,
                region=args.region,
                targets=args.targets,
                issuer=args.issuer,
                timeout_ms=args.timeout_ms,
            ),
            sort_keys=True,
        )
        self._api = self._make_api(body)
        self._permit()
        log_group = (
            access_log_group(name, days=interface.access_log_days, key_arn=args.log_key_arn, parent=self)
            if interface.access_log_days
            else None
        )
        stage = self._make_stage(body, log_group.arn if log_group else None)
        self.api_key_ids = self._make_plans(stage)
        if args.web_acl_arn is not None:
            wafv2.WebAclAssociation(
                f"{name}-web-acl", resource_arn=stage.arn, web_acl_arn=args.web_acl_arn, opts=self._child
            )
        if interface.domain:
            ApiDomain(
                f"{name}-domain",
                args=ApiDomainArgs(
                    domain=interface.domain,
                    api_id=self._api.id,
                    stage=stage.stage_name,
                    hosted_zone_id=args.hosted_zone_id,
                ),
                opts=self._child,
            )
        self.api_id, self.execution_arn = self._api.id, self._api.execution_arn
        self.endpoint = (
            pulumi.Output.from_input(f"https://{interface.domain}") if interface.domain else stage.invoke_url
        )
        self.log_group_name = log_group.name if log_group else None
        self.register_outputs({"api_id": self.api_id, "endpoint": self.endpoint, "log_group_name": self.log_group_name})

    def _make_api(self, body: pulumi.Output[str]) -> apigateway.RestApi:
        endpoints = list(self._args.vpc_endpoint_ids)
        return apigateway.RestApi(
            f"{self._name}-api",
            name=self._name,
            body=body,
            endpoint_configuration=apigateway.RestApiEndpointConfigurationArgs(
                types="PRIVATE" if endpoints else "REGIONAL", vpc_endpoint_ids=endpoints or None
            ),
            disable_execute_api_endpoint=self._args.interface.domain is not None,
            opts=self._child,
        )

    def _permit(self) -> None:
        """Let each route call its function."""
        for route, handler in expanded(self._args.interface.routes).items():
            if handler.function is None:
                continue
            method, _, path = route.partition(" ")
            source = pulumi.Output.concat(
                self._api.execution_arn, "/*/", "*" if method == "ANY" else method, source_path(path)
            )
            invoke_permission(
                self._name,
                route.replace(" ", ""),
                target=self._args.targets.functions[handler.function],
                source_arn=source,
                parent=self,
            )

    def _make_stage(self, body: pulumi.Output[str], log_group_arn: pulumi.Output[str] | None) -> apigateway.Stage:
        policy = self._make_policy()
        deployment = apigateway.Deployment(
            f"{self._name}-deployment",
            rest_api=self._api.id,
            triggers={"document": body.apply(lambda text: hashlib.sha256(text.encode()).hexdigest())},
            # A stage always has a deployment, so the new one is made before the old one goes (Pulumi's own order).
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy] if policy else None),
        )
        stage = apigateway.Stage(
            f"{self._name}-stage",
            rest_api=self._api.id,
            deployment=deployment.id,
            stage_name=STAGE,
            xray_tracing_enabled=self._args.tracing,
            access_log_settings=apigateway.StageAccessLogSettingsArgs(destination_arn=log_group_arn, format=REST_FORMAT)
            if log_group_arn is not None
            else None,
            opts=self._child,
        )
        throttling = self._args.interface.throttling
        if throttling or log_group_arn is not None:
            apigateway.MethodSettings(
                f"{self._name}-methods",
                rest_api=self._api.id,
                stage_name=stage.stage_name,
                method_path="*/*",
                settings=apigateway.MethodSettingsSettingsArgs(
                    # The access log says that a call failed; this one says why.
                    logging_level="ERROR" if log_group_arn is not None else None,
                    throttling_burst_limit=throttling.burst if throttling else None,
                    throttling_rate_limit=throttling.rate if throttling else None,
                ),
                opts=self._child,
            )
        return stage

    def _make_policy(self) -> apigateway.RestApiPolicy | None:
        endpoints = list(self._args.vpc_endpoint_ids)
        if not endpoints:
            return None
        statement = {
            "Sid": "ThroughOwnEndpoints",
            "Effect": "Allow",
            "Principal": "*",
            "Action": "execute-api:Invoke",
            "Resource": pulumi.Output.concat(self._api.execution_arn, "/*"),
            "Condition": {"StringEquals": {"aws:SourceVpce": endpoints}},
        }
        return apigateway.RestApiPolicy(
            f"{self._name}-policy",
            rest_api_id=self._api.id,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]}),
            opts=self._child,
        )

    def _make_plans(self, stage: apigateway.Stage) -> dict[str, pulumi.Output[str]]:
        plans = self._args.interface.usage_plans
        keys = {
            key: apigateway.ApiKey(f"{self._name}-key-{key}", name=f"{self._name}-{key}", opts=self._child)
            for key in dict.fromkeys(key for plan in plans.values() for key in plan.keys)
        }
        for label, plan in plans.items():
            made = self._make_plan(label, plan, stage)
            for key in plan.keys:
                apigateway.UsagePlanKey(
                    f"{self._name}-plan-{label}-{key}",
                    usage_plan_id=made.id,
                    key_id=keys[key].id,
                    key_type="API_KEY",
                    opts=self._child,
                )
        return {key: made.id for key, made in keys.items()}

    def _make_plan(self, label: str, plan: UsagePlan, stage: apigateway.Stage) -> apigateway.UsagePlan:
        return apigateway.UsagePlan(
            f"{self._name}-plan-{label}",
            name=f"{self._name}-{label}",
            api_stages=[apigateway.UsagePlanApiStageArgs(api_id=self._api.id, stage=stage.stage_name)],
            throttle_settings=apigateway.UsagePlanThrottleSettingsArgs(
                burst_limit=plan.throttling.burst, rate_limit=plan.throttling.rate
            ),
            quota_settings=apigateway.UsagePlanQuotaSettingsArgs(limit=plan.quota, period=plan.period)
            if plan.quota is not None
            else None,
            opts=self._child,
        )


def source_path(path: str) -> str:
    """The path of a REST API's route in the ARN under which it calls: each parameter stands as `*`."""
    return "/".join("*" if part.startswith("{") else part for part in path.split("/"))


def _check(name: str, args: RestApiArgs) -> None:
    """Refuse everything at once that a REST API cannot do."""
    interface = args.interface
    problems: list[str] = []
    if interface.kind is not ApiKind.REST:
        problems.append(f"the interface is of kind {interface.kind.value}; make an HttpApi of it")
    if interface.cors and len(interface.cors.origins) > 1:
        problems.append("cors.origins has several origins; a REST API answers one, an HTTP API many")
    if interface.authorizer and interface.authorizer.identity_source != "$request.header.Authorization":
        problems.append("authorizer.identity_source: a REST API takes tokens from the header Authorization only")
    if interface.domain and args.vpc_endpoint_ids:
        problems.append(f"domain {interface.domain}: a private API has no custom domain on the internet")
    seen: dict[str, str] = {}
    for label, plan in interface.usage_plans.items():
        problems += [
            f"usage_plans.{label}.keys: {key} is already in {seen[key]}; a key has one plan of an API"
            for key in plan.keys
            if key in seen
        ]
        seen |= dict.fromkeys(plan.keys, label)
    if problems:
        raise ValueError("\n".join(f"{name}: {problem}" for problem in problems))
    if interface.authorizer:
        required_issuer(interface.authorizer, args.issuer).audience(interface.authorizer)
    args.targets.check(interface.routes.items(), where=name)
