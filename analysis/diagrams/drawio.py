"""The draw.io document of a drawing: an uncompressed mxGraph model that opens in draw.io (diagrams.net) and diffs well.

Groups hold their members, so that a frame moves with what is in it; each layer of links is a layer of the document and
can be switched off. Shapes are draw.io's own AWS library (`mxgraph.aws4`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from analysis.diagrams import theme
from analysis.diagrams.catalogue import SERVICES
from analysis.diagrams.drawing import HEADER, LABEL_SIZE, SMALLEST_FONT, Drawing, Line
from analysis.diagrams.geometry import Point, Rect
from analysis.diagrams.layout import BARE, BOX, TITLE_SIZE
from analysis.diagrams.legend import legend
from analysis.diagrams.model import Box, GroupKind, Layer, Member, Space, some
from analysis.diagrams.text import TIMES, fitted, width

STRUCTURE, LEGEND = "layer-structure", "layer-legend"
_TILE = (
    "rounded=1;arcSize=10;html=1;whiteSpace=wrap;align=left;verticalAlign=middle;spacingLeft=38;spacingRight=2;"
    "container=1;collapsible=0;recursiveResize=0;"
)
_ICON = "sketch=0;outlineConnect=0;html=1;aspect=fixed;pointerEvents=0;"
_FRAME = "html=1;whiteSpace=wrap;container=1;collapsible=0;recursiveResize=0;verticalAlign=top;align=left;"


def drawio(drawing: Drawing) -> str:
    """The drawing as one `.drawio` file with one page."""
    page, (wide, high) = drawing.page, drawing.size
    lines = [
        '<mxfile host="atoll" type="device">',
        f"<diagram id={quoteattr(page.key)} name={quoteattr(page.title)}>",
        f'<mxGraphModel dx="{wide}" dy="{high}" grid="1" gridSize="10" guides="1" tooltips="1" connect="1" arrows="1" '
        f'fold="0" page="1" pageScale="1" pageWidth="{wide}" pageHeight="{high}" math="0" shadow="0" '
        'adaptiveColors="auto">',
        "<root>",
        '<mxCell id="0"/>',
        f'<mxCell id="{STRUCTURE}" value="Structure" parent="0"/>',
        *(f'<mxCell id="{_layer(layer)}" value={quoteattr(layer.value)} parent="0"/>' for layer in page.layers),
        f'<mxCell id="{LEGEND}" value="Title and legend" parent="0"/>',
        *_member(drawing, page.root, STRUCTURE, Rect(0, -HEADER, wide, high)),
        *(cell for line in drawing.lines for cell in _line(line, drawing)),
        *_texts(drawing),
        "</root>",
        "</mxGraphModel>",
        "</diagram>",
        "</mxfile>",
    ]
    return "\n".join(lines) + "\n"


def _layer(layer: Layer) -> str:
    return f"layer-{layer.name.lower()}"


def _member(drawing: Drawing, member: Member, parent: str, outer: Rect) -> Iterator[str]:
    if isinstance(member, Space):
        return
    if isinstance(member, Box):
        yield from _box(member, drawing.places.boxes[member.key], parent, outer)
        return
    rect = drawing.places.groups[member.key]
    if member.kind in BARE:
        for inner in member.members:
            yield from _member(drawing, inner, parent, outer)
        return
    own = f"group-{member.key}"
    yield _vertex(own, member.label, _frame(member.kind), parent, rect.moved(-outer.x, -outer.y))
    for inner in member.members:
        yield from _member(drawing, inner, own, rect)


def _frame(kind: GroupKind) -> str:
    frame = theme.FRAMES[kind]
    fill = f"light-dark({frame.light},{frame.dark})"
    look = f"strokeColor={frame.line};fillColor={fill};dashed={int(frame.dashed)};"
    style = f"{_FRAME}{look}fontSize={TITLE_SIZE};fontStyle=1;"
    if frame.icon is None:
        return f"{style}spacingLeft=8;"
    plain = "grStroke=0;" if frame.icon == "group_security_group" else ""
    return f"{style}shape=mxgraph.aws4.group;grIcon=mxgraph.aws4.{frame.icon};{plain}spacingLeft=30;"


def _box(box: Box, rect: Rect, parent: str, outer: Rect) -> Iterator[str]:
    service = SERVICES[box.service]
    colour = theme.CATEGORY[service.category]
    room = rect.width - BOX[1] - 5
    count = f" {TIMES}{box.count}" if box.count > 1 else ""
    name = fitted(box.label, TITLE_SIZE, room - width(count, TITLE_SIZE, bold=True), bold=True)
    said = f"<b>{escape(name)}{count}</b>"
    if box.detail:
        said += (
            f'<br><font style="font-size: {SMALLEST_FONT}px">{escape(fitted(box.detail, SMALLEST_FONT, room))}</font>'
        )
    own, place = f"box-{box.key}", rect.moved(-outer.x, -outer.y)
    style = f"{_TILE}strokeColor={colour};fillColor=default;fontSize={TITLE_SIZE};"
    yield (
        f"<UserObject id={quoteattr(own)} label={quoteattr(said)} tooltip={quoteattr(f'{service.name}: {box.label}')} "
        f"urns={quoteattr(some(box.urns))} source={quoteattr(box.source or '')}>"
        f'<mxCell style="{style}" vertex="1" parent={quoteattr(parent)}>{_geometry(place)}</mxCell></UserObject>'
    )
    shape = (
        f"mxgraph.aws4.{service.shape}"
        if service.alone
        else f"mxgraph.aws4.resourceIcon;resIcon=mxgraph.aws4.{service.shape}"
    )
    stroke = "none" if service.alone else "#ffffff"
    style = f"{_ICON}fillColor={colour};strokeColor={stroke};shape={shape};"
    yield _vertex(f"{own}-icon", "", style, own, Rect(5, 5, 30, 30))


def _line(line: Line, drawing: Drawing) -> Iterator[str]:
    link, stroke = line.link, theme.LAYERS[line.link.layer]
    colour = f"light-dark({stroke.light},{stroke.dark})"
    ends = _end("exit", line.points[0], drawing.places.boxes[link.source])
    ends += _end("entry", line.points[-1], drawing.places.boxes[link.target])
    dash = f"dashed=1;dashPattern={stroke.dash};" if stroke.dash else ""
    start = "startArrow=block;startFill=1;startSize=5;" if link.both else ""
    style = (
        f"edgeStyle=orthogonalEdgeStyle;rounded=1;arcSize=8;html=1;jettySize=auto;strokeColor={colour};strokeWidth=1.5;"
        f"endArrow=block;endFill=1;endSize=5;{start}{dash}{ends}"
    )
    bends = "".join(f'<mxPoint x="{x}" y="{y + HEADER}"/>' for x, y in line.points[1:-1])
    array = f'<Array as="points">{bends}</Array>' if bends else ""
    own = f"link-{link.key}"
    yield (
        f'<UserObject id={quoteattr(own)} label="" tooltip={quoteattr(link.label or link.layer.value)} '
        f"urns={quoteattr(some(link.urns))}>"
        f'<mxCell style="{style}" edge="1" parent="{_layer(link.layer)}" source={quoteattr("box-" + link.source)} '
        f'target={quoteattr("box-" + link.target)}><mxGeometry relative="1" as="geometry">{array}</mxGeometry></mxCell>'
        "</UserObject>"
    )
    if line.label is not None:
        style = (
            f"edgeLabel;html=1;align=center;verticalAlign=middle;resizable=0;points=[];fontSize={LABEL_SIZE};"
            f"fontColor={colour};labelBackgroundColor=default;"
        )
        yield (
            f'<mxCell id={quoteattr(own + "-label")} value={quoteattr(line.text)} style="{style}" vertex="1" '
            f'connectable="0" parent={quoteattr(own)}><mxGeometry x="{along(line.points, line.label.centre):.3f}" '
            'relative="1" as="geometry"><mxPoint as="offset"/></mxGeometry></mxCell>'
        )


def _end(which: str, at: Point, box: Rect) -> str:
    x, y = (at[0] - box.x) / box.width, (at[1] - box.y) / box.height
    return f"{which}X={x:.4g};{which}Y={y:.4g};{which}Dx=0;{which}Dy=0;{which}Perimeter=0;"


def along(points: tuple[Point, ...], spot: Point) -> float:
    """Where on a line a spot is, from -1 at its start to 1 at its end, as draw.io counts."""
    whole = sum(abs(x1 - x2) + abs(y1 - y2) for (x1, y1), (x2, y2) in pairwise(points))
    gone, best = 0, (1 << 30, 0)
    for (x1, y1), (x2, y2) in pairwise(points):
        x = min(max(spot[0], min(x1, x2)), max(x1, x2))
        y = min(max(spot[1], min(y1, y2)), max(y1, y2))
        best = min(best, (abs(spot[0] - x) + abs(spot[1] - y), gone + abs(x - x1) + abs(y - y1)))
        gone += abs(x1 - x2) + abs(y1 - y2)
    return 2 * best[1] / whole - 1 if whole else 0.0


def _texts(drawing: Drawing) -> Iterator[str]:
    page, wide = drawing.page, drawing.size[0] - 40
    plain = "text;html=1;strokeColor=none;fillColor=none;align=left;verticalAlign=middle;fontSize="
    yield _vertex("title", page.title, f"{plain}20;fontStyle=1;", LEGEND, Rect(20, 8, wide, 28))
    yield _vertex(
        "subtitle", f"{page.subtitle} · {page.version}", f"{plain}{SMALLEST_FONT};", LEGEND, Rect(20, 36, wide, 14)
    )
    for number, entry in enumerate(legend(drawing)):
        x, y = entry.at
        if isinstance(entry.of, Layer):
            stroke = theme.LAYERS[entry.of]
            dash = f"dashed=1;dashPattern={stroke.dash};" if stroke.dash else ""
            style = f"endArrow=block;endFill=1;endSize=5;strokeWidth=1.5;strokeColor={stroke.light};{dash}"
            yield (
                f'<mxCell id="legend-{number}-sign" style="{style}" edge="1" parent="{LEGEND}">'
                f'<mxGeometry relative="1" as="geometry"><mxPoint x="{x}" y="{y - 4}" as="sourcePoint"/>'
                f'<mxPoint x="{x + 30}" y="{y - 4}" as="targetPoint"/></mxGeometry></mxCell>'
            )
        elif entry.of is not None:
            style = f"rounded=1;fillColor={theme.CATEGORY[entry.of]};strokeColor=none;"
            yield _vertex(f"legend-{number}-sign", "", style, LEGEND, Rect(x, y - 10, 12, 12))
        room = Rect(entry.text_at, y - 12, wide + 20 - entry.text_at, 16)
        yield _vertex(f"legend-{number}", entry.text, f"{plain}{SMALLEST_FONT};", LEGEND, room)


def _vertex(key: str, value: str, style: str, parent: str, rect: Rect) -> str:
    return (
        f'<mxCell id={quoteattr(key)} value={quoteattr(escape(value))} style="{style}" vertex="1" '
        f"parent={quoteattr(parent)}>{_geometry(rect)}</mxCell>"
    )


def _geometry(rect: Rect) -> str:
    return f'<mxGeometry x="{rect.x}" y="{rect.y}" width="{rect.width}" height="{rect.height}" as="geometry"/>'
