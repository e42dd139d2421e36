"""A model of what Route 53 and Global Accelerator answer: no emulator answers for them, and nothing is asked here.

It reads the records, checks and endpoint groups of a graph (recorded or deployed), is told which hosts answer and which
regions are evacuated, and says where clients are led, with which probability, and how long a change takes to reach
them. It knows nothing of resolvers that ignore TTLs, of the checkers' network, or of AWS's own failures.
"""

from analysis.resolver.model import (
    MODEL_NOTE,
    Answer,
    Check,
    CheckKind,
    Conditions,
    Delay,
    Record,
    Routing,
    Zone,
)
from analysis.resolver.reading import UnreadableError, read_zone
from analysis.resolver.timeline import Change, clients_at, delay

__all__ = [
    "MODEL_NOTE",
    "Answer",
    "Change",
    "Check",
    "CheckKind",
    "Conditions",
    "Delay",
    "Record",
    "Routing",
    "UnreadableError",
    "Zone",
    "clients_at",
    "delay",
    "read_zone",
]
