"""Whether an estimate keeps within what may be spent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum, unique

from analysis.cost.estimate import Estimate


@unique
class Verdict(StrEnum):
    """How an estimate stands to a budget."""

    WITHIN = "within"
    OVER = "over"
    UNKNOWN = "unknown"
    """What is known is within the budget, but something is not known: that is no pass."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """The estimate of one environment against its budget."""

    environment: str
    limit_usd: Decimal
    estimated_usd: Decimal
    verdict: Verdict

    def __str__(self) -> str:
        told = {
            Verdict.WITHIN: "is within",
            Verdict.OVER: "is above",
            Verdict.UNKNOWN: "and what is not known may not be within",
        }[self.verdict]
        return f"{self.environment}: ${self.estimated_usd} a month {told} its budget of ${self.limit_usd}"


def check(found: Estimate, environment: str, limit_usd: Decimal) -> Check:
    """Compare what an environment costs in an estimate with its budget, in USD a month."""
    lines = tuple(line for line in found.lines if line.environment == environment)
    estimated = Estimate(lines=lines, unknown=()).total
    verdict = Verdict.UNKNOWN if found.unknown else Verdict.WITHIN
    if estimated > limit_usd:
        verdict = Verdict.OVER
    return Check(environment=environment, limit_usd=limit_usd, estimated_usd=estimated, verdict=verdict)
