"""Records, health checks, and which answers they give; pure.

Rules of https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from fractions import Fraction

MODEL_NOTE = (
    "Answers of DNS come from a model over the deployed records and checks; no name server was asked and no health "
    "checker has looked."
)
"""What a report says beside numbers of this model."""


@unique
class CheckKind(StrEnum):
    """What a check looks at."""

    ENDPOINT = "endpoint"
    """Whether a host answers."""
    ALARM = "alarm"
    """Whether an alarm is quiet."""
    CALCULATED = "calculated"
    """How many other checks are healthy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One health check."""

    name: str
    """Logical name, for people."""
    kind: CheckKind
    host: str = ""
    """Host of an endpoint's check."""
    alarm: str = ""
    """Alarm of an alarm's check."""
    children: tuple[str, ...] = ()
    """Keys of the checks that a calculated one counts."""
    least: int = 1
    """Healthy children that make a calculated one healthy."""
    seconds: int = 0
    """Seconds until it says what is new, its children aside."""
    inverted: bool = False


@unique
class Routing(StrEnum):
    """How one of several records under a name is chosen."""

    SIMPLE = "simple"
    WEIGHTED = "weighted"
    LATENCY = "latency"
    FAILOVER = "failover"
    DIAL = "dial"
    """An endpoint group of an accelerator, which the name's alias leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of a name, or one endpoint group behind it."""

    name: str
    identifier: str
    """Which one of the name it is: the stack that it leads to."""
    routing: Routing
    target: str
    """Host that it answers."""
    ttl_seconds: int
    """Seconds that an answer is kept; 0 behind an accelerator, whose addresses never change."""
    weight: int = 0
    """Weight, or dial in percent."""
    region: str = ""
    """Region of a record by latency, or of an endpoint group."""
    primary: bool = False
    """Whether it is the first of a failover."""
    check: str | None = None
    """Key of the check that it asks; None for a record that is always answered."""
    detection_seconds: int = 0
    """Seconds until an accelerator knows; of a record, its check has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What the world is like at one moment; what is not named is well."""

    lost_hosts: frozenset[str] = frozenset()
    """Hosts that do not answer health checks; of an accelerator's endpoint groups, regions."""
    alarms: frozenset[str] = frozenset()
    """Alarms in ALARM, such as those of evacuated regions."""
    nearest: Mapping[str, Fraction] = field(default_factory=dict[str, Fraction])
    """Region → share of the clients that are nearest to it; evenly shared if left out."""


@dataclass(frozen=True, slots=True, order=True)
class Answer:
    """One answer and how likely a client gets it."""

    identifier: str
    host: str
    probability: Fraction


@dataclass(frozen=True, slots=True)
class Delay:
    """How long a change takes to reach the last client that honours TTLs, in seconds."""

    detection: int
    """Until the checks say so."""
    cached: int
    """Until the last cached answer has ended."""

    @property
    def total(self) -> int:
        """Both together: what "DNS < 30 s" is held to."""
        return self.detection + self.cached


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """The records and checks of a stack."""

    records: tuple[Record, ...]
    checks: Mapping[str, Check]
    """Key → check. A check has its id and its URN as keys."""

    def of(self, name: str) -> tuple[Record, ...]:
        """Records of a name.

        Raises:
            KeyError: there is none.
        """
        found = tuple(record for record in self.records if record.name == name)
        if not found:
            raise KeyError(f"no record is called {name}; there are {', '.join(sorted({r.name for r in self.records}))}")
        return found

    def is_healthy(self, key: str | None, conditions: Conditions) -> bool:
        """What a check says once it has seen the conditions; without a check everything is well."""
        if key is None:
            return True
        check = self.checks[key]
        match check.kind:
            case CheckKind.ENDPOINT:
                healthy = check.host not in conditions.lost_hosts
            case CheckKind.ALARM:
                healthy = check.alarm not in conditions.alarms
            case CheckKind.CALCULATED:
                healthy = sum(self.is_healthy(child, conditions) for child in check.children) >= check.least
        return healthy is not check.inverted

    def answers(self, name: str, conditions: Conditions) -> tuple[Answer, ...]:
        """What clients are answered in the end, most likely first; probabilities add up to 1.

        Where no record is healthy, all are taken to be: so does Route 53.
        """
        every = self.of(name)
        healthy = [record for record in every if self._answers(record, conditions)]
        shares = _shares(healthy or list(every), conditions)
        found = [Answer(record.identifier, record.target, share) for record, share in shares if share]
        return tuple(sorted(found, key=lambda answer: (-answer.probability, answer.identifier)))

    def _answers(self, record: Record, conditions: Conditions) -> bool:
        if record.routing is Routing.DIAL:
            return record.target not in conditions.lost_hosts and record.weight > 0
        return self.is_healthy(record.check, conditions)


def _shares(records: list[Record], conditions: Conditions) -> list[tuple[Record, Fraction]]:
    """Each record's share of the answers, of those that are left."""
    match records[0].routing:
        case Routing.WEIGHTED:
            # Records of weight 0 are answered only where no other is left.
            weights = [record.weight for record in records]
            return _by_weight(records, weights if any(weights) else [1] * len(records))
        case Routing.FAILOVER:
            first = next((record for record in records if record.primary), records[0])
            return [(first, Fraction(1))]
        case Routing.LATENCY:
            near = {record.region: conditions.nearest.get(record.region, Fraction(0)) for record in records}
            if not any(near.values()):
                near = dict.fromkeys(near, Fraction(1))
            return _by_weight(records, [near[record.region] for record in records])
        case Routing.DIAL:
            return _by_dial(records, conditions)
        case Routing.SIMPLE:
            return _by_weight(records, [1] * len(records))


def _by_weight(records: list[Record], weights: Iterable[Fraction | int]) -> list[tuple[Record, Fraction]]:
    shares = [Fraction(weight) for weight in weights]
    total = sum(shares, Fraction(0))
    return [(record, share / total) for record, share in zip(records, shares, strict=True)]


def _by_dial(records: list[Record], conditions: Conditions) -> list[tuple[Record, Fraction]]:
    """Of the clients nearest to a group its dial's percentage stays, the others go to the other groups evenly.

    Clients that are nearest to a region without a group count for all alike; where every other is gone, all stay.
    """
    near = {record.identifier: conditions.nearest.get(record.region, Fraction(0)) for record in records}
    left = 1 - sum(near.values(), Fraction(0))
    if not any(near.values()):
        near, left = {key: Fraction(1, len(near)) for key in near}, Fraction(0)
    near = {key: share + left / len(near) for key, share in near.items()}
    if len(records) == 1:
        return [(records[0], Fraction(1))]
    kept = {record.identifier: near[record.identifier] * Fraction(min(record.weight, 100), 100) for record in records}
    shares: list[tuple[Record, Fraction]] = []
    for record in records:
        moved = sum((near[key] - kept[key] for key in near if key != record.identifier), Fraction(0))
        shares.append((record, kept[record.identifier] + moved / (len(records) - 1)))
    return shares
