"""What differs between two revisions of a stack, question by question, from their graphs alone (DEL-4).

Each question is a pure function from what it knows of both revisions to differences of `contracts.change`. What a
control says comes from the caller, since policies are no part of analysis.
"""

from analysis.change.access import AccessFacts, access_deltas, access_facts
from analysis.change.contracts import contract_deltas
from analysis.change.cost import CostFacts, cost_deltas, cost_facts
from analysis.change.measures import Measure, Measures, measure_deltas
from analysis.change.policies import PolicyFinding, policy_deltas
from analysis.change.reach import ReachFacts, reach_deltas, reach_facts
from analysis.change.resources import Resources, resource_deltas

__all__ = [
    "AccessFacts",
    "CostFacts",
    "Measure",
    "Measures",
    "PolicyFinding",
    "ReachFacts",
    "Resources",
    "access_deltas",
    "access_facts",
    "contract_deltas",
    "cost_deltas",
    "cost_facts",
    "measure_deltas",
    "policy_deltas",
    "reach_deltas",
    "reach_facts",
    "resource_deltas",
]
