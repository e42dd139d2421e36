"""What `up` would do to a stack, told from its program and its last state without an engine."""

from analysis.preview.outputs import output_changes
from analysis.preview.steps import Planned, StackSteps

__all__ = ["Planned", "StackSteps", "output_changes"]
