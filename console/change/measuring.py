"""Which analyses give figures of recovery and parity, and how a report asks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias

from analysis.change import Measure, Measures
from analysis.change.recovery import ParityMeasures, RecoveryMeasures
from analysis.parity import Pair, declarations
from analysis.reach import undrawn_estate
from console.change.facts import About
from contracts.change import Question
from graph.estate import Estate
from graph.resource_graph import ResourceGraph

Measured: TypeAlias = Literal[Question.RECOVERY, Question.PARITY]
QUESTIONS: tuple[Measured, ...] = (Question.RECOVERY, Question.PARITY)
"""Questions that are asked of the stacks of an environment together."""
DECLARED = "parity.yaml"
_KEEPING_DATA = ("region", "service", "global")
"""Layers that recover; what runs on clusters keeps no data."""


def measures_of(root: Path, stacks: Mapping[str, tuple[About, ResourceGraph]]) -> Mapping[Measured, Sequence[Measure]]:
    """Question → the figures of some stacks, environment by environment."""
    found: dict[Measured, list[Measure]] = {question: [] for question in QUESTIONS}
    for environment in sorted({about.environment for about, _ in stacks.values()}):
        some = {
            stack: one
            for stack, one in stacks.items()
            if one[0].environment == environment and one[0].layer in _KEEPING_DATA
        }
        if some:
            plain = undrawn_estate(Estate({stack: graph for stack, (_, graph) in some.items()}))
            for question, measures in found.items():
                measures += _analysis(root, question, some).measures(plain)
    return found


def _analysis(root: Path, question: Measured, stacks: Mapping[str, tuple[About, ResourceGraph]]) -> Measures:
    if question is Question.RECOVERY:
        return RecoveryMeasures()
    pairs = tuple(
        Pair(about.peer_stack, stack, stacks[about.peer_stack][0].region, about.region)
        for stack, (about, _) in stacks.items()
        if about.peer_stack is not None and about.peer_stack in stacks
    )
    return ParityMeasures(pairs, tuple(declarations(root / DECLARED, date.today()).valid) if pairs else ())
