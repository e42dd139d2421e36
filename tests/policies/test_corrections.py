"""What a control corrects by itself passes afterwards, and is not corrected again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from graph import ResourceGraph
from graph.values import FrozenList, FrozenMap, Value
from policies.catalogue import controls, rows
from policies.control import Control
from policies.subject import Subject, View
from policies.uncorrected import REASONS
from policies.verdicts import PASS, Fail
from tests.policies.kit import Mutation, every_mutation, mutated


def _corrected_by_itself(mutation: Mutation) -> bool:
    control = controls()[mutation.control]
    failing = bool(mutation.says) and not mutation.not_applicable and not mutation.undecided
    own = mutation.of in {None, mutation.resource} and not mutation.remove
    return isinstance(control, Control) and control.correct is not None and failing and own


def _plain(value: Value) -> Any:
    match value:
        case FrozenMap():
            return {key: _plain(item) for key, item in value.items()}
        case FrozenList():
            return [_plain(item) for item in value]
        case _:
            return value


@pytest.mark.parametrize(
    "mutation", [*filter(_corrected_by_itself, every_mutation())], ids=lambda mutation: mutation.id
)
def test_resource_passes_when_its_control_has_corrected_it(mutation: Mutation) -> None:
    control = controls()[mutation.control]
    assert isinstance(control, Control)
    assert control.correct is not None
    graph = mutated(mutation)
    node = next(node for node in graph if node.name == mutation.resource and node.type in control.types)
    assert isinstance(control.check(Subject(View(graph), node)), Fail)
    inputs = control.correct(_plain(node.inputs))
    assert control.correct(inputs) == inputs
    fixed = replace(node, inputs=FrozenMap(inputs))
    others = [fixed if other.urn == node.urn else other for other in graph]
    whole = ResourceGraph(others, project=graph.project, stack=graph.stack)
    assert control.check(Subject(View(whole), fixed)) == PASS


def test_every_fixable_control_is_corrected_or_says_why_not() -> None:
    fixable = {row.id for row in rows().values() if "preview-fix" in row.fix.split(";")}
    known = {control.id: control for control in controls().values() if fixable & set(control.catalogue)}
    corrected = {control for control, it in known.items() if isinstance(it, Control) and it.correct is not None}
    assert known.keys() - corrected - REASONS.keys() == set()
    assert corrected & REASONS.keys() == set()
    assert REASONS.keys() - known.keys() == set()
    assert fixable == {row for control in known.values() for row in control.catalogue if row in fixable}


def test_no_control_that_looks_around_corrects_what_it_sees_alone() -> None:
    correcting = [c for c in controls().values() if isinstance(c, Control) and c.correct is not None]
    assert [control.id for control in correcting if control.looks_around] == []


def test_every_correction_is_tried_on_a_failure() -> None:
    correcting = {c.id for c in controls().values() if isinstance(c, Control) and c.correct is not None}
    assert correcting - {mutation.control for mutation in every_mutation() if _corrected_by_itself(mutation)} == set()


UNREADABLE = (
    "defaultCacheBehavior",
    "enabledCloudwatchLogsExports",
    "metadataOptions",
    "networkInterfaces",
    "passwordPolicy",
    "pointInTimeRecovery",
    "ruleJson",
    "rules",
    "settings",
    "tags",
    "visibilityConfig",
)


def test_correction_keeps_blocks_that_it_cannot_read() -> None:
    odd = {name: object() for name in UNREADABLE}
    for control in controls().values():
        if isinstance(control, Control) and control.correct is not None:
            corrected = control.correct(dict(odd))
            assert {name: corrected[name] for name in UNREADABLE} == odd, control.id
