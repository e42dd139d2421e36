"""Record a component or a whole program and look at what it made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graph.record import Recording, record
from tests.kit.view import GraphView

ACCOUNT = "111122223333"
REGION = "us-east-1"


def record_component(build: Callable[[], Any], **changes: Any) -> GraphView:
    """Record a function that makes components, in one account and region unless ``changes`` say otherwise.

    ``changes`` are keyword arguments of `graph.record.record`; ``config`` is added to the region's.
    """
    return GraphView(record_program(build, **changes).graph)


def record_program(build: Callable[[], Any], **changes: Any) -> Recording:
    """Record a program with its stack outputs and log messages."""
    config: Mapping[str, str] = changes.pop("config", {})
    settings: dict[str, Any] = {"project": "atoll", "stack": "test", "account": ACCOUNT, **changes}
    return record(build, config={"aws:region": REGION, **config}, **settings)
