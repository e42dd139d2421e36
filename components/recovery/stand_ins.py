"""Texts that stand for values which only a deployment knows, while plans are built and compiled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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
        """The text for an output; the same for the same name."""
        text = f"<<{name}>>"
        self._outputs.setdefault(text, value)
        return text

    def settled(self, document: Any) -> pulumi.Output[str]:
        """A document as JSON, with the values in their places."""
        return pulumi.Output.json_dumps(self.filled(document))

    def filled(self, value: Any) -> Any:
        """A value with outputs in the place of what stands for them."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, Mapping):
            return {key: self.filled(item) for key, item in cast("Mapping[str, Any]", value).items()}
        if isinstance(value, Sequence):
            return [self.filled(item) for item in cast("Sequence[Any]", value)]
        return value

    def _text(self, text: str) -> Any:
        parts = [self._outputs.get(part, part) for part in _MARK.split(text) if part]
        if all(isinstance(part, str) for part in parts):
            return text
        return parts[0] if len(parts) == 1 else pulumi.Output.concat(*parts)
