"""What the colours and lines of a drawing mean, below it, with the notes of the page."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.diagrams.catalogue import SERVICES
from analysis.diagrams.drawing import FOOTER, Drawing
from analysis.diagrams.geometry import Point
from analysis.diagrams.layout import MARGIN
from analysis.diagrams.model import Category, Layer
from analysis.diagrams.text import width

SIZE = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """A sign with its meaning: a layer's line, a family's colour, or text alone. Pixels of the whole page."""

    of: Layer | Category | None
    text: str
    at: Point

    @property
    def text_at(self) -> int:
        """Where its text begins."""
        return self.at[0] + (38 if isinstance(self.of, Layer) else 18 if self.of is not None else 0)


def legend(drawing: Drawing) -> tuple[Entry, ...]:
    """What is in this drawing, in two rows: lines and notes above, colours below."""
    top = drawing.size[1] - FOOTER + 16
    used = {SERVICES[box.service].category for box in drawing.page.boxes}
    families = [family for family in Category if family in used]
    lines = _row([(layer, layer.value) for layer in drawing.page.layers], top)
    after = lines[-1].text_at + width(lines[-1].text, SIZE) + 24 if lines else MARGIN
    numbered = [f"{line.text} {line.link.label}" for line in drawing.lines if line.numbered]
    said = " · ".join((*numbered, *drawing.page.notes))
    notes = [Entry(None, said, (after, top))] if said else []
    return (*lines, *notes, *_row([(family, family.value) for family in families], top + 20))


def _row(entries: list[tuple[Layer | Category, str]], y: int) -> list[Entry]:
    found, x = list[Entry](), MARGIN
    for sign, text in entries:
        entry = Entry(sign, text, (x, y))
        found.append(entry)
        x = entry.text_at + width(text, SIZE) + 24
    return found
