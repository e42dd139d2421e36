"""Several stacks in one command: those that one depends on, or that depend on it, in order and side by side."""

from console.fleet.walk import Outcome, Work, walk

__all__ = ["Outcome", "Work", "walk"]
