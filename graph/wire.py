"""Decode properties as the engine writes them: protobuf on the wire, JSON in previews and state, one notation.

A map with the signature key is not data: it marks a secret, an asset, an archive, a resource or an output.
Source: the Pulumi engine's property marshalling, "deployment providers" chapter of its developer documentation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

from graph.values import (
    UNKNOWN,
    Asset,
    FrozenList,
    FrozenMap,
    ResourceReference,
    Secret,
    Unknown,
    Value,
)

UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"
ASSET_SIGNATURE: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE_SIGNATURE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
RESOURCE_SIGNATURE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT_SIGNATURE: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"

# The engine writes one text per type of an unknown; all mean the same.
_UNKNOWN_TEXTS: Final = frozenset(
    {
        UNKNOWN_TEXT,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # list
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # map
    }
)

TextDecoder = Callable[[str], Value]


def decode_text(text: str) -> Value:
    """A plain string, or unknown if it is one of the engine's texts for it."""
    return UNKNOWN if text in _UNKNOWN_TEXTS else text


def decode(value: object, text: TextDecoder = decode_text) -> Value:
    """Decode one property. ``text`` turns strings into values.

    Clear text inside a secret is dropped here, before anything else can see it.
    """
    match value:
        case None | bool() | int() | float():
            return int(value) if isinstance(value, float) and value.is_integer() else value
        case str():
            return text(value)
        case Mapping():
            items = cast("Mapping[str, object]", value)
            if SIGNATURE in items:
                return _decode_marked(items, text)
            return FrozenMap({key: decode(item, text) for key, item in items.items()})
        case Sequence():
            return FrozenList(decode(item, text) for item in cast("Sequence[object]", value))
        case _:
            raise TypeError(f"a property cannot be a {type(value).__name__}")


def decode_map(properties: Mapping[str, Any], text: TextDecoder = decode_text) -> FrozenMap:
    """Decode a set of properties."""
    return FrozenMap({key: decode(item, text) for key, item in properties.items()})


def _decode_marked(items: Mapping[str, object], text: TextDecoder) -> Value:
    match items[SIGNATURE]:
        case signature if signature == SECRET_SIGNATURE:
            inner = decode(items.get("value"), text)  # absent where the state holds ciphertext
            return inner if isinstance(inner, Secret) else Secret(inner if isinstance(inner, Unknown) else None)
        case signature if signature == ASSET_SIGNATURE:
            return Asset("asset", _content_hash(items))
        case signature if signature == ARCHIVE_SIGNATURE:
            return Asset("archive", _content_hash(items))
        case signature if signature == RESOURCE_SIGNATURE:
            return ResourceReference(str(items.get("urn")))
        case signature if signature == OUTPUT_SIGNATURE:
            inner = decode(items["value"], text) if "value" in items else UNKNOWN
            if items.get("secret"):
                return Secret(inner if isinstance(inner, Unknown) else None)
            return inner
        case _:
            raise TypeError("a property carries a signature that this version does not know; update Atoll")


def _content_hash(items: Mapping[str, object]) -> str | None:
    """The engine's hash if it made one; else, for text and single files, the same hash computed here."""
    known = items.get("hash")
    if isinstance(known, str) and known:
        return known
    content = items.get("text")
    if isinstance(content, str):
        return hashlib.sha256(content.encode()).hexdigest()
    path = items.get("path")
    if isinstance(path, str) and Path(path).is_file():
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    return None
