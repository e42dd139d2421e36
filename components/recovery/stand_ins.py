"""Texts that stand for values which only a deployment knows, while plans are built and compiled."""

from __future__ import annotations

import json
import re
from typing import Any, cast

import pulumi

_MARK = re.compile(r"(<<[^<>]+>>)")


class StandIns:
    """Gives a text for each output, and puts the outputs in the place of the texts at the end.

    Plans are built and compiled from plain text, so that their shape never depends on a deployment.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._outputs: dict[str, pulumi.Output[str]] = {}

    def of(self, name: str, value: pulumi.Output[str]) -> str:
        """The text for an output; the same for the same name.

        The value is an ARN, an id, a name or an address: none has a character that JSON escapes.
        """
        return self._keep(f"<<{name}>>", value)

    def settled(self, document: Any) -> pulumi.Output[str]:
        """A document as JSON, with the values in their places; outputs in it are stood in for here.

        Text first, then one output for all of its gaps: an output for each part of a document of thousands takes long.
        """
        text = json.dumps(document, default=self._stand_in)
        return pulumi.Output.concat(*(self._outputs.get(part, part) for part in _MARK.split(text) if part))

    def _stand_in(self, value: object) -> str:
        if not isinstance(value, pulumi.Output):
            raise TypeError(f"a plan cannot hold a {type(value).__name__}")
        output = cast("pulumi.Output[str]", value)
        return self._keep(f"<<output {id(output)}>>", output)

    def _keep(self, text: str, value: pulumi.Output[str]) -> str:
        self._outputs.setdefault(text, value)
        return text
