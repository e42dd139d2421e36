"""Every control sees: compliant resources pass, and each small change turns it, and nothing else, red."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from graph import ResourceGraph
from policies.catalogue import controls, rows
from policies.control import Control, StackControl
from policies.run import run
from policies.subject import View
from policies.verdicts import Fail, NotApplicable, Pass, Undecided, Verdict
from tests.policies.kit import TODAY, Mutation, compliant_graph, every_mutation, mutated

ALWAYS_DECIDED = {"iam-without-users", "program-known-providers-only", "program-without-ignored-properties"}
"""Controls that look at what is always known: types and options."""
ALWAYS_UNDECIDED = {"program-without-hidden-resources"}
"""Controls that can only say that they do not see."""
LAYERS = ("region", "global", "organization")


def _run(graph: ResourceGraph) -> dict[tuple[str, str], Verdict]:
    """(control, resource name) → verdict. Only controls of the stack depend on its layer."""
    found: dict[tuple[str, str], Verdict] = {}
    for layer in LAYERS:
        asked = [c for c in controls().values() if layer == LAYERS[0] or isinstance(c, StackControl)]
        done = run(graph, asked, layer=layer, today=TODAY)
        assert done.broken == ()
        found |= {(result.control.id, result.name): result.verdict for result in done.results}
    return found


@cache
def _compliant() -> dict[tuple[str, str], Verdict]:
    return _run(compliant_graph())


def test_compliant_programs_have_no_finding() -> None:
    wrong = {key: verdict for key, verdict in _compliant().items() if isinstance(verdict, Fail | Undecided)}
    assert wrong == {}


def test_every_control_passes_somewhere() -> None:
    passing = {control for (control, _), verdict in _compliant().items() if isinstance(verdict, Pass)}
    assert set(controls()) - passing == set()


@pytest.mark.parametrize("mutation", every_mutation(), ids=lambda mutation: mutation.id)
def test_control_alone_turns_red_when(mutation: Mutation) -> None:
    before, after = _compliant(), _run(mutated(mutation))
    verdict = after[mutation.control, mutation.resource]
    if mutation.not_applicable:
        assert verdict == NotApplicable(mutation.says or "")
    elif mutation.unknown or mutation.undecided:
        assert isinstance(verdict, Undecided), verdict
        return  # whoever reads the property does not know either
    else:
        assert verdict == Fail(mutation.says or "")
    allowed = {mutation.control, *controls()[mutation.control].companions, *mutation.also}
    red = {control for (control, name), verdict in after.items() if isinstance(verdict, Fail | Undecided)}
    was = {control for (control, name), verdict in before.items() if isinstance(verdict, Fail | Undecided)}
    assert red - was - allowed == set()


def test_every_control_is_killed_by_a_failure_and_by_an_unknown() -> None:
    undecided = Counter(m.control for m in every_mutation() if m.unknown or m.undecided)
    failing = Counter(m.control for m in every_mutation() if m.says and not m.not_applicable)
    assert {control for control in controls() if not failing[control]} - ALWAYS_UNDECIDED == set()
    assert {control for control in controls() if not undecided[control]} - ALWAYS_DECIDED == set()


def test_every_control_says_where_it_comes_from() -> None:
    for control in controls().values():
        assert set(control.catalogue) <= set(rows()), control.id
        assert control.title[0].isupper()
        assert control.rationale.endswith(".")
        assert not control.title.endswith(".")
        assert not control.remediation.summary.endswith(".")
        compile(control.remediation.snippet, control.id, "exec")


def test_every_type_of_a_control_is_in_the_compliant_programs() -> None:
    view = View(compliant_graph())
    wanted = {
        (c.id, kind) for c in controls().values() if isinstance(c, Control) for kind in c.types if "*" not in kind
    }
    assert {(control, kind) for control, kind in wanted if not view.of_type(kind)} == set()
