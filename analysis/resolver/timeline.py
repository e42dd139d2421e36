"""How a change reaches clients: first the checks have to see it, then cached answers have to end; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from analysis.resolver.model import Answer, CheckKind, Conditions, Delay, Record, Routing, Zone


@dataclass(frozen=True, slots=True)
class Change:
    """From a moment on, the world is like this."""

    seconds: float
    """When, on the clock of whoever asks."""
    conditions: Conditions


def delay(zone: Zone, name: str, before: Conditions, after: Conditions) -> Delay:
    """How long a change of conditions takes to reach the last client: 0 where no answer changes."""
    if zone.answers(name, before) == zone.answers(name, after):
        return Delay(0, 0)
    records = zone.of(name)
    changed = [one for one in records if _healthy(zone, one, before) is not _healthy(zone, one, after)]
    detection = max((_detection(zone, record, before, after) for record in changed), default=0)
    return Delay(detection, max(record.ttl_seconds for record in records))


def clients_at(zone: Zone, name: str, changes: Iterable[Change], seconds: float) -> tuple[Answer, ...]:
    """Where clients are led at a moment, most likely first.

    Cached answers are of all ages alike, so that clients follow a change evenly over the TTL after it was seen.

    Args:
        zone: records and checks.
        name: that clients use.
        changes: the first of them says how everything began, and its own delay is not counted.
        seconds: the moment.

    Raises:
        ValueError: there is no change at all, or the moment is before the first.
    """
    ordered = sorted(changes, key=lambda change: change.seconds)
    if not ordered or seconds < ordered[0].seconds:
        raise ValueError("the first change says how everything began, and must not be after the moment that is asked")
    led = _as_shares(zone.answers(name, ordered[0].conditions))
    for index, change in enumerate(ordered[1:], start=1):
        if change.seconds > seconds:
            break
        waited = delay(zone, name, ordered[index - 1].conditions, change.conditions)
        until = ordered[index + 1].seconds if index + 1 < len(ordered) else seconds
        known = _exact(min(seconds, until)) - _exact(change.seconds) - waited.detection
        followed = _part(known, waited.cached)
        led = _mixed(led, _as_shares(zone.answers(name, change.conditions)), followed)
    found = [Answer(identifier, host, share) for (identifier, host), share in led.items() if share]
    return tuple(sorted(found, key=lambda answer: (-answer.probability, answer.identifier)))


def _exact(seconds: float) -> Fraction:
    """To the millisecond, so that shares stay readable."""
    return Fraction(round(seconds * 1000), 1000)


def _part(known: Fraction, cached: int) -> Fraction:
    """Share of the clients that have asked again since the checks know."""
    if known < 0:
        return Fraction(0)
    return min(known / cached, Fraction(1)) if cached else Fraction(1)


Shares = dict[tuple[str, str], Fraction]


def _as_shares(answers: Iterable[Answer]) -> Shares:
    return {(answer.identifier, answer.host): answer.probability for answer in answers}


def _mixed(before: Shares, after: Shares, followed: Fraction) -> Shares:
    keys = [*after, *(key for key in before if key not in after)]
    nothing = Fraction(0)
    return {key: before.get(key, nothing) * (1 - followed) + after.get(key, nothing) * followed for key in keys}


def _healthy(zone: Zone, record: Record, conditions: Conditions) -> bool:
    if record.routing is Routing.DIAL:
        return record.target not in conditions.lost_hosts
    return zone.is_healthy(record.check, conditions)


def _detection(zone: Zone, record: Record, before: Conditions, after: Conditions) -> int:
    if record.routing is Routing.DIAL:
        return record.detection_seconds
    return _seen_after(zone, record.check, before, after)


def _seen_after(zone: Zone, key: str | None, before: Conditions, after: Conditions) -> int:
    """Seconds until a check says what is new; of a calculated one, those of the children that changed."""
    if key is None or zone.is_healthy(key, before) is zone.is_healthy(key, after):
        return 0
    check = zone.checks[key]
    if check.kind is not CheckKind.CALCULATED:
        return check.seconds
    found = [
        _seen_after(zone, child, before, after)
        for child in check.children
        if zone.is_healthy(child, before) is not zone.is_healthy(child, after)
    ]
    # One failed child of several may be enough; all of them have to be back.
    return check.seconds + (max(found) if zone.is_healthy(key, after) else min(found))
