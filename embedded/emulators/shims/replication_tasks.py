"""Let a DMS replication task become ready."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

from typing import Any

from moto.dms.models import FakeReplicationTask

REASON = "moto's replication tasks are being created for ever; the Terraform provider waits until one is ready."


def apply() -> None:
    """Have a task ready as soon as it is there."""
    construct = FakeReplicationTask.__init__

    def at_once(self: FakeReplicationTask, *args: Any, **given: Any) -> None:
        construct(self, *args, **given)
        self.ready()

    FakeReplicationTask.__init__ = at_once  # type: ignore[method-assign]
