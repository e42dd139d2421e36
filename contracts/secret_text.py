"""Finds secrets in text that others read: contracts, their documents, settings of a build."""

from __future__ import annotations

import re

from contracts.plain_secrets import looks_secret

_RUN = re.compile(r"[A-Za-z0-9]{20,}")
_WORD = re.compile(r"[a-z]{3,}")
_SHORTEST = 15
"""Characters of the shortest secret (`-----BEGIN-----`), but for a password in a URL; most values are shorter."""


def is_secret(value: str) -> bool:
    """Whether text holds a secret. Identifiers made of words (`getOrderV2ByCustomerId`) are none, however random."""
    if len(value) < _SHORTEST and "://" not in value:
        return False
    return looks_secret(_RUN.sub(_without_words, value))


def secret_line(text: str) -> int | None:
    """The first line that holds a secret, from 1; None if none does."""
    if not is_secret(text):
        return None
    lines = text.splitlines()
    return next((number for number, line in enumerate(lines, 1) if is_secret(line)), 1)


def _without_words(match: re.Match[str]) -> str:
    run = match[0]
    return "x" if 2 * sum(map(len, _WORD.findall(run))) >= len(run) else run
