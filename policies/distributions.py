"""CloudFront distributions: their behaviours and origins."""

from __future__ import annotations

from collections.abc import Callable

from policies.subject import Block, Subject
from policies.verdicts import Undecided, Verdict, all_of

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"


def each_behaviour(distribution: Subject, check: Callable[[Block], Verdict]) -> Verdict:
    """Ask the default behaviour and all others."""
    return _each(distribution, check, "defaultCacheBehavior", "orderedCacheBehaviors")


def each_origin(distribution: Subject, check: Callable[[Block], Verdict]) -> Verdict:
    """Ask every origin."""
    return _each(distribution, check, "origins")


def _each(distribution: Subject, check: Callable[[Block], Verdict], *paths: str) -> Verdict:
    verdicts: list[Verdict] = []
    for path in paths:
        blocks = distribution.blocks(path)
        verdicts += [Undecided(path)] if blocks is None else [check(block) for block in blocks]
    return all_of(*verdicts)
