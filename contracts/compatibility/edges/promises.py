"""What a contract promises outside of its documents, compared: who is let in, how much, how well, by which way.

Every change is put where it is met: at one interface or event, at everyone who uses the contract, or at nobody whom the
contract's readers know (pages of other origins, holders of API keys). ADR 0007 says why each is what it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from contracts.compatibility.verdict import Bump, Change, Severity, breaking, compatible, placed, unknown
from contracts.services.contract import Classification, ServiceContract
from contracts.services.interfaces import (
    Event,
    Exposure,
    HttpInterface,
    JwtAuthorizer,
    Throttling,
    UsagePlan,
    WebSocketInterface,
)
from contracts.services.workflows import Workflow, WorkflowKind

Place = tuple[str, str]
"""Section of `provides` and key within: `("http", "orders")`."""
EVERYWHERE: Place = ("", "")
"""Whoever uses anything of the contract."""
REACH = (Exposure.INTERNAL, Exposure.PARTNER, Exposure.PUBLIC)
"""Exposures, each reached by everyone who reaches the one before."""
PROTECTION = tuple(Classification)
"""Classes of data, the strictest last."""
EXPRESS_SECONDS = 300
"""How long an express workflow runs at most. https://docs.aws.amazon.com/step-functions/latest/dg/limits-overview.html"""

LOOSENED = "is loosened"
"""What the sentence about a service-level objective says when consumers may expect less."""


@dataclass
class Promises:
    """All changes, by where they are met."""

    met: dict[Place, list[Change]] = field(default_factory=lambda: defaultdict(list))
    """Changes that meet every user of an interface, event or workflow."""
    strangers: list[Change] = field(default_factory=list[Change])
    """Changes that meet only users whom no contract names."""

    @property
    def changes(self) -> list[Change]:
        """Everything, in the order in which it was found."""
        return [*(change for changes in self.met.values() for change in changes), *self.strangers]


def compare_promises(old: ServiceContract, new: ServiceContract) -> Promises:
    """Everything but the documents."""
    found = Promises()
    found.met[EVERYWHERE] += placed(_service(old, new), subject=old.id)
    for kind in ("http", "websocket", "grpc", "graphql", "events", "workflows"):
        was: Mapping[str, Any] = getattr(old.provides, kind)
        now: Mapping[str, Any] = getattr(new.provides, kind)
        for name, before in was.items():
            if (after := now.get(name)) is None:
                found.met[kind, name] += placed([breaking("", "was removed")], operation=name)
            elif before != after:
                _interface(found, (kind, name), before, after)
        for name in now:
            if name not in was:
                found.strangers += placed([compatible("", "was added")], operation=name)
    found.strangers += _resources(old, new)
    return found


def _service(old: ServiceContract, new: ServiceContract) -> list[Change]:
    found: list[Change] = []
    for name, better in (("availability_percent", 1), ("latency_p95_ms", -1), ("error_rate_percent", -1)):
        was, now = getattr(old.slo, name), getattr(new.slo, name)
        if was != now:
            verb = LOOSENED if (now - was) * better < 0 else "is tightened"
            found.append(compatible("", f"slo.{name} {verb} from {was} to {now}"))
    was, now = (PROTECTION.index(contract.data_classification) for contract in (old, new))
    if was != now:
        text = f"data_classification went from {PROTECTION[was]} to {PROTECTION[now]}"
        raised = f"{text}: who carries the data has to protect it as well"
        found.append(unknown("", raised) if now > was else compatible("", text))
    return found


def _interface(found: Promises, place: Place, old: Any, new: Any) -> None:
    kind, name = place
    met: list[Change] = []
    if kind in ("http", "grpc"):
        met += _exposure(old.exposure, new.exposure)
    if kind in ("http", "graphql"):
        met += _entrance(old, new)
    if kind in ("http", "websocket"):
        met += _throttling(old.throttling, new.throttling)
    if isinstance(old, HttpInterface):
        found.strangers += placed(_outside(old, new), operation=name)
    elif isinstance(old, WebSocketInterface):
        met += _sockets(old, new)
    elif isinstance(old, Event):
        met += _event(old, new)
    elif isinstance(old, Workflow):
        met += _workflow(old, new)
    found.met[place] += placed(met, operation=name)


def _exposure(old: Exposure, new: Exposure) -> list[Change]:
    text = f"exposure went from {old} to {new}"
    if REACH.index(new) < REACH.index(old):
        return [unknown("", f"{text}: not everyone who reached it still does")]
    return [compatible("", text)] if old != new else []


def _entrance(old: Any, new: Any) -> list[Change]:
    """Whom an interface lets in: everyone, holders of a token, or callers that sign with IAM."""
    was, now = _door(old), _door(new)
    if was == "everyone" or now == "everyone" or was != now:
        if was == now:
            return []
        text = f"lets in {now} now, was {was}"
        return placed([compatible("", text) if now == "everyone" else breaking("", text)], subject="authorizer")
    if old.authorizer is None:
        return []
    return placed(_tokens(old.authorizer, new.authorizer), subject="authorizer")


def _door(interface: Any) -> str:
    if getattr(interface, "anonymous", False):
        return "everyone"
    return "callers that sign with IAM" if interface.authorizer is None else "holders of a token"


def _tokens(old: JwtAuthorizer, new: JwtAuthorizer) -> list[Change]:
    found = [
        breaking("", f"{word} went from {was} to {now}")
        for word, was, now in (
            ("user_pool", old.user_pool, new.user_pool),
            ("identity_source", old.identity_source, new.identity_source),
        )
        if was != now
    ]
    found += [breaking("", f"client {name} is no longer let in") for name in old.clients if name not in new.clients]
    found += [compatible("", f"client {name} is let in as well") for name in new.clients if name not in old.clients]
    # A caller needs one of the scopes, so that another one is another way in, unless there was none to need.
    if new.scopes and not old.scopes:
        found.append(breaking("", f"asks for a scope now: {' or '.join(new.scopes)}"))
    elif new.scopes:
        gone = [scope for scope in old.scopes if scope not in new.scopes]
        found += [breaking("", f"scope {scope} is no longer enough") for scope in gone]
        more = [scope for scope in new.scopes if scope not in old.scopes]
        found += [compatible("", f"scope {scope} is enough as well") for scope in more]
    elif old.scopes:
        found.append(compatible("", "no longer asks for a scope"))
    return found


def _throttling(old: Throttling | None, new: Throttling | None) -> list[Change]:
    if old == new:
        return []
    if new is None:
        return placed([compatible("", "was removed")], subject="throttling")
    if old is None:
        text = f"was added: {new.rate} requests a second"
        return placed([unknown("", f"{text}, and nobody said how many come")], subject="throttling")
    found: list[Change] = []
    for word, was, now in (("burst", old.burst, new.burst), ("rate", old.rate, new.rate)):
        text = f"{word} went from {was} to {now}"
        if now < was:
            found.append(unknown("", f"{text}, and nobody said how many come"))
        elif now > was:
            found.append(compatible("", text))
    return placed(found, subject="throttling")


def _outside(old: HttpInterface, new: HttpInterface) -> list[Change]:
    """What pages, holders of API keys and users of the address notice; services are told the address when deployed."""
    found: list[Change] = []
    if old.domain != new.domain and old.domain is not None:
        found.append(breaking("", f"domain went from {old.domain} to {new.domain or 'none'}"))
    elif old.domain is None and old.kind != new.kind:
        found.append(breaking("", f"kind went from {old.kind} to {new.kind}, and its address with it"))
    if new.cors is None or old.cors is None:
        if old.cors is not None:
            found.append(breaking("", "cors was removed"))
    else:
        for word in ("origins", "methods", "headers"):
            was, now = getattr(old.cors, word), getattr(new.cors, word)
            found += [breaking("", f"cors.{word} has no {one}") for one in was if one not in now and "*" not in now]
        if old.cors.credentials and not new.cors.credentials:
            found.append(breaking("", "cors.credentials are no longer sent"))
    for name, plan in old.usage_plans.items():
        found += _plan(name, plan, new.usage_plans.get(name))
    return found


def _plan(name: str, old: UsagePlan, new: UsagePlan | None) -> list[Change]:
    if new is None:
        return [breaking("", f"usage plan {name} was removed")]
    found = [breaking("", f"usage plan {name} has no key {key}") for key in old.keys if key not in new.keys]
    found += placed(_throttling(old.throttling, new.throttling), subject=f"usage plan {name}")
    lower = new.quota is not None and (old.quota is None or new.quota < old.quota)
    if lower or (new.quota is not None and old.period != new.period):
        found.append(unknown("", f"usage plan {name}: quota went from {_quota(old)} to {_quota(new)}"))
    return found


def _quota(plan: UsagePlan) -> str:
    return "none" if plan.quota is None else f"{plan.quota} a {plan.period.lower()}"


def _sockets(old: WebSocketInterface, new: WebSocketInterface) -> list[Change]:
    found = [breaking("", f"route {route} was removed") for route in old.routes if route not in new.routes]
    found += [compatible("", f"route {route} was added") for route in new.routes if route not in old.routes]
    if old.selection != new.selection:
        found.append(breaking("", f"the action stands in {new.selection} now, was {old.selection}"))
    return found


def _event(old: Event, new: Event) -> list[Change]:
    """Rules and subscriptions look for bus or topic, source and type; a group keeps its events in order."""
    facts = (
        ("detail_type", old.detail_type, new.detail_type),
        ("source", old.source, new.source),
        ("carrier", _carrier(old), _carrier(new)),
        ("group_by", old.group_by or "nothing", new.group_by or "nothing"),
    )
    return [breaking("", f"{word} went from {was} to {now}") for word, was, now in facts if was != now]


def _carrier(event: Event) -> str:
    return f"bus {event.bus}" if event.bus is not None else f"topic {event.topic}"


def _workflow(old: Workflow, new: Workflow) -> list[Change]:
    if old.kind != new.kind:
        return [breaking("", f"kind went from {old.kind} to {new.kind}: it is started and run in another way")]
    was, now = _seconds(old), _seconds(new)
    if was == now:
        return []
    text = f"timeout_seconds went from {was or 'unbounded'} to {now or 'unbounded'}"
    shorter = now is not None and (was is None or now < was)
    return [unknown("", f"{text}: executions that ended well may not any more") if shorter else compatible("", text)]


def _seconds(workflow: Workflow) -> int | None:
    express = workflow.kind is WorkflowKind.EXPRESS
    return workflow.timeout_seconds or (EXPRESS_SECONDS if express else None)


def _resources(old: ServiceContract, new: ServiceContract) -> list[Change]:
    """Buses, topics, user pools and stores that other contracts may refer to, without saying so in `consumes`."""
    found: list[Change] = []
    for name, bus in old.messaging.buses.items():
        now = new.messaging.buses.get(name)
        gone = [account for account in bus.accounts if account not in now.accounts] if now else []
        changes = [breaking("", f"takes no events of account {account}") for account in gone]
        found += _resource("bus", name, changes, there=now is not None)
    for name, topic in old.messaging.topics.items():
        now = new.messaging.topics.get(name)
        differs = now is not None and now.type != topic.type
        changes = [breaking("", f"is no longer {topic.type}")] if differs else []
        found += _resource("topic", name, changes, there=now is not None)
    for name, pool in old.identity.user_pools.items():
        now = new.identity.user_pools.get(name)
        gone = [client for client in pool.clients if client not in now.clients] if now else []
        changes = [breaking("", f"client {client} was removed") for client in gone]
        found += _resource("user pool", name, changes, there=now is not None)
    for kind in ("postgresql", "dynamodb", "redis", "s3", "opensearch"):
        there: Mapping[str, Any] = getattr(new.stores, kind)
        for name in cast("Mapping[str, Any]", getattr(old.stores, kind)):
            found += _resource("store", name, [], there=name in there)
    return found


def _resource(what: str, name: str, changes: list[Change], *, there: bool) -> list[Change]:
    return placed(changes if there else [breaking("", "was removed")], operation=name, subject=what)


def classified(change: Change, consumer: Classification, provider: Classification) -> Change:
    """A raised class as one consumer meets it: who is protected as well already does not notice."""
    if "data_classification" not in change.what or PROTECTION.index(consumer) < PROTECTION.index(provider):
        return change
    return Change(change.path, change.what, Severity.COMPATIBLE, Bump.MINOR, change.operation, change.subject)
