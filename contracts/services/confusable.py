"""Tells names apart as a person's eye does: upper and lower case, hyphens, 0 and o, 1 and l, rn and m are the same."""

from __future__ import annotations

_ALIKE = str.maketrans({"0": "o", "1": "l", "-": None, "_": None})


def skeleton(name: str) -> str:
    """What the eye keeps of an ASCII name; two names with one skeleton can be mistaken for each other."""
    return name.lower().translate(_ALIKE).replace("rn", "m").replace("vv", "w")
