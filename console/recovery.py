"""What an update was creating when it was killed, and where those resources are now.

The engine records an operation before it starts. When it is killed, the record stays without an identifier. A plug-in
that finishes what it was doing, and notes the identifier, lets the resource be taken into the state instead of being
created a second time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from console.engine import Runner
from embedded.aws_plugin.creations import Step, latest


@dataclass(frozen=True)
class Interrupted:
    """One creation that the engine never saw the end of."""

    urn: str
    identifier: str | None
    """Where the resource is, when the plug-in noted it."""
    certain: bool
    """Whether it is known what became of it; if not, somebody has to look."""


def interrupted(runner: Runner, stack: str) -> list[Interrupted]:
    """The creations that were under way when the last update of `stack` ended, in the order of their start."""
    exported = runner.ask("stack", "export", "--stack", stack)
    deployment = cast("dict[str, Any]", exported.get("deployment") or {})
    pending = cast("list[dict[str, Any]]", deployment.get("pending_operations") or [])
    notes = latest(runner.environment)
    found: list[Interrupted] = []
    for operation in pending:
        if operation["type"] != "creating":
            continue
        urn: str = operation["resource"]["urn"]
        step, identifier = notes.get(urn, (None, ""))
        has_no_body = not operation["resource"].get("custom")  # a component is nothing but its children
        certain = has_no_body or step in (Step.FINISHED, Step.FAILED)
        found.append(Interrupted(urn, identifier or None, certain))
    return found
