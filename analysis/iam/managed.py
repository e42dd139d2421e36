"""The AWS managed policies that are known here; of any other one nobody can say what it grants.

Source: AWS Managed Policy Reference, at the versions that the file names.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from graph.documents import Statement, Unreadable, read_document
from graph.values import freeze

FILE: Final = Path(__file__).parent / "managed_policies.json"


@cache
def table() -> dict[str, Any]:
    """ARN → version and statements, as the file has them."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def managed_policy(arn: str) -> tuple[Statement, ...] | None:
    """Statements of an AWS managed policy; None if it is not in the table."""
    known = table().get(arn)
    if known is None:
        return None
    found = read_document(freeze({"Statement": known["statements"]}))
    assert not isinstance(found, Unreadable), arn
    return found
