"""Reachability: can A reach B on port P, proved from the resource graph before anything is deployed (NET-4).

`network_of(graphs)` reads a small typed network out of resource graphs, `Places(network)` finds the ends of a question,
`Evaluator(network).ask(a, b, port)` answers it: reachable, with every hop and the rule that lets it through; blocked,
with the first wall in each direction; partly; or unknown, with the properties on which it depends.
"""

from analysis.reach.answers import Answer, Blocked, Hop, Packet, Partly, Reachable, Undecided, Wall, lines, word
from analysis.reach.check import Finding, Problem, check, differences, matrix
from analysis.reach.drawn import drawn_ids, undrawn_estate
from analysis.reach.evaluate import Evaluator, Place
from analysis.reach.extract import network_of
from analysis.reach.intents import Edge, Intents, Role, region_intents, service_intents
from analysis.reach.network import Network
from analysis.reach.places import PlaceError, Places

__all__ = [
    "Answer",
    "Blocked",
    "Edge",
    "Evaluator",
    "Finding",
    "Hop",
    "Intents",
    "Network",
    "Packet",
    "Partly",
    "Place",
    "PlaceError",
    "Places",
    "Problem",
    "Reachable",
    "Role",
    "Undecided",
    "Wall",
    "check",
    "differences",
    "drawn_ids",
    "lines",
    "matrix",
    "network_of",
    "region_intents",
    "service_intents",
    "undrawn_estate",
    "word",
]
