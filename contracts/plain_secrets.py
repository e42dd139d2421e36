"""Tells secrets from other text, so that a stack file holds none in clear and a message repeats none."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

SECRET_WORDS = frozenset({"password", "passwd", "pwd", "passphrase", "secret", "token", "credential", "apikey"})
"""A setting whose name holds one of these words, or its plural (`db_password`, `authTokens`), is a secret."""

SECRET_KEYS = frozenset(
    {"private", "access", "secret", "api", "signing", "encryption", "auth", "license", "host", "ssh"}
)
"""`<word>_key` is a secret for these words only: `partition_key` and `sort_key` are not."""

_KNOWN_SHAPES = re.compile(
    r"""
    (?=[Aeghpsx:-])                                 # one of these begins each: three times as fast as trying them all
    (?:
      \b(?:AKIA|ASIA)[A-Z0-9]{16}\b                # AWS access key id
    | -----BEGIN[ A-Z]*-----                        # PEM
    | \beyJ[\w-]{8,}\.[\w-]{8,}\.                   # JSON web token
    | \b(?:ghp|gho|ghs|github_pat|glpat|xox[abp]|sk_live|pul)[_-][\w-]{16,}  # tokens that say what they are
    | ://[^/\s:@]+:[^/\s@]+@                        # URL with a password
    )
    """,
    re.VERBOSE,
)
_AWS_SECRET_KEY = re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
_RUN = re.compile(r"[A-Za-z0-9]{20,}")
"""Identifiers are made of shorter words; a random text of 32 characters or more nearly always has such a run."""
_RANDOM_BITS = 3.7
"""Bits per character from which a run that mixes both cases and digits is taken for random."""


@lru_cache(maxsize=4096)  # the same keys stand in every file
def names_a_secret(name: str) -> bool:
    """Whether a setting of this name holds a secret; splits snake_case, kebab-case and camelCase."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name).lower())
    if SECRET_WORDS.intersection(word.removesuffix("s") for word in words):
        return True
    pairs = pairwise(words)
    return any(
        second in {"key", "material"} and (first in SECRET_KEYS or second == "material") for first, second in pairs
    )


def looks_secret(value: str) -> bool:
    """Whether the text has the shape of a key, a token or a password in a URL, or is random enough to be one."""
    return bool(_KNOWN_SHAPES.search(value)) or any(
        _is_random(run) for pattern in (_AWS_SECRET_KEY, _RUN) for run in pattern.findall(value)
    )


def _is_random(run: str) -> bool:
    mixed = re.search(r"[a-z]", run) and re.search(r"[A-Z]", run) and re.search(r"[0-9]", run)
    return bool(mixed) and _entropy(run) >= _RANDOM_BITS


def _entropy(text: str) -> float:
    """Shannon entropy in bits per character."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())
