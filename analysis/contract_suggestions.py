"""Edges that contracts may lack, proposed from those that they have (AI-1).

Three simple rules, each with its reason and a confidence that anybody can recompute; nothing is learnt and nothing is
changed. A proposal is a question to the owner of a contract, never a finding: the estate is fine without it.

* **alike**: services of the same kind listen to the same events. Jaccard similarity of what two consumers listen to;
  what the alike have and this one lacks is proposed, weighed by similarity.
* **together**: of those who listen to A so many also listen to B (association rule, A → B): who listens to A alone is
  asked about B. Confidence is support(A and B) / support(A), with at least two examples.
* **unheard**: an event that nobody listens to is proposed to those who already use its provider.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique

from contracts.services.estate import Estate

LEAST_EXAMPLES = 2
"""Fewer are chance."""


@unique
class Rule(StrEnum):
    """Why an edge is proposed."""

    ALIKE = "alike"
    TOGETHER = "together"
    UNHEARD = "unheard"


@dataclass(frozen=True, order=True)
class Event:
    """Something that a contract provides and others may listen to, or call."""

    provider: str
    """`domain/service`."""
    name: str

    def __str__(self) -> str:
        """As contracts write it: `order/order#OrderPlaced`."""
        return f"{self.provider}#{self.name}"


@dataclass(frozen=True)
class Suggestion:
    """One edge that may be missing."""

    consumer: str
    event: Event
    rule: Rule
    confidence: float
    """0 to 1: the share of examples that speak for it."""
    reason: str
    """In a sentence, with the examples."""


@dataclass(frozen=True)
class Observed:
    """Who listens to what, as contracts, or traces of what really runs, say."""

    offered: frozenset[Event]
    """Everything that somebody provides."""
    used: Mapping[str, frozenset[Event]]
    """Service → what it listens to or calls; services that use nothing are in it, too."""


def suggest(observed: Observed, *, least: float = 0.5) -> list[Suggestion]:
    """Proposals with at least this confidence, the surest first; each edge once, by its best rule."""
    best: dict[tuple[str, Event], Suggestion] = {}
    for found in (*_together(observed), *_alike(observed), *_unheard(observed)):
        key = (found.consumer, found.event)
        if found.confidence >= least and (key not in best or best[key].confidence < found.confidence):
            best[key] = found
    return sorted(best.values(), key=lambda found: (-found.confidence, found.consumer, found.event))


def _missing(observed: Observed, consumer: str, events: Iterable[Event]) -> Iterator[Event]:
    """Events that a service does not use and does not provide itself."""
    has = observed.used[consumer]
    yield from (event for event in sorted(events) if event not in has and event.provider != consumer)


def _together(observed: Observed) -> Iterator[Suggestion]:
    listeners: dict[Event, set[str]] = defaultdict(set)
    for service, events in observed.used.items():
        for event in events:
            listeners[event].add(service)
    for consumer, has in observed.used.items():
        for known in sorted(has):
            others = listeners[known] - {consumer}
            candidates = {event for service in others for event in observed.used[service]}
            for event in _missing(observed, consumer, candidates):
                examples = sorted(others & listeners[event])
                if len(examples) >= LEAST_EXAMPLES:
                    reason = (
                        f"{len(examples)} of {len(others)} others that use {known} use it, too: {', '.join(examples)}"
                    )
                    yield Suggestion(consumer, event, Rule.TOGETHER, round(len(examples) / len(others), 3), reason)


def _alike(observed: Observed) -> Iterator[Suggestion]:
    for consumer, has in observed.used.items():
        for other, theirs in sorted(observed.used.items()):
            shared = has & theirs
            if other == consumer or len(shared) < LEAST_EXAMPLES:
                continue
            likeness = len(shared) / len(has | theirs)
            for event in _missing(observed, consumer, theirs):
                names = ", ".join(map(str, sorted(shared)))
                reason = f"{other} uses it, and shares {len(shared)} of {len(has | theirs)} uses with it: {names}"
                yield Suggestion(consumer, event, Rule.ALIKE, round(likeness, 3), reason)


def _unheard(observed: Observed) -> Iterator[Suggestion]:
    heard = {event for events in observed.used.values() for event in events}
    for consumer, has in observed.used.items():
        for event in _missing(observed, consumer, observed.offered - heard):
            of_provider = {each for each in observed.offered if each.provider == event.provider} & heard
            used = sorted(has & of_provider)
            if used:
                share = round(len(used) / (len(of_provider) + 1), 3)
                names = ", ".join(each.name for each in used)
                reason = f"nobody uses it, and {consumer} uses {names} of {event.provider} already"
                yield Suggestion(consumer, event, Rule.UNHEARD, share, reason)


def observed(estate: Estate) -> Observed:
    """What the newest contracts of an estate offer and use: events, and operations by the name that callers use."""
    offered: set[Event] = set()
    used: dict[str, set[Event]] = {}
    for loaded in estate.contracts:
        contract = loaded.contract
        if estate.newest(contract.id) is not contract:
            continue
        offered |= {Event(contract.id, name) for name in contract.provides.events}
        used[contract.id] = {
            Event(provider, name)
            for provider, dependency in contract.consumes.items()
            for name in (*dependency.events, *dependency.calls)
        }
    return Observed(frozenset(offered), {service: frozenset(events) for service, events in used.items()})
