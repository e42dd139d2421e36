"""Unknown is never a pass: what fails with a wrong value does not pass once nobody can read that value (GOV-1)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph.values import SECRET
from policies.catalogue import controls
from policies.control import StackControl
from policies.run import run
from policies.verdicts import Fail, Undecided
from tests.policies.kit import TODAY, Mutation, every_mutation, mutated

WRONG = [m for m in every_mutation() if m.says and m.change and not m.not_applicable]


def _seen(mutation: Mutation) -> bool:
    """Whether the control says so somewhere: a group whose rules nobody knows answers for those that it is let into."""
    control = controls()[mutation.control]
    layers = control.layers if isinstance(control, StackControl) else ("region",)
    done = [run(mutated(mutation), [control], layer=layer, today=TODAY) for layer in layers]
    assert all(each.broken == () for each in done)
    return any(isinstance(result.verdict, Fail | Undecided) for each in done for result in each.results)


@pytest.mark.parametrize("mutation", WRONG, ids=lambda mutation: mutation.id)
def test_control_does_not_pass_when_the_wrong_value_is_hidden(mutation: Mutation) -> None:
    assert _seen(replace(mutation, change={}, unknown=tuple(mutation.change))), "unknown"
    assert _seen(replace(mutation, change=dict.fromkeys(mutation.change, SECRET))), "secret"
