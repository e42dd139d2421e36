"""What a Pulumi resource is to Kubernetes: kind, name, namespace; and the names that are made up."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from typing import Final

from embedded.aws_plugin.names import Mode, Naming
from embedded.aws_plugin.values import UNKNOWN, Props, Unknown, Value, as_dict, reveal

AUTONAMED: Final = "pulumi.com/autonamed"
MANAGER: Final = "pulumi.com/patchFieldManager"
PREFIX: Final = "pulumi-kubernetes-"
"""Of the field managers that Pulumi makes up."""
_PATCH: Final = "Patch"
_SUFFIX: Final = 9  # a hyphen and eight hex digits
_LONGEST: Final = 63


@dataclass(frozen=True)
class Target:
    """One resource of a program."""

    urn: str
    token: str

    @property
    def name(self) -> str:
        """Its logical name."""
        return self.urn.rpartition("::")[2]

    @property
    def api_version(self) -> str:
        """The API version that its type token tells: ``kubernetes:apps/v1:Deployment`` → ``apps/v1``."""
        version = self.token.split(":", 2)[1]
        return version.removeprefix("core/")

    @property
    def kind(self) -> str:
        """The kind that its type token tells."""
        kind = self.token.rpartition(":")[2]
        return kind.removesuffix(_PATCH) if self.is_patch else kind

    @property
    def is_patch(self) -> bool:
        """Whether it patches an object of somebody else."""
        kind = self.token.rpartition(":")[2]
        return kind.endswith(_PATCH) and kind != _PATCH

    @property
    def manager(self) -> str:
        """The field manager of a new resource: the same whenever the same creation is tried again."""
        return PREFIX + hashlib.sha256(self.urn.encode()).hexdigest()[:8]


def annotations_of(inputs: Props) -> Props:
    """The annotations of an object; empty while they are unknown."""
    return as_dict(reveal(as_dict(reveal(inputs.get("metadata"))).get("annotations")))


def says(inputs: Props, annotation: str) -> bool:
    """Whether an annotation is set to true."""
    return annotations_of(inputs).get(annotation) in ("true", True)


def member(inputs: Props, name: str) -> Value:
    """A member of the metadata."""
    metadata = reveal(inputs.get("metadata"))
    return UNKNOWN if isinstance(metadata, Unknown) else as_dict(metadata).get(name)


def named(inputs: Props, old: Props, naming: Naming) -> Props:
    """Inputs with a name: the program's own, else the one it has, else a new one."""
    metadata = reveal(inputs.get("metadata"))
    if isinstance(metadata, Unknown) or as_dict(metadata).get("name") is not None:
        return inputs
    given = as_dict(metadata)
    kept = member(old, "name") if says(old, AUTONAMED) else None
    name = kept if isinstance(kept, str) else _new(naming, given.get("generateName"))
    if name is None:
        return inputs
    marked: Props = {**as_dict(given.get("annotations")), AUTONAMED: "true"}
    rest = {key: item for key, item in given.items() if key != "generateName"}
    whole: Props = {**rest, "name": name, "annotations": marked}
    return {**inputs, "metadata": whole}


def _new(naming: Naming, prefix: Value) -> str | None:
    if naming.mode is Mode.DISABLED and not prefix:
        return None
    if naming.mode is Mode.PROPOSED and naming.proposed and not prefix:
        return naming.proposed
    source = random.Random(naming.seed) if naming.seed else random.SystemRandom()
    digits = "".join(source.choice("0123456789abcdef") for _ in range(_SUFFIX - 1))
    if isinstance(prefix, str):
        return prefix[: _LONGEST - len(digits)] + digits
    return f"{naming.logical[: _LONGEST - _SUFFIX].rstrip('-.')}-{digits}"


def id_of(namespace: str | None, name: str) -> str:
    """The id of a resource: ``namespace/name``, or the name alone."""
    return f"{namespace}/{name}" if namespace else name


def parse_id(text: str) -> tuple[str | None, str]:
    """Namespace and name."""
    namespace, _, name = text.rpartition("/")
    return namespace or None, name
