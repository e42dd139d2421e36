"""Which resource types of pulumi-aws take tags."""

from __future__ import annotations

from importlib import resources

TAGGABLE = frozenset(
    resources.files("policies").joinpath("data/taggable-types.txt").read_text(encoding="utf-8").split()
)
"""Type tokens; a test compares them with the SDK's classes."""
