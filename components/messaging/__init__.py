"""What carries messages between services: queues, topics, event buses and rules (MSG-1, MSG-2, EVT-1, EVT-2)."""

from components.messaging.event_bus import EventBus, EventBusArgs
from components.messaging.event_rule import EventRule, EventRuleArgs
from components.messaging.event_schemas import EventSchemas, EventSchemasArgs
from components.messaging.queue import Queue, QueueArgs
from components.messaging.receivers import Receivers
from components.messaging.subscription import Subscription, SubscriptionArgs
from components.messaging.topic import Topic, TopicArgs

__all__ = [
    "EventBus",
    "EventBusArgs",
    "EventRule",
    "EventRuleArgs",
    "EventSchemas",
    "EventSchemasArgs",
    "Queue",
    "QueueArgs",
    "Receivers",
    "Subscription",
    "SubscriptionArgs",
    "Topic",
    "TopicArgs",
]
