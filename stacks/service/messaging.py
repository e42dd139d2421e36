"""Queues, topics, buses and rules of a service, and the events of others that it hears."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pulumi

from components.functions import object_rule_name
from components.messaging import (
    EventBus,
    EventBusArgs,
    EventRule,
    EventRuleArgs,
    EventSchemas,
    EventSchemasArgs,
    Queue,
    QueueArgs,
    Receivers,
    Subscription,
    SubscriptionArgs,
    Topic,
    TopicArgs,
)
from contracts.services.base import Delivery
from contracts.services.bindings import Heard, on_bus
from contracts.services.messaging import Bus, BusTarget, Rule, RuleTarget, TopicSubscription
from contracts.services.naming import DEFAULT_BUS
from stacks.service.order import after
from stacks.service.plan import Plan

INBOX = "inbox"
"""Bus of a service in whose account events of other accounts arrive."""


@dataclass(frozen=True, kw_only=True)
class Messaging:
    """Queues of the service, which functions wait for."""

    queues: dict[str, Queue]
    topics: dict[str, Topic]


def make_messaging(plan: Plan) -> Messaging:
    """Buses first, then queues and topics: their policies name rules and topics that are made later."""
    messaging, names = plan.contract.messaging, plan.names
    for key, bus in messaging.buses.items():
        EventBus(names.name(key), args=EventBusArgs(bus=bus, key_arn=plan.region.key("messaging")), opts=plan.opts)
    _make_inbox(plan)
    _make_schemas(plan)
    senders = _senders(plan)
    alarms = plan.region.value("alarm_topic_arn")
    queues = {
        key: Queue(
            names.name(key),
            args=QueueArgs(
                queue=queue,
                key_arn=plan.region.key("messaging"),
                topic_arns=sorted(senders.topics[key]),
                rule_arns=sorted(senders.rules[key]),
                alarm_topic_arn=alarms,
            ),
            opts=plan.opts,
        )
        for key, queue in messaging.queues.items()
    }
    receivers = receivers_of(plan)
    topics = {
        key: Topic(
            names.name(key),
            args=TopicArgs(
                topic=topic,
                key_arn=plan.region.key("messaging"),
                publishers={"events.amazonaws.com": rules} if (rules := _rules_to_topic(plan, key)) else {},
                receivers=receivers,
            ),
            # A subscription is accepted once the queue's policy lets the topic send.
            opts=after(plan.opts, list(queues.values())),
        )
        for key, topic in messaging.topics.items()
    }
    return Messaging(queues=queues, topics=topics)


def make_rules(plan: Plan, targets: list[pulumi.Resource]) -> list[pulumi.Resource]:
    """Rules of the contract, and one for each event of others that it hears; their targets stand."""
    made: list[pulumi.Resource] = []
    opts = after(plan.opts, targets)
    receivers = receivers_of(plan)
    for key, rule in plan.contract.messaging.rules.items():
        owner, bus = (plan.names, DEFAULT_BUS) if rule.bus == DEFAULT_BUS else plan.service.resolve(rule.bus)
        made.append(_rule(plan, key, rule, owner.bus(bus), f"{key} of {plan.contract.id}", receivers, opts))
    for heard in plan.service.heard:
        source = f"{heard.label} of {heard.provider.contract.id} for {plan.contract.id}"
        if heard.event.topic is not None:
            made.append(_subscribe(plan, heard, receivers, opts))
        else:
            bus = plan.names.name(INBOX) if heard.foreign else on_bus(heard)
            made.append(_rule(plan, heard.label, rule_for(heard), bus, source, receivers, opts))
    return [*made, *(_forward(plan, heard) for heard in plan.service.foreign_listeners)]


def rule_for(heard: Heard) -> Rule:
    """The rule that takes one type of event to where the contract wants it."""
    subscription = heard.subscription
    dead_letter = None
    if subscription.function is not None:
        dead_letter = heard.consumer.contract.compute.functions[subscription.function].dead_letter
    target = RuleTarget(queue=subscription.queue, function=subscription.function, dead_letter=dead_letter)
    event = heard.event
    key = subscription.queue or str(subscription.function)
    return Rule(bus=str(event.bus), sources=(event.source,), detail_types=(event.detail_type,), targets={key: target})


def receivers_of(plan: Plan) -> Receivers:
    """Where messages of the service go, as plain ARNs."""
    names, contract = plan.names, plan.contract
    queues, topics = contract.messaging.queues, contract.messaging.topics
    return Receivers(
        functions={key: names.function_arn(key) for key in contract.compute.functions},
        queues={key: names.queue_arn(key) for key in queues},
        topics={key: names.topic_arn(key) for key in topics},
        workflows={key: names.state_machine_arn(key) for key in contract.provides.workflows},
        fifo=[key for key, clause in {**queues, **topics}.items() if clause.type is Delivery.FIFO],
    )


@dataclass(frozen=True)
class _Senders:
    """Queue → ARNs of what sends to it."""

    topics: defaultdict[str, set[str]]
    rules: defaultdict[str, set[str]]


def _senders(plan: Plan) -> _Senders:
    found = _Senders(defaultdict(set), defaultdict(set))
    messaging, names = plan.contract.messaging, plan.names
    for key, topic in messaging.topics.items():
        for receiver in topic.subscriptions.values():
            for queue in (receiver.queue, receiver.dead_letter):
                if queue is not None:
                    found.topics[queue].add(names.topic_arn(key))
    for key, rule in messaging.rules.items():
        owner, bus = (names, DEFAULT_BUS) if rule.bus == DEFAULT_BUS else plan.service.resolve(rule.bus)
        for target in rule.targets.values():
            for queue in (target.queue, target.dead_letter):
                if queue is not None:
                    found.rules[queue].add(_rule_arn(plan, key, owner.bus(bus)))
    for heard in plan.service.heard:
        if heard.event.topic is not None and heard.subscription.queue is not None:
            found.topics[heard.subscription.queue].add(heard.carrier.topic_arn(heard.name))
        elif heard.event.topic is None:
            bus = names.name(INBOX) if heard.foreign else on_bus(heard)
            for target in rule_for(heard).targets.values():
                for queue in (target.queue, target.dead_letter):
                    if queue is not None:
                        found.rules[queue].add(_rule_arn(plan, heard.label, bus))
    for store, trigger in _object_triggers(plan):
        if trigger is not None:
            found.rules[trigger].add(_rule_arn(plan, store, DEFAULT_BUS))
    return found


def _object_triggers(plan: Plan) -> list[tuple[str, str | None]]:
    """Key of the rule of each object trigger, and the queue of its dead letters."""
    functions = plan.contract.compute.functions
    return [
        (object_rule_name(key, store), function.dead_letter)
        for key, function in functions.items()
        for store in function.triggers.objects
    ]


def _rule_arn(plan: Plan, key: str, bus: str) -> str:
    on = "" if bus == DEFAULT_BUS else f"{bus}/"
    return plan.service.place.arn("events", f"rule/{on}{plan.names.name(key)}")


def _rules_to_topic(plan: Plan, topic: str) -> list[str]:
    found: list[str] = []
    for key, rule in plan.contract.messaging.rules.items():
        owner, bus = (plan.names, DEFAULT_BUS) if rule.bus == DEFAULT_BUS else plan.service.resolve(rule.bus)
        if any(target.topic == topic for target in rule.targets.values()):
            found.append(_rule_arn(plan, key, owner.bus(bus)))
    return sorted(found)


def _rule(
    plan: Plan, key: str, rule: Rule, bus: str, description: str, receivers: Receivers, opts: pulumi.ResourceOptions
) -> EventRule:
    place = plan.service.place
    args = EventRuleArgs(
        rule=rule,
        bus_name=bus,
        region=place.region,
        account_id=place.account,
        description=description,
        receivers=receivers,
    )
    return EventRule(plan.names.name(key), args=args, opts=opts)


def _subscribe(plan: Plan, heard: Heard, receivers: Receivers, opts: pulumi.ResourceOptions) -> Subscription:
    clause = TopicSubscription(queue=heard.subscription.queue, function=heard.subscription.function)
    args = SubscriptionArgs(subscription=clause, topic_arn=heard.carrier.topic_arn(heard.name), receivers=receivers)
    return Subscription(plan.names.name(heard.label), args=args, opts=opts)


def _make_schemas(plan: Plan) -> None:
    """What the service's events look like, for those who write rules and handlers."""
    events = plan.contract.provides.events
    if events:
        documents = plan.service.loaded.documents
        named = [name for name, _ in documents.texts() if name.endswith((".json", ".yaml", ".yml"))]
        read = {name: documents.values(name) for name in named}
        args = EventSchemasArgs(service=plan.contract.id, events=events, documents=read)
        EventSchemas(plan.names.name("schemas"), args=args, opts=plan.opts)


def _make_inbox(plan: Plan) -> None:
    """A bus that admits exactly the accounts whose events this service hears."""
    foreign = [heard for heard in plan.service.heard if heard.foreign and heard.event.bus]
    accounts = tuple(sorted({heard.carrier.place.account for heard in foreign}))
    if accounts:
        bus = Bus(description=f"Events of other accounts for {plan.contract.id}", accounts=accounts)
        EventBus(plan.names.name(INBOX), args=EventBusArgs(bus=bus), opts=plan.opts)


def _forward(plan: Plan, heard: Heard) -> EventRule:
    """Take an event on a bus of this service to the inbox of a consumer in another account."""
    consumer = heard.consumer
    target = RuleTarget(bus=BusTarget(account=consumer.place.account, region=consumer.place.region, bus=INBOX))
    event = heard.event
    rule = Rule(
        bus=heard.name, sources=(event.source,), detail_types=(event.detail_type,), targets={consumer.service: target}
    )
    key = f"{heard.label}-to-{consumer.service}"
    args = EventRuleArgs(
        rule=rule,
        bus_name=plan.names.bus(heard.name),
        region=plan.service.place.region,
        account_id=plan.service.place.account,
        description=f"{heard.label} for {consumer.contract.id} in another account",
        foreign_bus_names={consumer.service: consumer.name(INBOX)},
    )
    return EventRule(plan.names.name(key), args=args, opts=plan.opts)
