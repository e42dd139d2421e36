"""Where messages can go: the receivers of a service, by the names its contract gives them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import pulumi

Arns = Mapping[str, pulumi.Input[str]]


def _none() -> Arns:
    return {}


@dataclass(frozen=True, kw_only=True)
class Receivers:
    """ARNs by the contract's names; one record serves every topic and rule of a service."""

    functions: Arns = field(default_factory=_none)
    queues: Arns = field(default_factory=_none)
    """Also where dead letters go. Each queue's policy has to let the topic or rule send."""
    topics: Arns = field(default_factory=_none)
    """Each topic's policy has to let the rule publish."""
    workflows: Arns = field(default_factory=_none)
    fifo: Collection[str] = ()
    """Names of the queues and topics above that are FIFO."""


def missing(what: str, wanted: str, arns: Arns) -> Iterator[str]:
    """A problem if `wanted` is not there; it lists what is."""
    if wanted not in arns:
        yield f"the {what} {wanted} is not given; there are {', '.join(sorted(arns)) or 'none'}"
