"""What can go wrong for a user of the plug-in. None of these ever shows a traceback or a secret."""

from __future__ import annotations

from dataclasses import dataclass


class PluginError(Exception):
    """A failure whose message is written for the user: what, where, why, and what to do."""


class ShapeError(PluginError):
    """A value does not fit its property. `path` is the Pulumi property path."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Problem:
    """One diagnostic of the Terraform provider. `path`: attribute names, list positions and map keys, from the top."""

    summary: str
    detail: str = ""
    path: tuple[str | int, ...] = ()

    def text(self) -> str:
        """Summary and detail in one line, without saying the same thing twice."""
        summary, detail = " ".join(self.summary.split()), " ".join(self.detail.split())
        if not detail or detail in summary:
            return summary
        return detail if detail.startswith(summary) else f"{summary}: {detail}"


class TerraformError(PluginError):
    """The Terraform provider refused a request."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.text() for problem in problems))
        self.problems = problems
