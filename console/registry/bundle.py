"""The form of a published contract: canonical content, its digest, and how it is laid out over parameters.

A contract is published as one parameter, its manifest, which holds the content where that fits. Larger content is
compressed and split over parameters `…/parts/NN-<run>`; the manifest names the digest of each, and is written last.
Limits: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.registry.errors import CorruptError, RefusedPublicationError
from contracts.services import LoadedContract, Version
from contracts.services.contract import Classification
from contracts.settings.registry import CONTRACTS_PATH

FORMAT = 1
"""Form of the manifest; a reader refuses one that it does not know."""
STANDARD_BYTES, ADVANCED_BYTES = 4096, 8192
"""Largest value of a parameter of each tier."""
MOST_PARTS = 99
"""Parts of a contract at most: 99 x 8 KB of compressed, encoded content are about 5 MB of documents."""
LARGEST_CONTENT = 50_000_000
"""Bytes of content that a reader unpacks: a tenth of the documents' own limit would never be met by accident."""
CLASSIFIED = frozenset({Classification.CONFIDENTIAL, Classification.RESTRICTED})
"""Classifications whose contracts are encrypted with the registry's key."""


@dataclass(frozen=True)
class Bundle:
    """A contract with its documents, as it is published."""

    id: str
    """`domain/service`."""
    version: Version
    classification: Classification
    content: bytes
    """Canonical JSON: `{"contract": …, "documents": {name: text}}`."""

    @classmethod
    def of(cls, loaded: LoadedContract) -> Bundle:
        """Bundle a contract that was read.

        What has its default is left out, so that a clause that contracts learn later changes no digest.
        """
        values = {
            "contract": loaded.contract.model_dump(mode="json", exclude_defaults=True),
            "documents": dict(loaded.documents.texts()),
        }
        contract = loaded.contract
        return cls(contract.id, contract.semver, contract.data_classification, canonical(values))

    @property
    def digest(self) -> str:
        """SHA-256 of the content, in hex: the identity of what was published."""
        return digest_of(self.content)

    @property
    def classified(self) -> bool:
        """Whether it must be encrypted."""
        return self.classification in CLASSIFIED

    @property
    def path(self) -> str:
        """Name of its manifest."""
        return manifest_path(self.id, self.version)

    def __str__(self) -> str:
        return f"{self.id} {self.version}"


@dataclass(frozen=True)
class Layout:
    """The parameters of one published contract."""

    manifest: str
    """Value of the manifest."""
    description: str
    """What a list shows without reading the value."""
    parts: Mapping[str, str]
    """Name → value, in order; empty where the manifest holds everything."""


def canonical(values: Any) -> bytes:
    """JSON with sorted keys and no spaces: equal values, equal bytes."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_of(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def manifest_path(contract_id: str, version: Version) -> str:
    """Name of the parameter that is a version."""
    return f"{CONTRACTS_PATH}/{contract_id}/{version}"


def tier(value: str) -> str:
    """The cheapest tier that holds a value."""
    return "Standard" if len(value.encode()) <= STANDARD_BYTES else "Advanced"


def lay_out(bundle: Bundle, *, run: str, joint: bool, published: str) -> Layout:
    """Decide what goes where.

    Args:
        bundle: the contract.
        run: the run that publishes it, unique.
        joint: whether it becomes visible only together with others, by the decision of `run`.
        published: date and time, ISO 8601.

    Raises:
        RefusedPublicationError: it is too large.
    """
    facts = {
        "classification": bundle.classification.value,
        "digest": bundle.digest,
        "joint": joint,
        "published": published,
        "run": run,
    }
    head = {**facts, "format": FORMAT, "id": bundle.id, "version": str(bundle.version)}
    description = canonical(facts).decode()
    plain = canonical({**head, "content": json.loads(bundle.content)}).decode()
    # Parameter Store takes two braces for a reference to another parameter.
    if len(plain.encode()) <= STANDARD_BYTES and "{{" not in plain:
        return Layout(plain, description, {})
    packed = base64.b64encode(zlib.compress(bundle.content, 9)).decode()
    whole = canonical({**head, "packed": packed}).decode()
    if len(whole) <= ADVANCED_BYTES:
        return Layout(whole, description, {})
    chunks = [packed[at : at + ADVANCED_BYTES] for at in range(0, len(packed), ADVANCED_BYTES)]
    if len(chunks) > MOST_PARTS:
        raise RefusedPublicationError(
            f"{bundle} is too large for the registry: {len(packed)} bytes compressed, at most "
            f"{MOST_PARTS * ADVANCED_BYTES}. Remove what no consumer needs from its documents, or split the service."
        )
    names = [f"{bundle.path}/parts/{index:02}-{run}" for index in range(len(chunks))]
    manifest = canonical({**head, "parts": [_short(chunk) for chunk in chunks]}).decode()
    return Layout(manifest, description, dict(zip(names, chunks, strict=True)))


@dataclass(frozen=True)
class Manifest:
    """A manifest as it was read, checked against its name."""

    id: str
    version: Version
    digest: str
    published: str
    run: str
    joint: bool
    values: Mapping[str, Any]

    @classmethod
    def parse(cls, name: str, text: str) -> Manifest:
        """Read a manifest.

        Raises:
            CorruptError: it is none, is of another version, or of a form that is not known.
        """
        try:
            values = json.loads(text)
            known = values["format"]
            found = cls(
                values["id"], Version.parse(values["version"]), values["digest"], values["published"], values["run"],
                values["joint"], values,
            )  # fmt: skip
        except (ValueError, KeyError, TypeError):
            raise corrupt(name, "it is no manifest of a contract") from None
        if known != FORMAT:
            raise corrupt(name, f"it has form {known}, and this program reads form {FORMAT}")
        if manifest_path(found.id, found.version) != name:
            raise corrupt(name, f"it is the manifest of {found.id} {found.version}")
        return found

    @property
    def part_names(self) -> tuple[str, ...]:
        """Names of its parts, in order."""
        path = manifest_path(self.id, self.version)
        return tuple(f"{path}/parts/{index:02}-{self.run}" for index in range(len(self.values.get("parts", ()))))

    def content(self, parts: Mapping[str, str]) -> bytes:
        """Put the content together from the values of the parts by name.

        Raises:
            CorruptError: a part is missing or has been changed, or the whole is not what was published.
        """
        path = manifest_path(self.id, self.version)
        if "content" in self.values:
            content = canonical(self.values["content"])
        else:
            content = _unpacked(path, self._packed(path, parts))
        if digest_of(content) != self.digest:
            raise corrupt(path, f"its content has the digest {digest_of(content)[:12]}…, not {self.digest[:12]}…")
        return content

    def _packed(self, path: str, parts: Mapping[str, str]) -> str:
        if "packed" in self.values:
            return str(self.values["packed"])
        for name, digest in zip(self.part_names, self.values.get("parts", ()), strict=True):
            if name not in parts:
                raise corrupt(path, f"its part {name.rsplit('/', 1)[-1]} is missing")
            if _short(parts[name]) != digest:
                raise corrupt(path, f"its part {name.rsplit('/', 1)[-1]} is not what was published")
        return "".join(parts[name] for name in self.part_names)


def corrupt(name: str, why: str) -> CorruptError:
    """The error about a parameter that cannot be trusted."""
    return CorruptError(
        f"{name} in the registry is corrupt: {why}. Nothing of it is used. Publish its content as a higher version "
        "(atoll contract publish), and see in CloudTrail who changed the parameter."
    )


def _unpacked(path: str, packed: str) -> bytes:
    try:
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(base64.b64decode(packed, validate=True), LARGEST_CONTENT)
    except (ValueError, zlib.error):
        raise corrupt(path, "its content cannot be unpacked") from None
    if not unpacker.eof:
        raise corrupt(path, "its content is cut off or beyond all limits")
    return content


def _short(text: str) -> str:
    """SHA-256 in base64, to hold 99 of them in one manifest."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
