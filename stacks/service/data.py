"""Stores of a service: tables, databases, search domain; caches and buckets are the region's."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.data import (
    ContractTable,
    ContractTableArgs,
    DatabaseSpec,
    SearchDomain,
    SearchDomainArgs,
    ServiceDatabases,
    ServiceDatabasesArgs,
    SharedDatabaseSpec,
)
from components.functions import FunctionNetwork
from contracts.services.base import Access
from contracts.services.bindings import StoreUse
from contracts.services.grants import database_user, index_grant
from contracts.services.naming import postgres_role
from contracts.services.stores import PostgresStore
from stacks.service.plan import Plan, index_uses


@dataclass(frozen=True, kw_only=True)
class Data:
    """Stores of the service's own."""

    tables: dict[str, ContractTable]
    databases: ServiceDatabases | None
    search: SearchDomain | None


def make_data(plan: Plan, network: FunctionNetwork | None) -> Data:
    """Tables, databases and the search domain."""
    settings = plan.settings
    tables = {
        key: ContractTable(
            plan.names.name(key),
            args=ContractTableArgs(
                store=store,
                protection=settings.protection,
                key_arn=plan.region.key("database"),
                region=settings.region,
                replica_regions=settings.replica_regions,
            ),
            opts=plan.opts,
        )
        for key, store in plan.contract.stores.dynamodb.items()
    }
    return Data(tables=tables, databases=_databases(plan, network), search=_search(plan, network))


def _databases(plan: Plan, network: FunctionNetwork | None) -> ServiceDatabases | None:
    own = plan.contract.stores.postgresql
    shared = [use for use in _shared(plan) if isinstance(use.store, PostgresStore)]
    if not (own or shared) or network is None:
        return None
    return ServiceDatabases(
        plan.names.name("databases"),
        args=ServiceDatabasesArgs(
            scope=plan.scope,
            databases=[
                DatabaseSpec(name=store.database, role=postgres_role(store.database), connections=store.connections)
                for store in own.values()
            ],
            shared=[_shared_spec(plan, use, use.store) for use in shared if isinstance(use.store, PostgresStore)],
            keys=plan.region.function_keys,
            network=network,
            master_secret_arn=plan.region.value("database", "secret_arn"),
            secrets_key_arn=plan.region.key("secrets"),
            variables={
                "DATABASE_HOST": plan.region.value("database", "endpoint"),
                "DATABASE_PORT": plan.region.value("database", "port").apply(_whole),
                "DATABASE_NAME": plan.region.value("database", "name"),
            },
            forget=plan.settings.protection.force_destroy,
        ),
        opts=plan.opts,
    )


def _whole(number: str | float) -> str:
    """A number of another stack as text: the engine hands every number on as a float."""
    return str(int(float(number)))


def _shared(plan: Plan) -> list[StoreUse]:
    return [plan.service.shared(reference, access) for reference, access in plan.contract.stores.shared.items()]


def _shared_spec(plan: Plan, use: StoreUse, store: PostgresStore) -> SharedDatabaseSpec:
    return SharedDatabaseSpec(
        name=store.database,
        owner=postgres_role(store.database),
        role=database_user(plan.service, use),
        access=Access(use.access).value,
        connections=store.connections,
    )


def _search(plan: Plan, network: FunctionNetwork | None) -> SearchDomain | None:
    settings = plan.settings.search
    if settings is None or network is None or not plan.contract.stores.opensearch:
        return None
    grants: dict[str, list[tuple[list[str], list[str]]]] = {}
    for runner, use in index_uses(plan.service):
        grant = index_grant(use)
        given = grants.setdefault(plan.names.role_arn(runner), [])
        given.append((list(grant.actions), list(grant.resources)))
    return SearchDomain(
        plan.names.name("search"),
        args=SearchDomainArgs(
            settings=settings,
            protection=plan.settings.protection,
            scope=plan.scope,
            domain=plan.names.search_domain(),
            subnet_ids=network.subnet_ids,
            security_group_ids=network.security_group_ids,
            key_arn=plan.region.key("database"),
            logs_key_arn=plan.region.key("logs"),
            grants=grants,
        ),
        opts=plan.opts,
    )


def search_endpoint(data: Data) -> pulumi.Output[str] | None:
    """Address of the service's search domain; None without one."""
    return data.search.endpoint if data.search else None
