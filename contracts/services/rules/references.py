"""Names that stand for something else in the contract: it must be there, and be given once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from contracts.services import compute, dependencies, identity, interfaces, messaging, stores, workflows
from contracts.services.contract import ScheduledRun
from contracts.services.rules.engine import Sections
from contracts.settings.kind import near
from contracts.settings.rules.engine import Finding

DEFAULT_BUS = "default"
"""The bus of every account, on which AWS puts its own events."""

ONE_OF: dict[type[BaseModel], tuple[str, ...]] = {
    interfaces.Handler: ("function", "container"),
    interfaces.Event: ("bus", "topic"),
    messaging.TopicSubscription: ("queue", "function", "email"),
    messaging.RuleTarget: ("function", "queue", "topic", "workflow", "bus"),
    dependencies.Subscription: ("queue", "function"),
    ScheduledRun: ("function", "workflow"),
}
"""Model → fields of which exactly one is given."""

NAMES: dict[tuple[type[BaseModel], str], str] = {
    (interfaces.Handler, "function"): "function",
    (interfaces.Handler, "container"): "container",
    (interfaces.GrpcInterface, "container"): "container",
    (interfaces.Event, "bus"): "bus",
    (interfaces.Event, "topic"): "topic",
    (interfaces.JwtAuthorizer, "user_pool"): "user pool",
    (messaging.TopicSubscription, "queue"): "queue",
    (messaging.TopicSubscription, "function"): "function",
    (messaging.TopicSubscription, "dead_letter"): "queue",
    (messaging.Rule, "bus"): "bus",
    (messaging.RuleTarget, "function"): "function",
    (messaging.RuleTarget, "queue"): "queue",
    (messaging.RuleTarget, "topic"): "topic",
    (messaging.RuleTarget, "workflow"): "workflow",
    (messaging.RuleTarget, "dead_letter"): "queue",
    (dependencies.Subscription, "queue"): "queue",
    (dependencies.Subscription, "function"): "function",
    (ScheduledRun, "function"): "function",
    (ScheduledRun, "workflow"): "workflow",
    (ScheduledRun, "dead_letter"): "queue",
    (workflows.State, "function"): "function",
    (compute.Function, "dead_letter"): "queue",
    (compute.Triggers, "queues"): "queue",
    (compute.Triggers, "streams"): "table",
    (compute.Triggers, "objects"): "object store",
    (stores.SearchStore, "fed_from"): "table",
    (identity.IdentityPool, "user_pool"): "user pool",
    (dependencies.Call, "by"): "function or container",
    (interfaces.Event, "by"): "function or container",
    (messaging.Queue, "by"): "function or container",
    (messaging.Topic, "by"): "function or container",
    (workflows.Workflow, "by"): "function or container",
    (stores.PostgresStore, "by"): "function or container",
    (stores.DynamoStore, "by"): "function or container",
    (stores.RedisStore, "by"): "function or container",
    (stores.ObjectStore, "by"): "function or container",
    (stores.SearchStore, "by"): "function or container",
}
"""Field → what its value, or its keys, name. A name with # is another contract's, which the estate looks up."""


_FIELDS: dict[type, list[tuple[str, str]]] = {
    model: [(field, what) for (other, field), what in NAMES.items() if other is model] for model, _ in NAMES
}
"""The same by model."""


def whole(sections: Sections) -> Iterator[Finding]:
    """Exactly one of the fields that exclude each other."""
    for path, model in sections.everything():
        fields = ONE_OF.get(type(model))
        given = [name for name in fields or () if getattr(model, name) is not None]
        if fields and len(given) != 1:
            found = " and ".join(given) or None
            yield Finding(
                path, found, f"exactly one of {', '.join(fields)}", "keep one" if given else "add one of them"
            )


def existing(sections: Sections) -> Iterator[Finding]:
    """Every name of something of this contract is the name of something."""
    known = _known(sections)
    for path, model in sections.everything():
        for field, what in _FIELDS.get(type(model), ()):
            if what not in known:
                continue
            for name, place in _named(getattr(model, field), field):
                if "#" not in name and name not in known[what] and not (what == "bus" and name == DEFAULT_BUS):
                    names = known[what]
                    allowed = f"a {what} of this contract: {', '.join(names) or 'there is none'}"
                    yield Finding((*path, *place), name, allowed, near(name, names) or f"declare the {what} first")


def operations(sections: Sections) -> Iterator[Finding]:
    """An operation that a workflow calls is one that the contract says it consumes."""
    if "consumes" not in sections.values:
        return
    for path, model in sections.everything():
        if isinstance(model, workflows.State) and model.operation is not None:
            contract, _, operation = model.operation.partition("#")
            used = sections.consumes.get(contract)
            if used is None or operation not in used.calls:
                fix = f"add {operation}: below consumes.{contract}.calls"
                yield Finding((*path, "operation"), model.operation, "an operation below consumes", fix)


def clients(sections: Sections) -> Iterator[Finding]:
    """Clients are clients of the user pool they are named with."""
    pools = sections.identity.user_pools
    for path, model in sections.everything():
        if isinstance(model, identity.IdentityPool | interfaces.JwtAuthorizer) and model.user_pool in pools:
            have = list(pools[model.user_pool].clients)
            for index, client in enumerate(model.clients):
                if client not in have:
                    allowed = f"a client of {model.user_pool}: {', '.join(have)}"
                    yield Finding((*path, "clients", index), client, allowed, near(client, have) or "add the client")


def _named(value: Any, field: str) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    if isinstance(value, str):
        yield value, (field,)
    elif isinstance(value, tuple):
        for index, name in enumerate(value):  # pyright: ignore[reportUnknownArgumentType,reportUnknownVariableType]  # a tuple of names
            yield str(name), (field, index)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, Mapping):
        for key in value:  # pyright: ignore[reportUnknownVariableType]  # a mapping by name
            yield str(key), (field, str(key))  # pyright: ignore[reportUnknownArgumentType]


def _known(sections: Sections) -> dict[str, list[str]]:
    """What there is, by kind; a kind whose section is not valid is left out, for nothing can be said about it."""
    found: dict[str, list[str]] = {}
    if "compute" in sections.values:
        run = sections.compute
        found["function"] = list(run.functions)
        found["container"] = [*run.ecs, *run.eks, *run.app_runner]
        found["function or container"] = [*found["function"], *found["container"]]
    if "messaging" in sections.values:
        carried = sections.messaging
        found |= {"queue": list(carried.queues), "topic": list(carried.topics), "bus": list(carried.buses)}
    if "provides" in sections.values:
        found["workflow"] = list(sections.provides.workflows)
    if "stores" in sections.values:
        found |= {"table": list(sections.stores.dynamodb), "object store": list(sections.stores.s3)}
    if "identity" in sections.values:
        found["user pool"] = list(sections.identity.user_pools)
    return found
