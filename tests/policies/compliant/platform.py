"""What every program has."""

from __future__ import annotations

import pulumi


class Area(pulumi.ComponentResource):
    """A component of ours, which may have no children."""

    def __init__(self, name: str) -> None:
        """Make it."""
        super().__init__("atoll:network:Area", name)
        self.register_outputs({})


def program() -> None:
    """A component."""
    Area("area")
