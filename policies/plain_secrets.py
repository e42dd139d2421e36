"""Whether a variable of an environment holds a secret in plain sight, by its name and by what it looks like."""

from __future__ import annotations

import re

from graph.values import FrozenMap, Secret, Unknown, Value
from policies.readings import Reading
from policies.verdicts import PASS, Fail, Undecided, Verdict, all_of

NAMED = re.compile(
    r"(?i)(^|_)(password|passwd|pwd|secret|token|api_?key|private_?key|access_?key|credentials?|database_url|dsn)($|_)"
)
POINTS = re.compile(r"(?i)_(arn|arns|name|names|id|ids|path|prefix|parameter|ttl|seconds|minutes|url|endpoint|alias)$")
"""Ends of names of variables that say where a secret is, or something about it."""
LOOKS = re.compile(
    r"\b(AKIA|ASIA)[A-Z0-9]{16}\b"  # access key of AWS
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\bgh[pousr]_[A-Za-z0-9]{20,}|\bsk_live_[A-Za-z0-9]{10,}|\bxox[abpr]-[A-Za-z0-9-]{10,}"
    r"|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\."  # JSON web token
    r"|://[^/\s:@]+:[^/\s:@]+@"  # user and password in a URL
)
OUTPUTS = re.compile(r"(?i)(password|secretString|secretBinary|clientSecret|authToken|privateKey|^result$|^secret$)")
"""Names of outputs that are secrets."""

POINTERS = re.compile(r"(?i)(^|[a-z_.])(arn|id|name)$")
"""Names of outputs that say where something is."""


def without_secrets(environment: Reading) -> Verdict:
    """Ask every variable of a mapping of names to values."""
    if environment.missing:
        return PASS
    if not isinstance(environment.value, FrozenMap):
        return environment.undecided()
    variables = environment.value.items()
    return all_of(PASS, *(entry_without_secret(environment.path, name, value) for name, value in variables))


def entry_without_secret(path: str, name: str, value: Value, *, wired: bool = False) -> Verdict:
    """Ask one variable; its value is never shown."""
    where = f"{path}.{name}"
    if isinstance(value, Secret):
        return Fail(f"{where} is a secret")
    if isinstance(value, Unknown):
        if any(OUTPUTS.search(reference.output) for reference in value.references):
            return Fail(f"{where} takes its value from a secret")
        named = _named(name)
        if value.references and all(POINTERS.search(reference.output) for reference in value.references):
            return PASS
        if value.references or wired:
            return Fail(f"{where} is named like a secret") if named else PASS
        return Undecided(where)
    text = value if isinstance(value, str) else ""
    if text.startswith("arn:") and LOOKS.search(text) is None:
        return PASS
    if LOOKS.search(text):
        return Fail(f"{where} looks like a secret")
    return Fail(f"{where} is named like a secret") if text and _named(name) else PASS


def _named(name: str) -> bool:
    if re.search(r"(?i)database_url$", name):
        return True
    return NAMED.search(name) is not None and POINTS.search(name) is None
