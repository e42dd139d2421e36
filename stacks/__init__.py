"""Composition of components into one stack per layer; `deploy` is the whole program."""

from stacks.deploy import deploy

__all__ = ["deploy"]
