"""Where each control is enforced: at preview, on a state, at run time. Nothing is silently missing."""

from __future__ import annotations

from dataclasses import dataclass

from policies.catalogue import rows
from policies.control import AnyControl, Control
from policies.runtime.answers import Answer, answer_of


@dataclass(frozen=True, slots=True)
class Places:
    """Where one control is enforced, and why not elsewhere."""

    preview: str
    """How `pulumi preview` asks it."""
    state: str
    """How it is asked of what is deployed."""
    runtime: str
    """Which rules of AWS Config ask it, or why there is none."""
    enforced_at_runtime: bool
    """Whether there is such a rule."""
    remediation: str
    """How a failure is corrected."""


def only_at_runtime(control: AnyControl) -> bool:
    """Whether the catalogue says that every row of the control can only be seen in the running account."""
    return bool(control.catalogue) and all(rows()[row].evaluable_at == "runtime" for row in control.catalogue)


def places_of(control: AnyControl) -> Places:
    """Where a control is enforced."""
    answer = answer_of(control)
    alone = isinstance(control, Control) and not control.looks_around
    return Places(
        preview="each resource, and again as it is created" if alone else "the whole stack",
        state="`atoll policy check --from state`",
        runtime=_runtime(answer),
        enforced_at_runtime=bool(answer.rules),
        remediation=_remediation(control, answer),
    )


def _runtime(answer: Answer) -> str:
    gaps = "; ".join(answer.gaps)
    if not answer.rules:
        return f"not at run time: {gaps}"
    named = ", ".join(rule.name if rule.identifier else f"{rule.name} (Guard)" for rule in answer.rules)
    return f"{named}; {gaps}" if gaps else named


def _remediation(control: AnyControl, answer: Answer) -> str:
    ways: list[str] = []
    if isinstance(control, Control) and control.correct is not None:
        ways.append("preview corrects the inputs")
    ways += [rule.fix.document for rule in answer.rules if rule.fix is not None]
    return ", ".join(dict.fromkeys(ways)) or "a person"
