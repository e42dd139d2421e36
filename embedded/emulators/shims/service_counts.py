"""Count the tasks of a service as running as soon as they are wanted."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

from typing import Any

from moto.ecs.models import Service

REASON = (
    "moto counts every task of a service as pending for ever, since nothing runs; a plan of recovery that makes a "
    "service larger would wait for it in vain."
)


def apply() -> None:
    """Answer what is wanted; what moto itself writes there is dropped."""

    def wanted(self: Service) -> int:
        return self.desired_count

    def none(_: Service) -> int:
        return 0

    def drop(_self: Service, _count: Any) -> None: ...

    Service.running_count = property(wanted, drop)  # type: ignore[assignment]
    Service.pending_count = property(none, drop)  # type: ignore[assignment]
