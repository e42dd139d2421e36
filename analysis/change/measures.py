"""Figures of recovery and parity that differ, whichever analysis computes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, Protocol

from contracts.change import Effect, MeasureDelta, Origin, Question
from contracts.change.deltas import Part
from graph.resource_graph import ResourceGraph


class Measure(Part):
    """One figure in one revision, for one stack or for the estate."""

    name: str
    """What it is, the same in both revisions, such as `order/order region-loss rto typical`."""
    value: str
    """As people write it: `180 s`, `no bound`, `unknown`."""
    rank: tuple[float, ...] | None
    """For comparing, from the first figure on: the larger the worse; None for what is unknown."""
    stack: str | None = None
    """Stack that it is about; None for several."""
    origins: tuple[Origin, ...] = ()
    """What it rests on."""
    fault: bool = False
    """Whether it is wrong that there is such a thing at all."""


class Measures(Protocol):
    """An analysis that gives figures; `console.change` knows which there are."""

    @property
    def question(self) -> Literal[Question.RECOVERY, Question.PARITY]:
        """Which of the two it answers."""
        ...

    def measures(self, graphs: Mapping[str, ResourceGraph]) -> Iterable[Measure]:
        """The figures of some stacks, by name."""
        ...


def measure_deltas(
    question: Literal[Question.RECOVERY, Question.PARITY], before: Iterable[Measure], after: Iterable[Measure]
) -> Iterator[MeasureDelta]:
    """Compare figures; one that cannot be told in the later revision is unknown, never the same."""
    was, now = _keyed(before), _keyed(after)
    for key in sorted(was.keys() | now.keys()):
        old, new = was.get(key), now.get(key)
        one = new or old
        assert one is not None, "one of the two has the key"
        if old is not None and new is not None and old.value == new.value:
            continue  # the same figure, or as unknown as before for the same reason, which the value tells
        yield MeasureDelta(
            question=question,
            effect=_effect(old, new),
            stack=one.stack,
            subject=one.name,
            sentence=_sentence(one.name, old, new),
            origins=one.origins,
            measure=one.name,
            before=old.value if old else None,
            after=new.value if new else None,
        )


def _keyed(measures: Iterable[Measure]) -> dict[tuple[str, str], Measure]:
    return {(each.stack or "", each.name): each for each in measures}


def _effect(old: Measure | None, new: Measure | None) -> Effect:
    if new is None:
        return Effect.IMPROVES if old is not None and old.fault else Effect.INFORMS
    if old is None:
        return Effect.UNKNOWN if new.rank is None else Effect.WARNS if new.fault else Effect.INFORMS
    if new.rank is None or old.rank is None:
        return Effect.UNKNOWN
    return Effect.WARNS if new.rank > old.rank else Effect.IMPROVES


def _sentence(name: str, old: Measure | None, new: Measure | None) -> str:
    if old is None and new is not None:
        return f"{name} is {new.value}."
    if new is None and old is not None:
        return f"{name} was {old.value}, and is there no longer."
    return f"{name}: {old.value if old else 'nothing'} → {new.value if new else 'nothing'}."
