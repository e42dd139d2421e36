"""Pair names that two generators made from the same words: `subnet_ids` with `subnetIds`, `entry` with `entries`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from embedded.aws_plugin.mapping import overrides

_SINGULAR = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("indices", "index"), ("statuses", "status"))
_PLURAL = (("y", "ies"), ("x", "ices"), ("f", "ves"), ("is", "es"), ("um", "a"))
_COMMON = frozenset({"region", "tags", "tag", "tagsall", "arn", "id", "urn", "name"})  # say nothing about a type


def snake(name: str) -> str:
    """`camelCase` as `snake_case`."""
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name).lower()


def camel(name: str) -> str:
    """`snake_case` as `camelCase`."""
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def loose(name: str) -> str:
    """A key without case, underscores and plural, for names that differ in those alone."""
    name = name.replace("_", "").lower()
    for ending, replacement in _SINGULAR:
        if name.endswith(ending) and (ending == "sses" or not name.endswith("ss")):
            return name[: -len(ending)] + replacement
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def _plurals(name: str) -> list[str]:
    forms = [name + "s", name + "es"]
    forms += [name[: -len(ending)] + plural for ending, plural in _PLURAL if name.endswith(ending)]
    return forms


def pair(
    terraform: Iterable[str], pulumi: Iterable[str], sequences: Collection[str], where: str
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Terraform name -> Pulumi name for every Terraform name, and the Pulumi names left over.

    `sequences` are the Terraform names that hold several (Pulumi writes those in the plural); `where` is the type, for
    the overrides. From the surest to the loosest: by hand, exactly, without case and number, one the end of the other.
    """
    names = list(terraform)
    left = dict.fromkeys(pulumi)
    out: dict[str, str] = {}

    def take(name: str, candidate: str) -> None:
        out[name] = candidate
        del left[candidate]

    for name in names:
        by_hand = overrides.PROPERTIES.get(f"{where}.{name}")
        if by_hand in left:
            take(name, by_hand)
    for name in names:
        exact = [name, *(_plurals(name) if name in sequences else [])]
        found = next((c for c in map(camel, exact) if c in left), None) if name not in out else None
        if found:
            take(name, found)
    for name in names:
        found = next((c for c in left if loose(c) == loose(name)), None) if name not in out else None
        if found:
            take(name, found)
    for name in names:
        found = next((c for c in left if _ends_alike(loose(c), loose(name))), None) if name not in out else None
        if found:
            take(name, found)
    for name in names:
        out.setdefault(name, camel(name))
    return out, tuple(left)


def _ends_alike(left: str, right: str) -> bool:
    return min(len(left), len(right)) > 3 and (left.endswith(right) or right.endswith(left))


class TypeChooser:
    """Finds the Terraform type behind an SDK token, by name and by how many properties the two share."""

    def __init__(self, properties: dict[str, set[str]], by_hand: dict[str, str]) -> None:
        """`properties`: Terraform type -> `loose` names of its properties."""
        self._properties = {name: items - _COMMON for name, items in properties.items()}
        self._by_hand = by_hand

    def choose(self, token: str, properties: Iterable[str]) -> str | None:
        """The Terraform type, or None if this provider version has none."""
        if token in overrides.ABSENT:
            return None
        if token in self._by_hand:
            return self._by_hand[token]
        wanted = {loose(name) for name in properties} - _COMMON
        named: tuple[float, str] | None = None
        for candidate in _candidates(token):
            if candidate in self._properties:
                score = self._likeness(wanted, candidate) if wanted else 1.0
                if named is None or score > named[0] + 0.15:  # an earlier name is the better one, unless clearly unlike
                    named = (score, candidate)
        if named and named[0] >= 0.34:
            return named[1]
        return self._by_likeness(token, wanted) or (named[1] if named else None)

    def _by_likeness(self, token: str, wanted: set[str]) -> str | None:
        words = set(snake(token.split(":")[2]).split("_")) | {token.split(":")[1].split("/")[0]}

        def score(name: str) -> float:
            parts = set(name.split("_")[1:])
            return self._likeness(wanted, name) + 0.4 * len(words & parts) / len(words | parts)

        best, second = sorted(((score(name), name) for name in self._properties), reverse=True)[:2]
        return best[1] if best[0] > 0.75 and best[0] - second[0] > 0.05 else None

    def _likeness(self, wanted: set[str], candidate: str) -> float:
        has = self._properties[candidate]
        return len(wanted & has) / max(1, len(wanted | has))


def _candidates(token: str) -> list[str]:
    module, name = token.split(":")[1].split("/")[0], snake(token.split(":")[2])
    name = name.removeprefix("get_")
    prefixes = [p for p in (module, *overrides.MODULE_PREFIXES.get(module, ())) if p]
    singular = [f"aws_{prefix}_{name}" for prefix in prefixes] + [f"aws_{name}"]
    return singular + [candidate + "s" for candidate in singular]
