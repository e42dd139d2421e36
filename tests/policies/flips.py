"""Short ways to write the mutations of a control that looks at a resource's own properties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.policies.kit import Mutation


def flips(
    control: str,
    resource: str,
    changes: Mapping[str, tuple[Any, str]],
    *unknown: str,
    of: str | None = None,
    also: tuple[str, ...] = (),
) -> tuple[Mutation, ...]:
    """Each property with a wrong value and the sentence it gets, and each of some properties unknown."""
    return (
        *(
            Mutation(control=control, resource=resource, of=of, change={path: value}, says=says, also=also)
            for path, (value, says) in changes.items()
        ),
        *(Mutation(control=control, resource=resource, of=of, unknown=(path,), also=also) for path in unknown),
    )


def refused(control: str, resource: str, path: str, value: Any, reason: str, of: str | None = None) -> Mutation:
    """A change after which the control has nothing to say."""
    return Mutation(control=control, resource=resource, of=of, change={path: value}, says=reason, not_applicable=True)


def needs(control: str, resource: str, beside: str, missing: str, via: str) -> tuple[Mutation, ...]:
    """A resource that must be beside it: taken away, and belonging to nobody knows whom."""
    return (
        Mutation(control=control, resource=resource, remove=(beside,), says=missing),
        Mutation(control=control, resource=resource, of=beside, unknown=(via,)),
    )
