"""What comes back from a backup."""

from __future__ import annotations

from analysis.recovery.backups import Backups
from analysis.recovery.spans import Span, lost
from analysis.recovery.terms import published
from analysis.recovery.world import Place


def restored(store: Place, backups: Backups, restore: str, advice: str) -> tuple[Span, Span]:
    """RTO and RPO of a store whose region is lost and which only a recovery point outside of it can bring back."""
    age = backups.beyond(store, store.region)
    if age is None:
        gone = lost("no copy outside the region", store.source(""), advice)
        return gone, gone
    return published(restore), age
