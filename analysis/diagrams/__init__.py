"""Diagrams of an estate, computed from its graphs (DIA-1): disaster recovery, regions in detail, data flow, security.

`pages(estate)` says what each diagram shows, `draw(page)` where everything stands, and `svg`, `drawio` and `mermaid`
write it down. The same estate always gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum, unique

from analysis.diagrams.data import data
from analysis.diagrams.dr import dr
from analysis.diagrams.drawing import Drawing, Line, draw, faults
from analysis.diagrams.drawio import drawio
from analysis.diagrams.mermaid import mermaid
from analysis.diagrams.model import DiagramError, Page
from analysis.diagrams.region import region
from analysis.diagrams.scene import Scene
from analysis.diagrams.security import security
from analysis.diagrams.svg import svg
from graph import ResourceGraph

__all__ = [
    "DiagramError",
    "Drawing",
    "Format",
    "Kind",
    "Line",
    "Page",
    "Scene",
    "draw",
    "drawio",
    "faults",
    "files",
    "mermaid",
    "pages",
    "svg",
]


@unique
class Kind(StrEnum):
    """The diagrams of 003."""

    DR = "dr"
    REGION = "region"
    DATA = "data"
    SECURITY = "security"


@unique
class Format(StrEnum):
    """What a diagram can be written as."""

    DRAWIO = "drawio"
    SVG = "svg"
    MERMAID = "mermaid"


_SUFFIX = {Format.DRAWIO: "drawio", Format.SVG: "svg", Format.MERMAID: "mmd"}
_MADE: Mapping[Kind, Callable[[Scene], tuple[Page, ...]]] = {
    Kind.DR: lambda scene: (dr(scene),),
    Kind.REGION: region,
    Kind.DATA: lambda scene: (data(scene),),
    Kind.SECURITY: lambda scene: (security(scene),),
}


def pages(estate: Mapping[str, ResourceGraph], kinds: Iterable[Kind] = Kind) -> tuple[Page, ...]:
    """What the diagrams of an estate show; the regional one has a page for each region.

    Raises:
        DiagramError: no stack of the estate has a network, so there is no region to draw.
    """
    scene = Scene(estate)
    if not scene.regions:
        raise DiagramError(f"none of the stacks {', '.join(estate) or '(none)'} has a network: name a region's stack")
    return tuple(page for kind in kinds for page in _MADE[kind](scene))


def files(page: Page, formats: Iterable[Format] = Format) -> dict[str, str]:
    """File name → content of one page in some formats.

    Raises:
        DiagramError: the page is too full for A3.
    """
    drawing = draw(page)
    written = {
        Format.DRAWIO: lambda: drawio(drawing),
        Format.SVG: lambda: svg(drawing),
        Format.MERMAID: lambda: mermaid(page),
    }
    return {f"{page.key}.{_SUFFIX[form]}": written[form]() for form in formats}
