"""Whether a resource is selected by a backup plan: by its ARN, by a pattern, or by its tags."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase

from graph.values import UNKNOWN, FrozenList, Secret, Unknown
from policies.subject import Block, Subject
from policies.verdicts import PASS, Fail, Undecided, Verdict, any_of

SELECTION = "aws:backup/selection:Selection"
TAG = "aws:ResourceTag/"
CONDITIONS: Mapping[str, Callable[[str | None, str], bool]] = {
    "stringEquals": lambda have, want: have == want,
    "stringNotEquals": lambda have, want: have != want,
    "stringLikes": lambda have, want: have is not None and fnmatchcase(have, want),
    "stringNotLikes": lambda have, want: have is None or not fnmatchcase(have, want),
}
"""Kind of condition → whether a tag's value (None where there is no such tag) meets it."""


def in_a_backup_plan(resource: Subject, arn: str) -> Verdict:
    """Whether some selection of a plan takes the resource.

    Args:
        resource: what must be backed up.
        arn: how ARNs of its kind look, as a pattern such as `arn:aws:rds:*:*:db:*`.
    """
    selections = resource.view.of_type(SELECTION)
    if not selections:
        return Fail("the stack selects nothing for backups")
    return any_of(*(_selected(resource, arn, selection) for selection in selections))


def _selected(resource: Subject, arn: str, selection: Subject) -> Verdict:
    """By its ARN or one of the tags, but not by its ARN among those that are left out, and under all conditions."""
    if selection.read("planId").must_be_set() != PASS:
        return selection.read("planId").must_be_set()
    excluded = _named(resource, arn, selection, "notResources")
    if excluded is None or excluded is True:
        return Undecided(f"notResources of {selection}") if excluded is None else Fail(f"{selection} leaves it out")
    named, tagged = _named(resource, arn, selection, "resources"), _tagged(resource, selection)
    met = _conditions_met(resource, selection)
    if met is False or (named is False and tagged is False):
        return Fail(f"{selection} does not select it")
    if met is None or not (named or tagged):
        return Undecided(f"resources, selectionTags or conditions of {selection}")
    return PASS


def _named(resource: Subject, arn: str, selection: Subject, path: str) -> bool | None:
    """Whether a list of ARNs and patterns has the resource; None where that cannot be told."""
    if resource.urn in {other.urn for other in selection.referred(path)}:
        return True
    listed = selection.read(path)
    if not listed.known:
        return None
    items = listed.value if isinstance(listed.value, FrozenList) else ()
    own = resource.read("arn").value
    patterns = [item for item in items if isinstance(item, str)]
    if any(_covers(pattern, own if isinstance(own, str) else None, arn) for pattern in patterns):
        return True
    names = resource.identifiers()
    if any(fnmatchcase(pattern, arn) and re.split(r"[:/]", pattern)[-1] in names for pattern in patterns):
        return True
    unclear = any((isinstance(i, Unknown) and not i.references) or isinstance(i, Secret) for i in items)
    return None if unclear else False


def _covers(pattern: str, own: str | None, kind: str) -> bool:
    """Whether a pattern takes the ARN, or every ARN of the kind where that one is not known yet."""
    if own is not None:
        return fnmatchcase(own, pattern)
    return pattern == "*" or all(
        mine == theirs or theirs == "*" for mine, theirs in zip(kind.split(":"), _parts(pattern, kind), strict=False)
    )


def _parts(pattern: str, kind: str) -> list[str]:
    """A pattern's parts, as many as the kind has; a last `*` stands for all that follow."""
    parts, length = pattern.split(":"), len(kind.split(":"))
    return parts + ["*"] * (length - len(parts)) if parts[-1] == "*" else (parts if len(parts) >= length else [""])


def _tagged(resource: Subject, selection: Subject) -> bool | None:
    """Whether one of the selection's tags is on the resource."""
    blocks = selection.blocks("selectionTags")
    if blocks is None:
        return None
    answers = [_same(_tag(resource, str(block.read("key").value)), block) for block in blocks]
    return True if True in answers else None if None in answers else False


def _tag(resource: Subject, key: str) -> object:
    """The value of a tag; unknown where the resource's own tags, which win over its provider's, are."""
    if not resource.read("tags").known:
        return UNKNOWN
    return resource.view.graph.tags_all(resource.node).get(key)


def _same(have: object, block: Block) -> bool | None:
    want = block.read("value")
    if not want.known or not block.read("key").known or isinstance(have, Unknown | Secret):
        return None
    return have is not None and have == want.value


def _conditions_met(resource: Subject, selection: Subject) -> bool | None:
    """Whether the resource's tags meet all conditions."""
    answers = list(_answers(resource, selection))
    return False if False in answers else None if None in answers else True


def _answers(resource: Subject, selection: Subject) -> Iterator[bool | None]:
    for condition in selection.blocks("conditions") or ():
        for kind, holds in CONDITIONS.items():
            for block in condition.blocks(kind) or ():
                key, want = block.read("key"), block.read("value")
                have = _tag(resource, str(key.value).removeprefix(TAG))
                clear = key.known and want.known and not isinstance(have, Unknown | Secret)
                yield holds(None if have is None else str(have), str(want.value)) if clear else None
    if selection.blocks("conditions") is None:
        yield None
