"""What a diagram says, before anyone decides where it stands: boxes in groups, links between boxes.

A model holds words and structure only; `layout` gives it places, and the writers draw the result. Keys are unique in a
page and made of stable names, so that the same estate gives the same picture, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from hashlib import sha256
from typing import TypeAlias

SOME = 8
"""How many resources of a box or a line are written into its file; the count tells of the others."""


class DiagramError(Exception):
    """A page cannot be drawn; the message says which, why, and what to leave out."""


@unique
class Category(StrEnum):
    """AWS's families of services, which give a box its colour."""

    COMPUTE = "Compute and containers"
    DATABASE = "Database"
    STORAGE = "Storage"
    NETWORK = "Networking and delivery"
    SECURITY = "Security and identity"
    INTEGRATION = "Integration"
    MANAGEMENT = "Management"
    ANALYTICS = "Analytics"
    OUTSIDE = "Outside AWS"


@unique
class GroupKind(StrEnum):
    """What a frame stands for."""

    PAGE = "page"
    GLOBAL = "global"
    ACCOUNT = "account"
    REGION = "region"
    VPC = "vpc"
    ZONE = "zone"
    PUBLIC = "public"
    PRIVATE = "private"
    DATA = "data"
    SECURITY_GROUP = "security-group"
    STAGE = "stage"
    PLAIN = "plain"


@unique
class Flow(StrEnum):
    """How the members of a group stand: beside each other, below each other, or in columns of equal cells."""

    ROW = "row"
    COLUMN = "column"
    GRID = "grid"


@unique
class Layer(StrEnum):
    """What a link carries; each is a layer of its own in draw.io."""

    TRAFFIC = "Traffic"
    REPLICATION = "Replication"
    FAILOVER = "Failover"
    BACKUP = "Backup and recovery"
    EVENTS = "Events and findings"
    IDENTITY = "Identity"
    ENCRYPTION = "Encryption"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One thing a person wants to see: a resource, or ``count`` of them that play the same part.

    ``service`` is a key of the catalogue of services; ``urns`` are the resources behind the box, ``source`` the file
    that declares them. ``wide`` boxes take the whole width of their group.
    """

    key: str
    service: str
    label: str
    detail: str = ""
    count: int = 1
    urns: tuple[str, ...] = ()
    source: str | None = None
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Space:
    """An empty cell of a grid: what the other region has here, this one has not."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A frame around boxes and other groups.

    Groups with the same ``align`` are made equally large, so that two regions stand row beside row. ``columns`` is
    for grids; ``gap`` (pixels) overrides the space between members, where labels of links need room.
    """

    key: str
    kind: GroupKind
    label: str
    members: tuple[Member, ...]
    flow: Flow = Flow.COLUMN
    columns: int = 1
    align: str | None = None
    gap: int | None = None
    packed: bool = False
    """Members stand at the beginning, and share nothing of what is left over."""


Member: TypeAlias = Box | Space | Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An arrow between two boxes. Links of one ``bundle`` (the same start, layer and meaning) may share their line."""

    key: str
    source: str
    target: str
    layer: Layer
    label: str = ""
    both: bool = False
    urns: tuple[str, ...] = ()
    bundle: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One diagram.

    Raises:
        DiagramError: two parts have the same key, or a link leads to no box; the message names all of them.
    """

    key: str
    title: str
    subtitle: str
    root: Group
    links: tuple[Link, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        keys = [member.key for member in walk(self.root)] + [link.key for link in self.links]
        boxes = {box.key for box in self.boxes}
        wrong = [f"{key!r} is there twice" for key in sorted({key for key in keys if keys.count(key) > 1})]
        for link in self.links:
            wrong += [f"link {link.key!r} leads to {end!r}, which is no box" for end in _ends(link) if end not in boxes]
            if link.source == link.target:
                wrong.append(f"link {link.key!r} leads to where it starts")
        if wrong:
            raise DiagramError(f"diagram {self.key}: {'; '.join(wrong)}")

    @property
    def version(self) -> str:
        """Eight digits that change with what the page shows, and with nothing else: they tell two prints apart."""
        return sha256(repr((self.root, self.links, self.notes)).encode()).hexdigest()[:8]

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Every box, in the order of the groups."""
        return tuple(member for member in walk(self.root) if isinstance(member, Box))

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers that have a link, in the order of their declaration."""
        return tuple(layer for layer in Layer if any(link.layer is layer for link in self.links))


def walk(member: Member) -> Iterator[Member]:
    """A member and all it holds, containers first."""
    yield member
    if isinstance(member, Group):
        for inner in member.members:
            yield from walk(inner)


def bundled(links: Iterable[Link]) -> tuple[Link, ...]:
    """Links of one start, layer and label as one bundle, whose label is drawn once."""
    return tuple(
        replace(link, bundle=link.bundle or f"{link.source}|{link.layer.value}|{link.label}") for link in links
    )


def kept(links: Iterable[Link], root: Group) -> tuple[Link, ...]:
    """Links whose ends are both there, bundled; what leads elsewhere is not part of the picture."""
    boxes = {member.key for member in walk(root) if isinstance(member, Box)}
    return bundled(link for link in links if link.source in boxes and link.target in boxes)


def some(urns: tuple[str, ...]) -> str:
    """The first resources behind a box or a line, for its file: all 122 roles of an estate would be most of it."""
    return " ".join(urns[:SOME])


def _ends(link: Link) -> tuple[str, str]:
    return link.source, link.target
