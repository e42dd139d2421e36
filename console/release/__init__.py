"""`atoll release`: what a delivery pipeline does beside deploying stacks."""

from console.release.cli import app

__all__ = ["app"]
