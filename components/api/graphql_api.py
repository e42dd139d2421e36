"""A GraphQL API on AppSync whose fields are answered by functions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import appsync, cloudwatch, iam

from components.api.callers import TokenIssuer, required_issuer
from components.api.handlers import FunctionTarget, Targets
from components.identity.service_trust import service_trust
from components.identity.statements import allow
from contracts.services.interfaces import GraphqlInterface
from contracts.services.naming import role_name

TOKEN = "atoll:api:GraphqlApi"
CACHE_SIZE = "SMALL"
QUERY_DEPTH_LIMIT = 10
VERSION = "2012-10-17"


@dataclass(frozen=True, kw_only=True)
class GraphqlApiArgs:
    """Wiring of a GraphQL API."""

    interface: GraphqlInterface
    schema: str
    """Text of the schema, `interface.document`."""
    region: str
    account_id: str
    targets: Targets
    """The functions that the resolvers name."""
    issuer: TokenIssuer | None = None
    """User pool of `interface.authorizer`; None without one."""
    log_key_arn: pulumi.Input[str] | None = None
    """Key of the log; None for the key that CloudWatch Logs owns."""
    tracing: bool = True


class GraphqlApi(pulumi.ComponentResource):
    """An AppSync API: each field goes straight to a function, which gets AppSync's whole context (API-2).

    Makes: the API (called as the component); for each function a data source with a role that may call that function
    and nothing else; one resolver a field; with `log_days` the log group and the role to write it (errors only,
    without headers and results); with `cache_seconds` an encrypted cache (cache.small) of queries, apart for each
    caller and arguments. Mutations and subscriptions are never cached.
    Callers show a token of the user pool's clients, or sign (AWS_IAM). Queries deeper than 10 levels are refused.
    Costs: $4.00 a million operations; the cache $0.044 an hour.
    Does not: merge APIs, have a custom domain, batch calls, reach containers.
    Units: seconds, days. Errors: ValueError for containers and missing targets.
    Source: API-2; https://docs.aws.amazon.com/appsync/latest/devguide/direct-lambda-reference.html
    """

    api_id: pulumi.Output[str]
    arn: pulumi.Output[str]
    """`<arn>/types/<type>/fields/<field>` is the resource of `appsync:GraphQL`."""
    endpoint: pulumi.Output[str]
    """Address of queries and mutations; clients work out that of subscriptions from it."""
    log_group_name: pulumi.Output[str] | None

    def __init__(self, name: str, *, args: GraphqlApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        functions = _functions(name, args)
        super().__init__(TOKEN, name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        api = self._make_api(self._log_role() if args.interface.log_days else None)
        self.log_group_name = self._log_group(api, args.interface.log_days) if args.interface.log_days else None
        cache = self._make_cache(api, args.interface.cache_seconds) if args.interface.cache_seconds else None
        sources = {label: self._make_source(api, label, target) for label, target in functions.items()}
        for field, handler in args.interface.resolvers.items():
            self._make_resolver(api, field, sources[str(handler.function)], cache)
        self.api_id, self.arn = api.id, api.arn
        self.endpoint = api.uris["GRAPHQL"]
        self.register_outputs(
            {
                "api_id": self.api_id,
                "arn": self.arn,
                "endpoint": self.endpoint,
                "log_group_name": self.log_group_name,
            }
        )

    def _make_api(self, log_role: iam.Role | None) -> appsync.GraphQLApi:
        args = self._args
        return appsync.GraphQLApi(
            f"{self._name}-api",
            name=self._name,
            schema=args.schema,
            authentication_type="AMAZON_COGNITO_USER_POOLS" if args.interface.authorizer else "AWS_IAM",
            user_pool_config=_user_pool_config(args),
            log_config=appsync.GraphQLApiLogConfigArgs(
                cloudwatch_logs_role_arn=log_role.arn, field_log_level="ERROR", exclude_verbose_content=True
            )
            if log_role
            else None,
            xray_enabled=args.tracing,
            query_depth_limit=QUERY_DEPTH_LIMIT,
            opts=self._child,
        )

    def _log_role(self) -> iam.Role:
        args = self._args
        role = self._role("logs", f"Writes the log of the GraphQL API {self._name}")
        groups = f"arn:aws:logs:{args.region}:{args.account_id}:log-group:/aws/appsync/apis/*"
        iam.RolePolicy(
            f"{self._name}-logs-policy",
            name="write-log",
            role=role.name,
            policy=json.dumps(
                {
                    "Version": VERSION,
                    # The group's name ends in the API's id, which there is only after the role.
                    "Statement": [allow("WriteLog", ["logs:CreateLogStream", "logs:PutLogEvents"], groups)],
                }
            ),
            opts=self._child,
        )
        return role

    def _log_group(self, api: appsync.GraphQLApi, days: int) -> pulumi.Output[str]:
        return cloudwatch.LogGroup(
            f"{self._name}-log",
            name=pulumi.Output.concat("/aws/appsync/apis/", api.id),
            retention_in_days=days,
            kms_key_id=self._args.log_key_arn,
            opts=self._child,
        ).name

    def _make_cache(self, api: appsync.GraphQLApi, seconds: int) -> appsync.ApiCache:
        return appsync.ApiCache(
            f"{self._name}-cache",
            api_id=api.id,
            type=CACHE_SIZE,
            ttl=seconds,
            # Not of whole requests: those would take mutations along.
            api_caching_behavior="PER_RESOLVER_CACHING",
            at_rest_encryption_enabled=True,
            transit_encryption_enabled=True,
            opts=self._child,
        )

    def _make_source(self, api: appsync.GraphQLApi, label: str, target: FunctionTarget) -> appsync.DataSource:
        role = self._role(label, f"Calls {label} for the GraphQL API {self._name}")
        iam.RolePolicy(
            f"{self._name}-{label}-policy",
            name="call-function",
            role=role.name,
            policy=pulumi.Output.json_dumps(
                {"Version": VERSION, "Statement": [allow("CallFunction", ["lambda:InvokeFunction"], target.arn)]}
            ),
            opts=self._child,
        )
        return appsync.DataSource(
            f"{self._name}-source-{label}",
            api_id=api.id,
            # Letters, digits and underscores only.
            name=label.replace("-", "_"),
            type="AWS_LAMBDA",
            lambda_config=appsync.DataSourceLambdaConfigArgs(function_arn=target.arn),
            service_role_arn=role.arn,
            opts=self._child,
        )

    def _make_resolver(
        self, api: appsync.GraphQLApi, field: str, source: appsync.DataSource, cache: appsync.ApiCache | None
    ) -> None:
        parent_type, _, name = field.partition(".")
        cached = cache is not None and parent_type == "Query"
        caller = "$context.identity.sub" if self._args.interface.authorizer else "$context.identity.userArn"
        appsync.Resolver(
            f"{self._name}-resolver-{field}",
            api_id=api.id,
            type=parent_type,
            field=name,
            kind="UNIT",
            data_source=source.name,
            caching_config=appsync.ResolverCachingConfigArgs(
                ttl=self._args.interface.cache_seconds, caching_keys=["$context.arguments", caller]
            )
            if cached
            else None,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[cache] if cache else None),
        )

    def _role(self, label: str, description: str) -> iam.Role:
        args = self._args
        source = f"arn:aws:appsync:{args.region}:{args.account_id}:apis/*"
        return iam.Role(
            f"{self._name}-{label}",
            name=role_name(self._name, label, args.region),
            description=description,
            assume_role_policy=json.dumps(service_trust("AppSync", "appsync.amazonaws.com", args.account_id, source)),
            opts=self._child,
        )


def _user_pool_config(args: GraphqlApiArgs) -> appsync.GraphQLApiUserPoolConfigArgs | None:
    authorizer = args.interface.authorizer
    if authorizer is None:
        return None
    issuer = required_issuer(authorizer, args.issuer)
    clients: list[pulumi.Input[str]] = []
    for client in issuer.audience(authorizer):
        clients += ["|", client] if clients else [client]
    return appsync.GraphQLApiUserPoolConfigArgs(
        user_pool_id=issuer.user_pool_id,
        aws_region=issuer.region,
        default_action="ALLOW",
        app_id_client_regex=pulumi.Output.concat("^(", *clients, ")$"),
    )


def _functions(name: str, args: GraphqlApiArgs) -> Mapping[str, FunctionTarget]:
    """The functions that resolvers name, each once."""
    resolvers = args.interface.resolvers
    if containers := [f"{field} ({handler.container})" for field, handler in resolvers.items() if handler.container]:
        raise ValueError(f"{name}: AppSync calls functions only, but containers answer {', '.join(containers)}")
    args.targets.check(resolvers.items(), where=name)
    return {str(handler.function): args.targets.functions[str(handler.function)] for handler in resolvers.values()}
