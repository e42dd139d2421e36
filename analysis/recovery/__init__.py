"""How long recovery takes, and what it loses, by what is deployed: per service, store and scenario (DR-2)."""

from __future__ import annotations

from analysis.recovery.budget import Budget, Decision, budget
from analysis.recovery.model import Kind, Outcome, Subject
from analysis.recovery.verdicts import Judgement, Verdict, judge

__all__ = ["Budget", "Decision", "Judgement", "Kind", "Outcome", "Subject", "Verdict", "budget", "judge"]
