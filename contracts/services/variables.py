"""The environment variables that code gets from its contract: where its queues, stores and providers are (CON-4).

`<KEY>` is the contract's own name in capitals (`naming.variable`). Nothing in them is secret: passwords are IAM tokens,
and the cache's token stands in Secrets Manager under the name that a variable tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.services.bindings import Service, Use
from contracts.services.grants import bucket_of, database_user
from contracts.services.naming import Runner, RunnerKind, variable
from contracts.services.stores import DynamoStore, ObjectStore, PostgresStore, RedisStore
from contracts.settings.errors import Path, Problem

Pairs = Iterator[tuple[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """What AWS draws, or another stack knows: text, or a value that is known later."""

    url_of: Callable[[Use], Any]
    """URL of a container's operation, without a slash at its end."""
    cache_token: Any
    """Name or ARN of the secret with the cache's token."""
    search_endpoint: Any
    """`https://…` of the OpenSearch domain; None without one."""


def variables(service: Service, runner: Runner, addresses: Addresses) -> dict[str, Any]:
    """Variables of one function or container, sorted by name."""
    found: dict[str, Any] = {}
    for make in (_always, _messages, _events, _workflows):
        found |= make(service, runner)
    found |= _stores(service, runner, addresses)
    found |= _calls(service, runner, addresses)
    return dict(sorted(found.items()))


def clashes(service: Service) -> Iterator[Problem]:
    """Variables that a contract sets and the platform sets too: the contract's value would be lost."""
    unknown = Addresses(url_of=lambda _use: "", cache_token="", search_endpoint="")
    compute = service.loaded.contract.compute
    for runner in service.workers:
        for part in ("functions", "ecs", "eks"):
            clause = getattr(compute, part).get(runner.key)
            own: Mapping[str, str] = clause.environment if clause is not None else {}
            for name in own.keys() & variables(service, runner, unknown).keys():
                path: Path = ("compute", part, runner.key, "environment", name)
                yield service.loaded.problem(path, name, "a name that the platform does not set", "rename it")


def _always(service: Service, runner: Runner) -> dict[str, Any]:
    contract = service.loaded.contract
    return {
        "CONTRACT_VERSION": contract.version,
        "ENVIRONMENT": service.place.environment,
        "POWERTOOLS_SERVICE_NAME": service.names.service,
        "SERVICE": contract.id,
    }


def _messages(service: Service, runner: Runner) -> Pairs:
    for key in (*service.sends_to(runner), *service.receives_from(runner)):
        yield f"{variable(key)}_QUEUE_URL", service.names.queue_url(key)
    for owner, key in service.publishes_on(runner):
        yield f"{variable(key)}_TOPIC_ARN", owner.topic_arn(key)


def _events(service: Service, runner: Runner) -> Pairs:
    for label, event in service.loaded.contract.provides.events.items():
        if runner not in service.by(event.by):
            continue
        owner, key = service.resolve(str(event.bus or event.topic))
        if event.topic is not None:
            yield f"{variable(label)}_TOPIC_ARN", owner.topic_arn(key)
        else:
            here = owner.place.account == service.place.account
            yield f"{variable(label)}_BUS_NAME", owner.bus(key) if here else owner.bus_arn(key)


def _workflows(service: Service, runner: Runner) -> Pairs:
    for key in (*service.starts(runner), *service.answers(runner)):
        yield f"{variable(key)}_WORKFLOW_ARN", service.names.state_machine_arn(key)


def _stores(service: Service, runner: Runner, addresses: Addresses) -> Pairs:
    environment = service.place.environment
    for use in service.stores(runner):
        key, store = variable(use.key), use.store
        match store:
            case PostgresStore():
                yield f"{key}_DATABASE", store.database
                yield f"{key}_DATABASE_USER", database_user(service, use)
                yield "DATABASE_URL_PARAMETER", f"/atoll/{environment}/database/url"
            case DynamoStore():
                yield f"{key}_TABLE", use.owner.name(use.key)
            case RedisStore():
                yield f"{key}_CACHE_PREFIX", store.prefix
                yield "CACHE_URL_PARAMETER", f"/atoll/{environment}/cache/url"
                yield "CACHE_TOKEN_SECRET", addresses.cache_token
            case ObjectStore():
                yield f"{key}_BUCKET", bucket_of(use.owner, store.bucket)
                yield f"{key}_PREFIX", store.prefix
            case _:
                yield f"{key}_INDEX", store.index
                yield "SEARCH_ENDPOINT", addresses.search_endpoint


def _calls(service: Service, runner: Runner, addresses: Addresses) -> Pairs:
    for use in service.uses_of(runner):
        key, handler = variable(use.endpoint.operation), use.endpoint.handler
        if handler is None:
            continue
        if handler.kind is RunnerKind.CONTAINER:
            yield f"{key}_URL", addresses.url_of(use)
        elif handler.kind is RunnerKind.FUNCTION:
            yield f"{key}_FUNCTION", use.provider.function_arn(handler.key)
        else:
            yield f"{key}_WORKFLOW_ARN", use.provider.state_machine_arn(handler.key)
        if use.call.timeout_ms is not None:
            yield f"{key}_TIMEOUT_MS", str(use.call.timeout_ms)
        if use.foreign and handler.kind is not RunnerKind.CONTAINER:
            yield f"{key}_ROLE", use.provider.role_for_arn(use.consumer.service)
            yield f"{key}_EXTERNAL_ID", use.consumer.contract.id
