"""Which analyses give figures of recovery and parity, and how a report asks them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from analysis.change import Measure, Measures
from contracts.change import Question
from graph.resource_graph import ResourceGraph

Measured: TypeAlias = Literal[Question.RECOVERY, Question.PARITY]
_ANALYSES: Mapping[Measured, Measures] = {}
QUESTIONS: tuple[Measured, ...] = tuple(_ANALYSES)
"""Questions that an analysis answers."""


def measures_of(question: Measured, graphs: Mapping[str, ResourceGraph]) -> Iterable[Measure]:
    """The figures of some stacks."""
    return _ANALYSES[question].measures(graphs)
