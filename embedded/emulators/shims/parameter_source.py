"""Say of a database parameter that a user has set it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moto.rds.models import DBParameterGroup

REASON = (
    "moto keeps the parameters of a group without their Source, and the Terraform provider leaves out every parameter "
    "whose source it does not know, so a refresh empties the group."
)


def apply() -> None:
    """Mark what is set."""
    update = DBParameterGroup.update_parameters

    def marked(self: DBParameterGroup, new_parameters: Iterable[dict[str, Any]]) -> None:
        update(self, [{"Source": "user", **parameter} for parameter in new_parameters])

    DBParameterGroup.update_parameters = marked  # type: ignore[method-assign]
