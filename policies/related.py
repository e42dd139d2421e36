"""Whether a resource has another one beside it, and whether a stack has one somewhere."""

from __future__ import annotations

from collections.abc import Callable

from policies.subject import Companions, Subject, View
from policies.verdicts import PASS, Fail, Undecided, Verdict, any_of


def merged(*some: Companions) -> Companions:
    """Companions of several types as one answer."""
    return Companions(tuple(c for each in some for c in each.certain), tuple(c for each in some for c in each.possible))


def has_companion(
    subject: Subject, missing: str, *kinds: tuple[str, str], check: Callable[[Subject], Verdict] = lambda _: PASS
) -> Verdict:
    """Whether a resource of one of some kinds refers to it, and is as it should be.

    Args:
        subject: whom they refer to.
        missing: what to say where there is none.
        kinds: type and the property that refers.
        check: asked of those that refer to it; one must pass.
    """
    around = merged(*(subject.companions(kind, via) for kind, via in kinds))
    if around.certain:
        return any_of(*(check(each) for each in around.certain))
    if around.possible:
        return Undecided(f"which resource {around.possible[0]} belongs to")
    return Fail(missing)


def any_on(stack: View, kind: str, missing: str, check: Callable[[Subject], Verdict]) -> Verdict:
    """Whether the stack has a resource of a type that is as it should be."""
    found = stack.of_type(kind)
    return any_of(*(check(each) for each in found)) if found else Fail(missing)
