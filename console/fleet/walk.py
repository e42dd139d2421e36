"""Walk stacks in the order of their dependencies: what is independent side by side, nothing after what failed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from console.exits import Exit

PULSE_SECONDS: Final = 60.0
"""After so long without news, those that are at work are named."""
_LOOK_SECONDS: Final = 0.2


class Work(Protocol):
    """One stack at work."""

    def poll(self) -> Exit | None:
        """How it ended; None while it goes on."""
        ...

    def interrupt(self) -> None:
        """Ask it to stop after what it is just doing."""
        ...

    def last_lines(self) -> Sequence[str]:
        """What it said last, for a person who has to see why it failed."""
        ...


@dataclass
class Outcome:
    """What a walk has done, and what not."""

    done: dict[str, float] = field(default_factory=dict[str, float])
    """Stack → seconds."""
    failed: dict[str, Exit] = field(default_factory=dict[str, Exit])
    """Stack → how it ended."""
    stopped: dict[str, str] = field(default_factory=dict[str, str])
    """Stack that was not begun → the stack that it needs and that is not there."""
    left: tuple[str, ...] = ()
    """Stacks that were not begun because of an interruption."""
    earlier: tuple[str, ...] = ()
    """Stacks that an earlier run of the command has done."""
    interrupted: bool = False
    """Whether somebody stopped it."""

    @property
    def status(self) -> Exit:
        """Of the whole: that of the first stack that failed."""
        if self.failed:
            return next(iter(self.failed.values()))
        return Exit.FAILED if self.interrupted else Exit.OK


def walk(
    needs: Mapping[str, Sequence[str]],
    start: Callable[[str], Work],
    *,
    parallel: int,
    earlier: Sequence[str] = (),
    tell: Callable[[str], None] = lambda _: None,
    finished: Callable[[str], None] = lambda _: None,
    interruptions: Callable[[], int] = lambda: 0,
    clock: Callable[[], float] = time.monotonic,
    rest: Callable[[float], None] = time.sleep,
) -> Outcome:
    """Start each stack once what it needs is done, at most `parallel` at a time, until all are done or none can go on.

    An interruption (Ctrl-C) starts nothing more and asks what is at work to stop; a second one asks again, which the
    engine takes as an order to stop at once.

    Args:
        needs: stack → stacks that have to be done before; the order of the mapping decides where this leaves a choice.
        start: begin one.
        parallel: how many at a time, at least 1.
        earlier: stacks that are done already.
        tell: is told what happens.
        finished: is told each stack that is done, at once.
        interruptions: how often somebody has asked to stop.
        clock: seconds.
        rest: wait for so many seconds.
    """
    outcome = Outcome(earlier=tuple(one for one in needs if one in earlier))
    waiting = [one for one in needs if one not in outcome.earlier]
    working: dict[str, tuple[Work, float]] = {}
    width, news = max(map(len, needs), default=0), clock()
    for one in outcome.earlier:
        tell(f"{one:<{width}}  done by the earlier run")
    heard = 0
    while waiting or working:
        if (calls := interruptions()) > heard:
            heard, again = calls, outcome.interrupted
            outcome.interrupted = True
            names = ", ".join(working)
            how = "at once" if again else "after what it is just doing; Ctrl-C again for at once"
            tell(f"interrupted; {names} is asked to stop, {how}" if names else "interrupted")
            for work, _ in working.values():
                work.interrupt()
        while not outcome.interrupted and len(working) < parallel and (ready := _next(waiting, needs, outcome)):
            waiting.remove(ready)
            tell(f"{ready:<{width}}  begins{_after(needs[ready])}")
            working[ready] = (start(ready), clock())
            news = clock()
        for one, (work, begun) in list(working.items()):
            if (status := work.poll()) is None:
                continue
            del working[one]
            news, seconds = clock(), clock() - begun
            if status is Exit.OK:
                outcome.done[one] = seconds
                finished(one)
                tell(f"{one:<{width}}  done in {duration(seconds)}")
                continue
            outcome.failed[one] = status
            tell(f"{one:<{width}}  failed after {duration(seconds)}, exit {status.value}:")
            for line in work.last_lines():
                tell(f"{'':<{width}}  │ {line}")
            _stop(waiting, needs, outcome)
        if not working and (outcome.interrupted or not _next(waiting, needs, outcome)):
            break
        if working and clock() - news >= PULSE_SECONDS:
            news = clock()
            tell("at work: " + ", ".join(f"{one} ({duration(news - since)})" for one, (_, since) in working.items()))
        if working:
            rest(_LOOK_SECONDS)
    outcome.left = tuple(waiting)
    return outcome


def _next(waiting: Sequence[str], needs: Mapping[str, Sequence[str]], outcome: Outcome) -> str | None:
    there = {*outcome.done, *outcome.earlier}
    return next((one for one in waiting if all(need in there for need in needs[one])), None)


def _stop(waiting: list[str], needs: Mapping[str, Sequence[str]], outcome: Outcome) -> None:
    """Take out what needs, directly or not, something that failed."""
    while True:
        lost = {*outcome.failed, *outcome.stopped}
        found = next(((one, need) for one in waiting for need in needs[one] if need in lost), None)
        if found is None:
            return
        one, need = found
        waiting.remove(one)
        outcome.stopped[one] = need


def _after(needs: Sequence[str]) -> str:
    return f", after {', '.join(needs)}" if needs else ""


def duration(seconds: float) -> str:
    """Seconds as people say them: `48 s`, `3 min 05 s`."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"


def waves(needs: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Stacks that could be at work at the same time, one list after the other."""
    found: list[list[str]] = []
    done: set[str] = set()
    while ready := [one for one in needs if one not in done and done.issuperset(needs[one])]:
        found.append(ready)
        done.update(ready)
    return found
