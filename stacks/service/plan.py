"""What a service stack stands on: its contract, checked before anything is declared, and the region it runs in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pulumi
from pulumi_aws.provider import Provider

from components.identity.roles import Scope
from components.identity.statements import Statement
from contracts.compatibility.wellformed import malformed
from contracts.services import ContractError, findings, read
from contracts.services.bindings import Service, StoreUse, Use
from contracts.services.contract import ServiceContract
from contracts.services.grants import Drawn, grants
from contracts.services.naming import Names, Place, Runner
from contracts.services.stores import SearchStore
from contracts.services.variables import Addresses, clashes, variables
from contracts.settings import Problem, ServiceStackSettings
from stacks.service.region import Region
from stacks.service.registry import Registry, recorded

SERVICES = Path(__file__).resolve().parents[2] / "services"
"""The local estate."""


@dataclass(frozen=True, eq=False)
class Plan:
    """Everything that the parts of the stack share."""

    settings: ServiceStackSettings
    service: Service
    estate_folder: Path
    region: Region
    registry: Registry
    provider: Provider
    """The stack's own account and region."""
    endpoints: dict[str, pulumi.Output[str]] = field(default_factory=dict[str, "pulumi.Output[str]"])
    """Container of another account (`endpoint_key`) → address of the private endpoint that leads to it."""

    @property
    def opts(self) -> pulumi.ResourceOptions:
        """Options of everything in the stack."""
        return pulumi.ResourceOptions(providers=[self.provider])

    @property
    def names(self) -> Names:
        """Physical names."""
        return self.service.names

    @property
    def contract(self) -> ServiceContract:
        """The contract."""
        return self.service.loaded.contract

    @cached_property
    def scope(self) -> Scope:
        """Place, as components want it."""
        place = self.service.place
        return Scope(place.environment, place.region, place.account)

    @cached_property
    def drawn(self) -> Drawn:
        """ARNs with ids that AWS drew in the region."""
        place = self.service.place
        users = pulumi.Output.concat(place.arn("rds-db", "dbuser:"), self.region.value("database", "resource_id"))
        return Drawn(
            database_user_arn=lambda role: pulumi.Output.concat(users, f"/{role}"),
            cache_token_arn=self.region.value("cache", "secret_arn"),
        )

    def statements(self, runner: Runner) -> list[Statement]:
        """What the code of a function or container may do."""
        return [grant.statement() for grant in grants(self.service, runner, self.drawn)]

    def variables(self, runner: Runner, search_endpoint: pulumi.Input[str] | None) -> dict[str, pulumi.Input[str]]:
        """Environment of a function or container."""
        addresses = Addresses(
            url_of=self.url_of,
            cache_token=self.region.value("cache", "secret_arn"),
            search_endpoint=search_endpoint,
        )
        return variables(self.service, runner, addresses)

    def url_of(self, use: Use) -> pulumi.Output[str]:
        """Address of a container of another service."""
        handler, provider = use.endpoint.handler, use.provider.contract.id
        assert handler is not None
        if (endpoint := self.endpoints.get(self.endpoint_key(use))) is not None:
            return endpoint
        record = self.registry.outputs_of(provider, f"the address of {handler}")
        environment = self.settings.environment
        return record.apply(lambda outputs: recorded(outputs.containers, handler.key, "address", provider, environment))

    @staticmethod
    def endpoint_key(use: Use) -> str:
        """Name of the private endpoint through which a container of another account is called."""
        handler = use.endpoint.handler
        return f"to-{use.provider.service}-{handler.key if handler else ''}"


def checked_service(settings: ServiceStackSettings, services: Path) -> Service:
    """The contract in its place.

    Raises:
        pulumi.RunError: with every problem.
    """
    try:
        estate = read(services)
    except ContractError as error:
        raise pulumi.RunError(str(error)) from None
    versions = estate.by_id.get(settings.contract)
    if versions is None:
        raise pulumi.RunError(
            f"atoll:contract: there is no contract {settings.contract}; there are {', '.join(estate.by_id)}. "
            "`atoll contract new` begins one"
        )
    place = Place(settings.environment, settings.region, settings.account.id)
    service = Service(versions[max(versions)], estate, place, settings.accounts)
    concerned = {settings.contract, *service.loaded.contract.consumes}
    problems = [
        *(f.problem for f in findings(estate) if f.kind.refuses and concerned.intersection(f.contracts)),
        *(f.problem for f in malformed([service.loaded])),
        *service.problems(),
        *clashes(service),
        *unsupported(service, settings),
    ]
    if problems:
        raise pulumi.RunError(str(ContractError(f"{settings.contract} {service.loaded.contract.version}", problems)))
    return service


def unsupported(service: Service, settings: ServiceStackSettings) -> Iterator[Problem]:
    """What the contract asks for and the stack's settings do not have."""
    contract, loaded = service.loaded.contract, service.loaded
    if contract.stores.opensearch and settings.search is None:
        found = ", ".join(contract.stores.opensearch)
        fix = f"set atoll:search in Pulumi.{settings.service}-{settings.environment}.yaml, and mind what a domain costs"
        yield loaded.problem(("stores", "opensearch"), found, "no index where atoll:search is left out", fix)
    for name, container in contract.compute.ecs.items():
        if container.port != 8080:
            allowed, path = "8080, on which tasks listen (004)", ("compute", "ecs", name, "port")
            yield loaded.problem(path, container.port, allowed, "let it listen on 8080")
    routed = sorted(routed_containers(service))
    if len(routed) > 1:
        allowed = "one container of the service behind its HTTP interfaces"
        yield loaded.problem(
            ("provides", "http"), ", ".join(routed), allowed, "put one container in front of the others"
        )
    for name, http in contract.provides.http.items():
        through = {h.container for h in http.routes.values() if h.container in contract.compute.ecs}
        if http.kind == "rest" and through:
            path = ("provides", "http", name, "kind")
            yield loaded.problem(path, "rest", "http, for routes to ECS containers", "use http, or App Runner")


def routed_containers(service: Service) -> set[str]:
    """ECS containers that routes of HTTP interfaces lead to."""
    contract = service.loaded.contract
    handlers = (handler for http in contract.provides.http.values() for handler in http.routes.values())
    return {handler.container for handler in handlers if handler.container in contract.compute.ecs}


def index_uses(service: Service) -> Iterator[tuple[Runner, StoreUse]]:
    """Who uses which OpenSearch index of the service's own domain."""
    for runner in service.workers:
        for use in service.stores(runner):
            if isinstance(use.store, SearchStore):
                yield runner, use
