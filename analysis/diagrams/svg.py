"""The SVG of a drawing: self-contained, readable by screen readers, for light and dark paper.

Each box carries the URNs behind it (`data-urns`), says in its title how to ask about them, and leads to the file that
declares them, relative to the folder of the diagrams in the repository.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from analysis.diagrams import theme
from analysis.diagrams.catalogue import SERVICES
from analysis.diagrams.drawing import HEADER, LABEL_SIZE, Drawing, Line, pieces
from analysis.diagrams.geometry import Point, Rect
from analysis.diagrams.glyphs import GLYPHS
from analysis.diagrams.layout import BARE, TITLE_SIZE
from analysis.diagrams.legend import Entry, legend
from analysis.diagrams.model import Box, Group, Layer, some, walk
from analysis.diagrams.text import TIMES, fitted, width

SOURCES = "../../"
"""The way from the folder of the diagrams to the sources."""
NAME_SIZE, DETAIL_SIZE, ICON = 11, 10, 30
_FONT = "'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"


def svg(drawing: Drawing) -> str:
    """The drawing as one SVG document."""
    wide, high = drawing.size
    page = drawing.page
    listed = f"{len(page.boxes)} boxes and {len(page.links)} connections: {'; '.join(_told(drawing))}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" '
        'role="img" aria-labelledby="title description">',
        f'<title id="title">{escape(page.title)}, {escape(page.subtitle)}</title>',
        f'<desc id="description">{escape(listed)}</desc>',
        *_style(page.layers),
        f'<rect class="paper" width="{wide}" height="{high}"/>',
        f'<text class="heading" x="20" y="30">{escape(page.title)}</text>',
        f'<text class="faint" x="20" y="48">{escape(page.subtitle)} · {page.version}</text>',
        f'<g transform="translate(0 {HEADER})">',
        *_groups(drawing),
        *(
            part
            for line, parts in zip(drawing.lines, pieces(drawing.lines), strict=True)
            for part in _line(line, parts)
        ),
        *(part for line in drawing.lines for part in _label(line)),
        *_boxes(drawing),
        "</g>",
        *_legend(legend(drawing)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _told(drawing: Drawing) -> Iterator[str]:
    names = {box.key: box.label for box in drawing.page.boxes}
    for link in drawing.page.links:
        way = "to and from" if link.both else "to"
        yield f"{names[link.source]} {way} {names[link.target]} ({link.label or link.layer.value})"


def _style(layers: tuple[Layer, ...]) -> Iterator[str]:
    yield "<style>"
    for scheme in ("light", "dark"):
        yield "@media (prefers-color-scheme: dark) {" if scheme == "dark" else ":root { color-scheme: light dark }"
        yield f".paper, .pill {{ fill: {theme.PAPER[scheme]} }}"
        yield f".tile {{ fill: {theme.TILE[scheme]} }}"
        yield f"text {{ fill: {theme.INK[scheme]} }}"
        yield f"text.faint {{ fill: {theme.FAINT[scheme]} }}"
        for kind, frame in theme.FRAMES.items():
            yield f".{kind} {{ fill: {frame.light if scheme == 'light' else frame.dark} }}"
        for layer in layers:
            stroke = theme.LAYERS[layer]
            colour = stroke.light if scheme == "light" else stroke.dark
            yield f".{layer.name.lower()} {{ stroke: {colour} }} .{layer.name.lower()}-ink {{ fill: {colour} }}"
        if scheme == "dark":
            yield "}"
    yield f"text {{ font-family: {_FONT}; font-size: {DETAIL_SIZE}px }}"
    yield ".heading { font-size: 20px; font-weight: 700 }"
    yield f".name {{ font-size: {NAME_SIZE}px; font-weight: 700 }}"
    yield f".line {{ fill: none; stroke-width: 1.5; stroke-linejoin: round }} .label {{ font-size: {LABEL_SIZE}px }}"
    yield ".glyph { fill: none; stroke: #fff; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round }"
    yield ".count { fill: #fff; font-weight: 700 } a:hover .tile { stroke-width: 2.5 }"
    yield "</style>"


def _groups(drawing: Drawing) -> Iterator[str]:
    for group in walk(drawing.page.root):
        if not isinstance(group, Group) or group.kind in BARE:
            continue
        frame, rect = theme.FRAMES[group.kind], drawing.places.groups[group.key]
        dash = ' stroke-dasharray="6 4"' if frame.dashed else ""
        yield f"<g id={quoteattr('group-' + group.key)} aria-label={quoteattr(group.label)}>"
        yield f'<rect class="{group.kind}" {_box(rect)} rx="4" stroke="{frame.line}" stroke-width="1.2"{dash}/>'
        yield f'<rect x="{rect.x + 6}" y="{rect.y + 9}" width="9" height="9" rx="2" fill="{frame.line}"/>'
        yield (
            f'<text class="name" x="{rect.x + 20}" y="{rect.y + 18}" font-size="{TITLE_SIZE}">'
            f"{escape(group.label)}</text>"
        )
        yield "</g>"


def _boxes(drawing: Drawing) -> Iterator[str]:
    for box in drawing.page.boxes:
        rect, service = drawing.places.boxes[box.key], SERVICES[box.service]
        colour = theme.CATEGORY[service.category]
        yield f"<g id={quoteattr('box-' + box.key)} data-urns={quoteattr(some(box.urns))}>"
        yield f"<title>{escape(_title(box))}</title>"
        if box.source:
            yield f"<a href={quoteattr(SOURCES + box.source)}>"
        yield f'<rect class="tile" {_box(rect)} rx="5" stroke="{colour}" stroke-width="1.3"/>'
        yield f'<rect x="{rect.x + 5}" y="{rect.y + 5}" width="{ICON}" height="{ICON}" rx="4" fill="{colour}"/>'
        yield f'<path class="glyph" transform="translate({rect.x + 8} {rect.y + 8})" d="{GLYPHS[service.glyph]}"/>'
        yield from _words(box, rect, colour)
        if box.source:
            yield "</a>"
        yield "</g>"


def _words(box: Box, rect: Rect, colour: str) -> Iterator[str]:
    left, room = rect.x + ICON + 10, rect.width - ICON - 15
    name = fitted(box.label, NAME_SIZE, room, bold=True)
    yield f'<text class="name" x="{left}" y="{rect.y + (18 if box.detail else 24)}">{escape(name)}</text>'
    if box.detail:
        yield f'<text class="faint" x="{left}" y="{rect.y + 32}">{escape(fitted(box.detail, DETAIL_SIZE, room))}</text>'
    if box.count > 1:
        count = f"{TIMES}{box.count}"
        badge = width(count, DETAIL_SIZE, bold=True) + 8
        x = rect.right - badge - 4
        yield f'<rect class="badge" x="{x}" y="{rect.y - 7}" width="{badge}" height="14" rx="7" fill="{colour}"/>'
        yield f'<text class="count" x="{x + badge // 2}" y="{rect.y + 4}" text-anchor="middle">{count}</text>'


def _title(box: Box) -> str:
    service = SERVICES[box.service].name
    lines = [f"{box.label} ({service})" if service not in box.label else box.label, *filter(None, [box.detail])]
    lines += box.urns[:5]
    if len(box.urns) > 5:
        lines.append(f"and {len(box.urns) - 5} more")
    lines += [f"atoll blast-radius '{urn}'" for urn in box.urns[:1]]
    return "\n".join(lines)


def _line(line: Line, parts: tuple[tuple[Point, ...], ...]) -> Iterator[str]:
    layer, name = line.link.layer, line.link.layer.name.lower()
    dash = theme.LAYERS[layer].dash
    path = "".join(map(rounded, parts))
    yield f"<g id={quoteattr('link-' + line.link.key)} data-urns={quoteattr(some(line.link.urns))}>"
    if path:
        yield f'<path class="line {name}" d="{path}"' + (f' stroke-dasharray="{dash}"' if dash else "") + "/>"
    yield f'<path class="{name}-ink" d="{arrow(line.points[-2], line.points[-1])}"/>'
    if line.link.both:
        yield f'<path class="{name}-ink" d="{arrow(line.points[1], line.points[0])}"/>'
    yield "</g>"


def _label(line: Line) -> Iterator[str]:
    if line.label is None:
        return
    rect, name = line.label, line.link.layer.name.lower()
    yield f'<rect class="pill" {_box(rect)} rx="3"/>'
    yield (
        f'<text class="label {name}-ink" x="{rect.centre[0]}" y="{rect.y + 12}" text-anchor="middle">'
        f"{escape(line.text)}</text>"
    )


def _legend(entries: tuple[Entry, ...]) -> Iterator[str]:
    for entry in entries:
        x, y = entry.at
        if isinstance(entry.of, Layer):
            dash = theme.LAYERS[entry.of].dash
            name = entry.of.name.lower()
            yield (
                f'<path class="line {name}" d="M{x} {y - 4}h26"'
                + (f' stroke-dasharray="{dash}"' if dash else "")
                + "/>"
            )
            yield f'<path class="{name}-ink" d="{arrow((x, y - 4), (x + 30, y - 4))}"/>'
        elif entry.of is not None:
            yield f'<rect x="{x}" y="{y - 10}" width="12" height="12" rx="2" fill="{theme.CATEGORY[entry.of]}"/>'
        yield f'<text class="faint" x="{entry.text_at}" y="{y}">{escape(entry.text)}</text>'


def _box(rect: Rect) -> str:
    return f'x="{rect.x}" y="{rect.y}" width="{rect.width}" height="{rect.height}"'


def rounded(points: tuple[Point, ...]) -> str:
    """The path of a line with small round corners."""
    parts = [f"M{points[0][0]} {points[0][1]}"]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        start, end = _towards(here, before, 4), _towards(here, after, 4)
        parts.append(f"L{start[0]} {start[1]}Q{here[0]} {here[1]} {end[0]} {end[1]}")
    return "".join([*parts, f"L{points[-1][0]} {points[-1][1]}"])


def arrow(before: Point, tip: Point) -> str:
    """The head of an arrow that comes from one point to another."""
    back = _towards(tip, before, 8)
    across = (0, 4) if before[1] == tip[1] else (4, 0)
    one, other = (back[0] + across[0], back[1] + across[1]), (back[0] - across[0], back[1] - across[1])
    return "".join(f"{letter}{x} {y}" for letter, (x, y) in zip("MLL", (tip, one, other), strict=True)) + "Z"


def _towards(start: Point, end: Point, by: int) -> Point:
    def step(one: int, other: int) -> int:
        return one + max(-by, min(by, other - one))

    return step(start[0], end[0]), step(start[1], end[1])
