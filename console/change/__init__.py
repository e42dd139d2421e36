"""`atoll change …`: what a change of the program means, before it is deployed and without credentials (DEL-4)."""

from console.change.cli import app

__all__ = ["app"]
