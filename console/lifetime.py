"""A command that answers one question lives for seconds: looking for garbage meanwhile would be most of the waiting.

Imports and a recorded graph are millions of objects that are needed until the end, and every look for cycles among
them finds few. Of nine seconds for the graph of a large stack, two went into such looks, and two more into the one that
Python takes when it ends, just before the operating system takes everything back at once.
"""

from __future__ import annotations

import atexit
import gc
from collections.abc import Sequence
from typing import Final

LASTING: Final = frozenset({"stack", "cloud", "dr", "release"})
"""Nouns whose commands wait for a cloud, and may run for hours: they are tidied up as always. Every other noun reads,
answers and ends."""


def prepare(arguments: Sequence[str]) -> None:
    """Say at the beginning of a process what it will do (the words after `atoll`), and so how long it will live."""
    atexit.register(gc.freeze)  # what is frozen is not looked at again
    if arguments and (arguments[0] not in LASTING or "--estate" in arguments):
        gc.disable()
