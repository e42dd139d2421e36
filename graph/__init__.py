"""The resource graph: recorded offline, loaded from a preview or from state.

The graph itself needs neither Pulumi nor the cloud; `graph.record` is imported on its own by whoever records.
"""

from graph.estate import Availability, Estate, OutputReference
from graph.nodes import Edge, EdgeKind, Node, Options, PropertyReference, Source
from graph.resource_graph import ResourceGraph
from graph.values import MISSING, UNKNOWN, Reference, Secret, Unknown, is_secret, is_unknown

__all__ = [
    "MISSING",
    "UNKNOWN",
    "Availability",
    "Edge",
    "EdgeKind",
    "Estate",
    "Node",
    "Options",
    "OutputReference",
    "PropertyReference",
    "Reference",
    "ResourceGraph",
    "Secret",
    "Source",
    "Unknown",
    "is_secret",
    "is_unknown",
]
