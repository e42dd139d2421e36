"""Give every RDS instance a resource id of its own."""

from __future__ import annotations

import secrets
from typing import Any

from moto.rds.models import DBInstance

REASON = (
    "moto gives every DB instance the same DbiResourceId. The Terraform provider looks an instance up by that id "
    "after creating it, so with two instances it reads the wrong one."
)
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def new_resource_id() -> str:
    """``db-`` and 26 characters, the form AWS uses."""
    return "db-" + "".join(secrets.choice(_ALPHABET) for _ in range(26))


def apply() -> None:
    """Set the id at the end of every construction."""
    construct = DBInstance.__init__

    def with_own_id(self: DBInstance, *args: Any, **kwargs: Any) -> None:
        construct(self, *args, **kwargs)
        self.dbi_resource_id = new_resource_id()

    DBInstance.__init__ = with_own_id  # type: ignore[method-assign]
