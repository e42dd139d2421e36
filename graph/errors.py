"""Errors of the graph room: each says what, where and what to do next, and never quotes a property value."""

from __future__ import annotations


class GraphError(Exception):
    """A graph could not be built, read or asked."""


class RecordingError(GraphError):
    """The program asked for something that has no answer offline."""


class FormatError(GraphError):
    """A document is not a graph, preview or state that this version reads."""
