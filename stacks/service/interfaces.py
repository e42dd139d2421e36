"""What others reach a service by: APIs, user pools, roles for other accounts, private endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi_aws.secretsmanager import GetSecretsFilterArgs, get_secrets_output

from components.api import (
    ContainerTarget,
    FunctionTarget,
    GraphqlApi,
    GraphqlApiArgs,
    HttpApi,
    HttpApiArgs,
    RestApi,
    RestApiArgs,
    Targets,
    TokenIssuer,
    UrlTarget,
    WebSocketApi,
    WebSocketApiArgs,
)
from components.authentication import IdentityPool, IdentityPoolArgs, UserPool, UserPoolArgs, read_credentials
from components.identity import WorkloadRole, WorkloadRoleArgs, taken_by_consumer
from contracts.services.grants import callable_by
from contracts.services.identity import ProviderKind
from contracts.services.interfaces import ApiKind, HttpInterface, JwtAuthorizer
from contracts.services.naming import RunnerKind
from stacks.peers import settled
from stacks.service.containers import Containers
from stacks.service.functions import Code, is_warm
from stacks.service.network import Network
from stacks.service.plan import Plan


@dataclass(frozen=True, kw_only=True)
class Interfaces:
    """Everything that has a drawn id or an address."""

    http: dict[str, HttpApi] = field(default_factory=dict[str, HttpApi])
    rest: dict[str, RestApi] = field(default_factory=dict[str, RestApi])
    websocket: dict[str, WebSocketApi] = field(default_factory=dict[str, WebSocketApi])
    graphql: dict[str, GraphqlApi] = field(default_factory=dict[str, GraphqlApi])
    user_pools: dict[str, UserPool] = field(default_factory=dict[str, UserPool])

    @property
    def everything(self) -> list[pulumi.Resource]:
        """All of them."""
        kinds = (self.http, self.rest, self.websocket, self.graphql, self.user_pools)
        return [made for kind in kinds for made in kind.values()]


def make_users(plan: Plan) -> dict[str, UserPool]:
    """User pools, and the identity pools that trust them."""
    identity, names = plan.contract.identity, plan.names
    _check_vault(plan)
    pools = {
        key: UserPool(
            names.name(key),
            args=UserPoolArgs(
                key=key,
                user_pool=clause,
                region=plan.service.place.region,
                account_id=plan.service.place.account,
                protection=plan.settings.protection,
                credentials={
                    name: read_credentials(provider.vault_entry, _invoke(plan))
                    for name, provider in clause.providers.items()
                    if provider.kind is not ProviderKind.SAML and provider.vault_entry
                },
            ),
            opts=plan.opts,
        )
        for key, clause in identity.user_pools.items()
    }
    for key, clause in identity.identity_pools.items():
        pool = pools[clause.user_pool]
        IdentityPool(
            names.name(key),
            args=IdentityPoolArgs(
                key=key,
                identity_pool=clause,
                region=plan.service.place.region,
                provider_name=pool.provider_name,
                client_ids=pool.client_ids,
            ),
            opts=plan.opts,
        )
    return pools


def _check_vault(plan: Plan) -> None:
    """Whether each entry with credentials of an identity provider is there.

    Asked for by a list: an entry that is missing is then an answer, and no failure of the engine.

    Raises:
        pulumi.RunError: naming all that are missing.
    """
    wanted = {
        provider.vault_entry: f"identity.user_pools.{pool}.providers.{name}"
        for pool, clause in plan.contract.identity.user_pools.items()
        for name, provider in clause.providers.items()
        if provider.kind is not ProviderKind.SAML and provider.vault_entry
    }
    if not wanted:
        return
    filters = [GetSecretsFilterArgs(name="name", values=sorted(wanted))]
    found, known = settled(get_secrets_output(filters=filters, opts=_invoke(plan)).names)
    missing = sorted(set(wanted).difference(found or [])) if known else []
    if missing:
        place = plan.service.place
        raise pulumi.RunError(
            "\n".join(
                f"{wanted[entry]}: Secrets Manager of account {place.account} ({place.region}) has no entry {entry}, "
                "from which the credentials of the provider are read. Store it first:\n"
                f"  aws secretsmanager create-secret --region {place.region} --name {entry} "
                """--secret-string '{"client_id": "…", "client_secret": "…"}'"""
                for entry in missing
            )
        )


def make_interfaces(
    plan: Plan, code: Code, containers: Containers, network: Network, pools: dict[str, UserPool]
) -> Interfaces:
    """An API for each interface of the contract."""
    provides, names, opts = plan.contract.provides, plan.names, plan.opts
    targets = _targets(plan, code, containers, network)
    place, logs = plan.service.place, plan.region.key("logs")
    found = Interfaces(user_pools=pools)
    for key, http in provides.http.items():
        issuer = _issuer(plan, http.authorizer, pools)
        if http.kind is ApiKind.REST:
            found.rest[key] = RestApi(
                names.name(key),
                args=RestApiArgs(
                    interface=http,
                    region=place.region,
                    targets=targets,
                    issuer=issuer,
                    log_key_arn=logs,
                    hosted_zone_id=plan.settings.hosted_zone,
                    web_acl_arn=plan.region.value("web_acl_arn") if plan.region.has("web_acl_arn") else None,
                ),
                opts=opts,
            )
        else:
            found.http[key] = HttpApi(names.name(key), args=_http(plan, http, targets, issuer, logs), opts=opts)
    for key, socket in provides.websocket.items():
        found.websocket[key] = WebSocketApi(
            names.name(key),
            args=WebSocketApiArgs(interface=socket, region=place.region, targets=targets, log_key_arn=logs),
            opts=opts,
        )
    for key, graphql in provides.graphql.items():
        found.graphql[key] = GraphqlApi(
            names.name(key),
            args=GraphqlApiArgs(
                interface=graphql,
                schema=plan.service.loaded.documents.text(graphql.document) or "",
                region=place.region,
                account_id=place.account,
                targets=targets,
                issuer=_issuer(plan, graphql.authorizer, pools),
                log_key_arn=logs,
            ),
            opts=opts,
        )
    return found


def make_roles_for_others(plan: Plan) -> None:
    """For each consumer in another account a role that it assumes, and which may make exactly its calls."""
    for consumer, uses in plan.service.foreign_callers.items():
        by_aws = [use for use in uses if use.endpoint.handler and use.endpoint.handler.kind is not RunnerKind.CONTAINER]
        if not by_aws:
            continue
        theirs = by_aws[0].consumer
        code = {theirs.role_arn(use.runner) for use in by_aws if use.runner.kind is not RunnerKind.WORKFLOW}
        machines = {theirs.role_arn(use.runner) for use in by_aws if use.runner.kind is RunnerKind.WORKFLOW}
        account = theirs.place.account
        WorkloadRole(
            plan.names.name(f"for-{consumer}"),
            args=WorkloadRoleArgs(
                role=plan.names.role_for(consumer),
                description=f"What {theirs.contract.id} of account {account} may call of {plan.contract.id}",
                trust=[
                    *([taken_by_consumer(account, sorted(code), theirs.contract.id)] if code else []),
                    *([taken_by_consumer(account, sorted(machines), None)] if machines else []),
                ],
                statements=[grant.statement() for grant in callable_by(by_aws)],
            ),
            opts=plan.opts,
        )


def _http(
    plan: Plan, http: HttpInterface, targets: Targets, issuer: TokenIssuer | None, logs: pulumi.Output[str]
) -> HttpApiArgs:
    return HttpApiArgs(
        interface=http,
        region=plan.service.place.region,
        targets=targets,
        issuer=issuer,
        log_key_arn=logs,
        hosted_zone_id=plan.settings.hosted_zone,
    )


def _targets(plan: Plan, code: Code, containers: Containers, network: Network) -> Targets:
    functions = {
        key: FunctionTarget(
            arn=function.called_arn, name=function.name, alias=is_warm(plan.contract.compute.functions[key])
        )
        for key, function in code.functions.items()
    }
    reached: dict[str, ContainerTarget | UrlTarget] = {
        key: UrlTarget(base_url=service.url) for key, service in containers.app_runner.items()
    }
    if network.entrance is not None:
        for key in containers.ecs:
            reached[key] = ContainerTarget(
                listener_arn=network.entrance.balancer.listener_arn, vpc_link_id=network.entrance.link.id
            )
    return Targets(functions=functions, containers=reached)


def _issuer(plan: Plan, authorizer: JwtAuthorizer | None, pools: dict[str, UserPool]) -> TokenIssuer | None:
    """The user pool of an authorizer: the service's own, or another's by its deployment record."""
    if authorizer is None:
        return None
    owner, key = plan.service.resolve(authorizer.user_pool)
    if owner.contract.id == plan.contract.id:
        return pools[key].issuer
    record = plan.registry.outputs_of(owner.contract.id, f"the user pool {key}")
    clients: Mapping[str, Any] = owner.contract.identity.user_pools[key].clients
    return TokenIssuer(
        user_pool_id=record.apply(lambda outputs: outputs.user_pools[key].id),
        client_ids={
            client: record.apply(lambda outputs, client=client: outputs.user_pools[key].clients[client])
            for client in clients
        },
        region=owner.place.region,
        account_id=owner.place.account,
    )


def _invoke(plan: Plan) -> pulumi.InvokeOptions:
    return pulumi.InvokeOptions(provider=plan.provider)
