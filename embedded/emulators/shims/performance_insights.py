"""Remember whether Performance Insights watches a database."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

from typing import Any

from moto.rds.models import DBInstance

REASON = (
    "moto drops EnablePerformanceInsights, and the answer calls it PerformanceInsightsEnabled, so the fallback cannot "
    "see that the two are one; every preview would switch it on again."
)
_TOLD = "enable_performance_insights"


def apply() -> None:
    """Keep the switch, on creation and on every change."""
    construct, update = DBInstance.__init__, DBInstance.update

    def with_switch(self: DBInstance, *args: Any, **given: Any) -> None:
        construct(self, *args, **given)
        self.performance_insights_enabled = bool(given.get(_TOLD))

    def with_change(self: DBInstance, **given: Any) -> None:
        update(self, **given)
        if given.get(_TOLD) is not None:
            self.performance_insights_enabled = bool(given[_TOLD])

    DBInstance.__init__ = with_switch  # type: ignore[method-assign]
    DBInstance.update = with_change  # type: ignore[method-assign]
