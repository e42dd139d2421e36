"""Run controls over a graph: every answer of every control, and what a control that breaks means (a failed run)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph import ResourceGraph
from policies.control import AnyControl, Control, StackControl
from policies.subject import Subject, View
from policies.verdicts import Fail, Pass, Undecided, Verdict


@dataclass(frozen=True, slots=True)
class Result:
    """One control's answer about one resource, or about the stack."""

    control: AnyControl
    urn: str
    """URN of the resource; of the stack for a control of the stack."""
    name: str
    """Logical name, for people."""
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Broken:
    """A control raised: it has found nothing out, so the run has failed."""

    control: AnyControl
    urn: str
    error: str
    """Class of the exception; its text may hold a value and is left out."""


@dataclass(frozen=True, slots=True)
class Run:
    """All answers, in the order of controls and resources."""

    results: tuple[Result, ...]
    broken: tuple[Broken, ...]

    @property
    def findings(self) -> tuple[Result, ...]:
        """What fails, and what cannot be decided: unknown is never a pass."""
        return tuple(result for result in self.results if isinstance(result.verdict, Fail | Undecided))

    @property
    def passed(self) -> tuple[Result, ...]:
        """What passes."""
        return tuple(result for result in self.results if isinstance(result.verdict, Pass))


def run(
    graph: ResourceGraph,
    controls: Iterable[AnyControl],
    *,
    layer: str,
    settings: Mapping[str, Any] | None = None,
    exact: bool = True,
    today: date | None = None,
) -> Run:
    """Ask every control.

    Args:
        graph: recorded, or from a preview or a state: controls cannot tell.
        controls: such as those of a pack.
        layer: layer of the stack, such as `region`; controls of other layers are not asked.
        settings: control id → its validated settings.
        exact: whether the graph knows which output an unknown value is; a preview does not.
        today: day on which versions must be in support; the current one if left out.
    """
    view = View(graph, settings, exact=exact, today=today)
    results: list[Result] = []
    broken: list[Broken] = []
    for control in controls:
        for urn, name, ask in _questions(control, view, layer):
            try:
                results.append(Result(control, urn, name, ask()))
            except Exception as error:
                broken.append(Broken(control, urn, type(error).__name__))
    return Run(tuple(results), tuple(broken))


def _questions(control: AnyControl, view: View, layer: str) -> Iterator[tuple[str, str, Callable[[], Verdict]]]:
    if isinstance(control, StackControl):
        if layer in control.layers:
            root = view.graph.root
            urn = root.urn if root is not None else view.graph.stack
            yield urn, view.graph.stack, lambda: control.check(view)
        return
    for subject in subjects(control, view):
        yield subject.urn, subject.node.name, lambda subject=subject: control.check(subject)


def subjects(control: Control, view: View) -> Iterable[Subject]:
    """The resources that a control is asked about."""
    match control.types:
        case ("*",):
            return view.everything()
        case ("aws:*",):
            return view.of_aws()
        case types:
            return view.of_type(*types)
