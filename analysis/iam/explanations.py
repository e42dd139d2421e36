"""Findings that are meant, each with its reason: `explained.yaml` beside this file."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from analysis.iam.escalation import Escalation, Step
from analysis.iam.unused import Unexplained

FILE: Final = Path(__file__).parent / "explained.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedStep:
    """A step that is meant; `who` and `target` are shell patterns of names."""

    who: str
    method: str
    target: str
    why: str

    def explains(self, step: Step) -> bool:
        """Whether it is this step."""
        return (
            self.method == step.method
            and fnmatch.fnmatchcase(step.source, self.who)
            and fnmatch.fnmatchcase(step.target, self.target)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedGrant:
    """Grants that are meant; `role` and `policy` are shell patterns of names."""

    role: str
    policy: str
    actions: tuple[str, ...]
    sids: tuple[str, ...]
    why: str

    def explains(self, grant: Unexplained) -> bool:
        """Whether it is this grant."""
        return (
            fnmatch.fnmatchcase(grant.role, self.role)
            and fnmatch.fnmatchcase(grant.policy.removeprefix("inline policy "), self.policy)
            and grant.sid in self.sids
            and {each.lower() for each in grant.actions} <= {each.lower() for each in self.actions}
        )


@dataclass(frozen=True)
class Explanations:
    """All of them."""

    steps: tuple[ExplainedStep, ...] = ()
    grants: tuple[ExplainedGrant, ...] = ()

    def of_path(self, found: Escalation) -> str:
        """Why a path is meant; empty if any of its steps is not."""
        reasons = [next((e.why for e in self.steps if e.explains(step)), "") for step in found.steps]
        return " ".join(dict.fromkeys(reasons)) if all(reasons) else ""

    def of_grant(self, found: Unexplained) -> str:
        """Why a grant is meant; empty if it is not."""
        return next((each.why for each in self.grants if each.explains(found)), "")


@cache
def explanations() -> Explanations:
    """Those of the program."""
    content: dict[str, list[dict[str, Any]]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return Explanations(
        tuple(ExplainedStep(**raw) for raw in content["escalations"]),
        tuple(_grant(raw) for raw in content["grants"]),
    )


def _grant(raw: dict[str, Any]) -> ExplainedGrant:
    actions, sids = tuple(map(str, raw["actions"])), tuple(map(str, raw["sids"]))
    return ExplainedGrant(role=raw["role"], policy=raw["policy"], actions=actions, sids=sids, why=raw["why"])
