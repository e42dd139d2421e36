"""Ask questions of recorded programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from analysis.reach import Answer, Evaluator, Network, Places, drawn_ids, network_of
from graph import ResourceGraph
from tests.kit.recording import record_program


def recorded(program: Callable[[], Any], **changes: Any) -> ResourceGraph:
    """The graph of a program."""
    return record_program(program, **changes).graph


def network(program: Callable[[], Any]) -> Network:
    """The network of a program."""
    return network_of(recorded(program))


def with_ids(program: Callable[[], Any]) -> ResourceGraph:
    """The graph of a program whose resources have ids, as another stack would read them."""
    return recorded(program, outputs=drawn_ids)


def asked(found: Network, source: str, target: str, port: int | None = None, protocol: str = "tcp") -> Answer:
    """The answer to one question."""
    places = Places(found)
    return Evaluator(found).ask(places(source), places(target), port, protocol)


OPEN: Mapping[str, Any] = {"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}
"""An inline rule for everything, by IPv4."""
