"""Names and ARNs that are known before anything is made."""

from __future__ import annotations

import pytest

from components.messaging import names
from contracts.services.base import Delivery
from tests.components.messaging.samples import queue_clause, topic_clause
from tests.kit import ACCOUNT, REGION

HERE = {"region": REGION, "account_id": ACCOUNT}
FIFO_QUEUE, FIFO_TOPIC = queue_clause(type=Delivery.FIFO), topic_clause(type=Delivery.FIFO)


def test_arns_are_plain_text_when_asked_for_beforehand() -> None:
    assert names.queue_arn("test-a", queue_clause(), **HERE) == f"arn:aws:sqs:{REGION}:{ACCOUNT}:test-a"
    assert names.queue_arn("test-a", FIFO_QUEUE, **HERE) == f"arn:aws:sqs:{REGION}:{ACCOUNT}:test-a.fifo"
    assert names.queue_url("test-a", FIFO_QUEUE, **HERE) == f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/test-a.fifo"
    assert names.topic_arn("test-t", topic_clause(), **HERE) == f"arn:aws:sns:{REGION}:{ACCOUNT}:test-t"
    assert names.topic_arn("test-t", FIFO_TOPIC, **HERE) == f"arn:aws:sns:{REGION}:{ACCOUNT}:test-t.fifo"
    assert names.bus_arn("test-b", **HERE) == f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/test-b"
    assert names.rule_arn("test-r", "test-b", **HERE) == f"arn:aws:events:{REGION}:{ACCOUNT}:rule/test-b/test-r"
    assert names.rule_arn("test-r", "default", **HERE) == f"arn:aws:events:{REGION}:{ACCOUNT}:rule/test-r"


def test_dead_letters_have_their_queues_type_when_named() -> None:
    assert names.dead_letter_name("test-a", queue_clause()) == "test-a-dlq"
    assert names.dead_letter_name("test-a", FIFO_QUEUE) == "test-a-dlq.fifo"


@pytest.mark.parametrize("limit", [names.QUEUE, names.TOPIC, names.BUS, names.RULE, names.REGISTRY])
def test_name_of_exactly_the_longest_length_is_taken_when_checked(limit: names.Limit) -> None:
    assert limit.checked("x" * limit.longest) == "x" * limit.longest
    with pytest.raises(ValueError, match=rf"^{limit.what} x+: .* takes {limit.longest}, see https://docs\.aws"):
        limit.checked("x" * (limit.longest + 1))
