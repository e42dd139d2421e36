"""`atoll docs`: the reference of components, settings, contracts and stacks, generated from the code."""

from console.docs.cli import app

__all__ = ["app"]
