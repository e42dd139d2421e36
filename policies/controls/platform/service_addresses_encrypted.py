"""No code is told to call anyone in clear (SEC-4): every edge between services is encrypted."""

from __future__ import annotations

import re
from collections.abc import Iterable

from graph.values import FrozenMap, Presence, Secret, Unknown, Value
from policies.containers import TASK, each_container
from policies.control import Control, Remediation, Severity
from policies.subject import Block, Subject
from policies.verdicts import PASS, Fail, NotApplicable, Undecided, Verdict

CLEAR = re.compile(r"(http|ws|redis|amqp|mqtt|ftp)://(?!localhost|127\.|\[::1\])", re.IGNORECASE)


def check(resource: Subject) -> Verdict:
    """The variables of a function, or of the containers of a task."""
    if resource.type == TASK:
        return each_container(resource, _of_container)
    variables = resource.read("environment.variables")
    if variables.missing:
        return NotApplicable("it has no variables")
    if not isinstance(variables.value, FrozenMap):
        return variables.undecided()
    return _judged(variables.value.items())


def _of_container(container: Block) -> Verdict:
    variables = container.blocks("environment")
    if variables is None:
        return Undecided(f"{container.path}.environment")
    return _judged((each.read("name").text().strip('"'), each.read("value").value) for each in variables)


def _judged(variables: Iterable[tuple[str, Value | Presence]]) -> Verdict:
    known = {name: _beginning(value) for name, value in variables}
    wrong = sorted(name for name, text in known.items() if text is not None and CLEAR.match(text))
    if wrong:
        return Fail(f"{', '.join(wrong)} {'is an address' if len(wrong) == 1 else 'are addresses'} without encryption")
    hidden = sorted(name for name, text in known.items() if text is None)
    return Undecided(", ".join(hidden)) if hidden else PASS


def _beginning(value: Value | Presence) -> str | None:
    """What a value begins with; None where that is not known. An output of another resource is no address in clear."""
    if isinstance(value, Unknown):
        first = value.parts[0] if value.parts else None
        return None if first is None else first if isinstance(first, str) else ""
    return None if isinstance(value, Secret) else str(value)


CONTROL = Control(
    id="service-addresses-encrypted",
    title="Code calls others over encrypted connections alone",
    severity=Severity.HIGH,
    rationale="What travels in clear is read, and changed, by whoever gets into the network.",
    remediation=Remediation(
        summary="Give the callee a certificate and write https:// (or rediss://, wss://)",
        snippet='{"ORDERS_URL": "https://orders.internal"}',
    ),
    catalogue=(),
    types=("aws:lambda/function:Function", TASK),
    check=check,
)
