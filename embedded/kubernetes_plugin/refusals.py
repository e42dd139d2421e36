"""What a refusal of the API means for the one who was refused."""

from __future__ import annotations

import re
from typing import Final

from embedded.kubernetes_plugin.errors import ApiError
from embedded.kubernetes_plugin.objects import Path, path_of

FORCE: Final = "pulumi.com/patchForce"
_IMMUTABLE: Final = re.compile(
    r"immutable|may not (be )?change|cannot change|updates? to .*forbidden|must be the same as|cannot be changed",
    re.IGNORECASE,
)


def will_exist(error: ApiError) -> bool:
    """Whether a dry run failed for want of something that the same update may make: a namespace, a service account."""
    if error.is_gone:
        return True
    return error.code == 403 and bool(re.search(r"not found|no PriorityClass|does not exist", error.message))


def passes(error: ApiError) -> bool:
    """Whether a refusal is of the kind that is over in a moment."""
    if error.code == 409 and ("being deleted" in error.message or "object has been modified" in error.message):
        return True
    if error.code == 404 and not error.details.get("name"):  # a new kind whose path is not served yet
        return True
    terminating = any(item.reason == "NamespaceTerminating" for item in error.causes)
    return error.code == 403 and (terminating or ("serviceaccount" in error.message and "not found" in error.message))


def immutable_fields(error: ApiError) -> set[Path]:
    """The fields that an update may not change, if that is what the API refuses; then only a replacement helps."""
    if error.code not in (403, 422) or not _IMMUTABLE.search(str(error)):
        return set()
    fields = {path_of(item.field) for item in error.causes if item.field and _IMMUTABLE.search(item.message)}
    return fields or {("spec",)}


def conflict(error: ApiError) -> str:
    """What to do about fields that other managers own."""
    lines = [f"  {item.field}: {item.message}" for item in error.causes]
    return (
        "others have set these fields to other values:\n" + "\n".join(lines) + "\n"
        f'Take them over with the annotation {FORCE}: "true", or leave them to the others with ignore_changes.'
    )
