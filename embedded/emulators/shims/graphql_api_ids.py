"""Give every GraphQL API of AppSync an id of the form that AWS uses."""

from __future__ import annotations

import secrets
from typing import Any

from moto.appsync.models import GraphqlAPI

REASON = (
    "moto's ids are UUIDs. The Terraform provider joins an API's id and a data source's name with a hyphen and takes "
    "them apart at the first one, so it looks for the data source in an API that does not exist."
)
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
LENGTH = 26


def apply() -> None:
    """Set id and ARN at the end of every construction."""
    construct = GraphqlAPI.__init__

    def with_plain_id(self: GraphqlAPI, *args: Any, **kwargs: Any) -> None:
        construct(self, *args, **kwargs)
        given = self.api_id
        self.api_id = "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))
        self.arn = self.arn.replace(given, self.api_id)

    GraphqlAPI.__init__ = with_plain_id  # type: ignore[method-assign]
