"""Resources by their type token, for types whose classes warn that there is a newer one."""

from __future__ import annotations

from typing import Any

import pulumi


class Named(pulumi.CustomResource):
    """A resource of any type; properties are camelCase."""

    arn: pulumi.Output[str]

    def __init__(self, kind: str, name: str, **properties: Any) -> None:
        """Make it."""
        super().__init__(kind, name, {"arn": None, **properties})


def program() -> None:
    """Nothing: this module only helps the others."""
