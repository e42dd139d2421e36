"""What a stack costs a month: a dated price table, rules by resource type, stated assumptions (COST-2)."""

from __future__ import annotations

from analysis.cost.estimate import Estimate, Line, Unpriced, estimate, largest, together

__all__ = ["Estimate", "Line", "Unpriced", "estimate", "largest", "together"]
