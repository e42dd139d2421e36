"""How risky a change is: features of a preview, and a score that anybody can recompute (AI-1).

A change is the list of steps of `pulumi preview --json`. `features` is what a model is given: numbers, in the order of
`FEATURES`. `baseline` is the score without a model, a sum of weights that says what it is made of; it is also what a
model has to beat. `atoll risk score` shows it, and asks the endpoint of SageMaker where one is named.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

STATEFUL = (
    "aws:rds/",
    "aws:dynamodb/",
    "aws:elasticache/",
    "aws:s3/bucket:",
    "aws:efs/",
    "aws:opensearch/",
    "aws:redshift/",
    "aws:kms/key:",
    "aws:sqs/",
)
NETWORK = ("aws:ec2/", "aws:vpc/", "aws:ec2transitgateway/", "aws:route53/", "aws:lb/", "aws:wafv2/")
ACCESS = ("aws:iam/", "aws:secretsmanager/", "aws:s3/bucketPolicy:", "aws:sns/topicPolicy:")

FEATURES: tuple[str, ...] = (
    "created",
    "updated",
    "replaced",
    "deleted",
    "stateful_replaced_or_deleted",
    "stateful_updated",
    "network_changed",
    "access_changed",
    "kinds",
)
"""Names of the features, in the order in which a model takes them. A model is trained for exactly this order."""

WEIGHTS: Mapping[str, float] = {
    "created": 0.01,
    "updated": 0.04,
    "replaced": 0.3,
    "deleted": 0.25,
    "stateful_replaced_or_deleted": 2.5,
    "stateful_updated": 0.4,
    "network_changed": 0.15,
    "access_changed": 0.15,
    "kinds": 0.05,
}
"""Feature → what one of it adds to the log-odds: judgement, not measurement, and open to argument."""
BIAS = -3.0
"""Log-odds of a change that changes nothing: 5 %."""

_REPLACED = {"replace", "create-replacement", "delete-replaced"}


@dataclass(frozen=True)
class Score:
    """How likely trouble is, and why."""

    probability: float
    """0 to 1."""
    because: tuple[str, ...]
    """What added most, such as `stateful_replaced_or_deleted: 1`."""


def features(steps: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Count the steps of a preview; a replacement is counted once, however many steps it takes.

    Args:
        steps: each with `op` and `urn`, as `pulumi preview --json` has them.
    """
    found = dict.fromkeys(FEATURES, 0)
    kinds: set[str] = set()
    seen: set[str] = set()
    for step in steps:
        op, urn = str(step["op"]), str(step["urn"])
        kind = _kind(urn)
        if op == "same" or not kind.startswith("aws:") or urn in seen:
            continue
        seen.add(urn)
        kinds.add(kind)
        replaced = op in _REPLACED
        found["replaced" if replaced else f"{op}d" if op.endswith("e") else "updated"] += 1
        stateful = kind.startswith(STATEFUL)
        found["stateful_replaced_or_deleted"] += stateful and (replaced or op == "delete")
        found["stateful_updated"] += stateful and op == "update"
        found["network_changed"] += kind.startswith(NETWORK)
        found["access_changed"] += kind.startswith(ACCESS)
    found["kinds"] = len(kinds)
    return found


def baseline(counts: Mapping[str, int]) -> Score:
    """The score without a model: the logistic of a weighted sum."""
    parts = {name: WEIGHTS[name] * counts[name] for name in FEATURES}
    probability = 1 / (1 + math.exp(-(BIAS + sum(parts.values()))))
    ranked = sorted((name for name in FEATURES if parts[name]), key=lambda name: -parts[name])
    return Score(round(probability, 3), tuple(f"{name}: {counts[name]}" for name in ranked[:3]))


def row(counts: Mapping[str, int]) -> str:
    """The features as the endpoint takes them: one line of CSV."""
    return ",".join(str(counts[name]) for name in FEATURES)


def answer(text: str) -> float:
    """The endpoint's answer: one probability.

    Raises:
        ValueError: it is none.
    """
    lines: Sequence[str] = [line for line in text.strip().splitlines() if line.strip()]
    if len(lines) != 1:
        raise ValueError(f"the model answered {len(lines)} lines where one was asked")
    probability = float(lines[0])
    if not 0 <= probability <= 1:
        raise ValueError(f"the model answered {probability}, which is no probability")
    return probability


def _kind(urn: str) -> str:
    """Type token of a URN: the last of its chain of parents."""
    return urn.split("::")[2].rpartition("$")[2]
