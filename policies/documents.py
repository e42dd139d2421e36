"""IAM policy documents as controls read them: the one form of `graph.documents`, or a verdict where there is none."""

from __future__ import annotations

from graph.documents import ANYONE, OPEN, Condition, Statement, Unreadable, is_open, matches, read_document
from policies.readings import Reading
from policies.verdicts import Fail, NotApplicable, Undecided

__all__ = ["ANYONE", "OPEN", "Condition", "Statement", "is_open", "matches", "read_policy"]


def read_policy(reading: Reading) -> tuple[Statement, ...] | Undecided | NotApplicable | Fail:
    """The statements of a property that holds a policy document.

    Answers with a verdict where there are none: not set, not readable before deployment, or malformed.
    """
    if reading.missing:
        return NotApplicable(f"{reading.path} is not set")
    found = read_document(reading.value)
    match found:
        case Unreadable.UNKNOWN:
            return reading.undecided()
        case Unreadable.MALFORMED:
            return Fail(f"{reading.path} is no policy document")
        case _:
            return found
