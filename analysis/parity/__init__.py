"""Does each region have everything that the other has, and can either carry everyone (DR-1)."""

from __future__ import annotations

from analysis.parity.capacity import Capacity, Share, capacity
from analysis.parity.compare import Difference, Parity, parity
from analysis.parity.declared import Declaration, declarations
from analysis.parity.sides import Pair

__all__ = ["Capacity", "Declaration", "Difference", "Pair", "Parity", "Share", "capacity", "declarations", "parity"]
