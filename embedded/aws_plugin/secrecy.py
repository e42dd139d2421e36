"""What of a resource's outputs must stay secret, and how to keep it out of messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from embedded.aws_plugin.mapping.nodes import Block
from embedded.aws_plugin.shapes import block_to_pulumi
from embedded.aws_plugin.values import Props, Secret, Value, has_secret, leaves

REDACTED: Final = "[secret]"
_SHORTEST_EQUAL = 4  # shorter texts ("yes", "80") are equal to something by chance
_SHORTEST_WITHIN = 8  # ... and shorter ones than this are part of something by chance


def secret_texts(value: Value) -> set[str]:
    """All texts that lie within secrets."""
    if isinstance(value, Secret):
        return {leaf for leaf in leaves(value) if isinstance(leaf, str) and leaf}
    if isinstance(value, dict):
        return set[str]().union(*(secret_texts(item) for item in value.values()))
    if isinstance(value, list):
        return set[str]().union(*(secret_texts(item) for item in value))
    return set()


def mark(outputs: Props, inputs: Props) -> Props:
    """Outputs with everything wrapped that repeats a secret input.

    That is: the property of the same name (as the engine would do), and any text anywhere that equals or contains the
    secret, such as `tagsAll` for a secret in `tags`, or a policy that names a password.
    """
    texts = secret_texts(inputs)
    return {key: _like(_hide(value, texts), inputs.get(key)) for key, value in outputs.items()}


def _like(value: Value, given: Value) -> Value:
    """The output value with secrets where the input has them; all of a list whose input has one anywhere."""
    if isinstance(value, Secret) or not has_secret(given) or value is None:
        return value
    if isinstance(value, dict) and isinstance(given, dict):
        return {key: _like(item, given.get(key)) for key, item in value.items()}
    return Secret(_bare(value))


def _hide(value: Value, texts: set[str]) -> Value:
    if not texts or isinstance(value, Secret):
        return value
    if isinstance(value, dict):
        return {key: _hide(item, texts) for key, item in value.items()}
    if isinstance(value, list):
        return [_hide(item, texts) for item in value]
    return Secret(value) if isinstance(value, str) and _tells(value, texts) else value


def _tells(value: str, texts: set[str]) -> bool:
    return any(
        (len(text) >= _SHORTEST_EQUAL and text == value) or (len(text) >= _SHORTEST_WITHIN and text in value)
        for text in texts
    )


def _bare(value: Value) -> Value:
    """A secret within a secret is one secret."""
    if isinstance(value, Secret):
        return _bare(value.value)
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_bare(item) for item in value]
    return value


def sensitive_texts(body: Block, config: Props) -> set[str]:
    """All texts in a Terraform value whose attribute the schema calls sensitive, secret input or not."""
    return secret_texts(block_to_pulumi(body, config, secrets=True))


def redact(message: str, texts: Iterable[str]) -> str:
    """The message without any of the texts, longest first so that none leaves a rest."""
    for text in sorted(texts, key=len, reverse=True):
        if len(text) >= _SHORTEST_EQUAL:
            message = message.replace(text, REDACTED)
    return message
