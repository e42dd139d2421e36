"""Who can do what to which resource, before it is deployed: from the policies of a graph (IAM-1, ORG-5, CON-7).

`read_model(graph, …)` reads principals and policies, `evaluate` decides one request as AWS would (allowed with the
statement that allows, denied and why, or unknown and what), `who` and `can` ask it of everybody, `escalations` searches
the known ways to more rights, `compare` holds grants against contracts, and `check` gives all findings of a stack.
"""

from analysis.iam.escalation import ADMINISTRATOR, Escalation, Step, escalations
from analysis.iam.evaluate import evaluate
from analysis.iam.findings import Finding, FindingKind, check
from analysis.iam.model import Guardrails, IamModel, Kind, Policy, Principal, ResourcePolicy
from analysis.iam.questions import Can, Right, can, find_principal, find_resource, rights, who
from analysis.iam.reading import read_model
from analysis.iam.requests import Allowed, Answer, Denied, Grant, Layer, Request, Undecided
from analysis.iam.unused import Comparison, Missing, Unexplained, compare

__all__ = [
    "ADMINISTRATOR",
    "Allowed",
    "Answer",
    "Can",
    "Comparison",
    "Denied",
    "Escalation",
    "Finding",
    "FindingKind",
    "Grant",
    "Guardrails",
    "IamModel",
    "Kind",
    "Layer",
    "Missing",
    "Policy",
    "Principal",
    "Request",
    "ResourcePolicy",
    "Right",
    "Step",
    "Undecided",
    "Unexplained",
    "can",
    "check",
    "compare",
    "escalations",
    "evaluate",
    "find_principal",
    "find_resource",
    "read_model",
    "rights",
    "who",
]
