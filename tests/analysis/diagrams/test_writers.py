"""The three forms of a diagram are well-formed, complete, and the same every time."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from analysis.diagrams import Drawing, Format, Kind, draw, drawio, files, mermaid, pages, svg
from analysis.diagrams.catalogue import SERVICES
from analysis.diagrams.drawing import HEADER, SMALLEST_FONT
from analysis.diagrams.drawio import along
from analysis.diagrams.glyphs import GLYPHS
from analysis.diagrams.layout import BARE
from analysis.diagrams.model import Group, walk
from tests.analysis.diagrams.kit import two_regions

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawing() -> Drawing:
    return draw(pages(two_regions(), [Kind.DR])[0])


@pytest.fixture(scope="module")
def document(drawing: Drawing) -> ET.Element:
    return ET.fromstring(drawio(drawing))


def test_svg_says_what_it_is_when_it_is_read_aloud(drawing: Drawing) -> None:
    root = ET.fromstring(svg(drawing))
    assert root.get("role") == "img"
    named = [root.find(f".//{SVG}*[@id='{key}']") for key in str(root.get("aria-labelledby")).split()]
    assert all(one is not None and one.text for one in named)
    assert f"{len(drawing.page.boxes)} boxes" in str(root.findtext(f"{SVG}desc"))


def test_svg_stands_alone_when_nothing_else_is_at_hand(drawing: Drawing) -> None:
    text = svg(drawing)
    assert "prefers-color-scheme: dark" in text
    assert not re.search(r"url\(|<script|<image|@import|xlink", text)


def test_svg_has_each_box_with_its_resources_and_its_source(drawing: Drawing) -> None:
    root = ET.fromstring(svg(drawing))
    for box in drawing.page.boxes:
        found = root.find(f".//{SVG}g[@id='box-{box.key}']")
        assert found is not None
        assert found.get("data-urns") == " ".join(box.urns)
        source = found.find(f"{SVG}a")
        assert (source.get("href") if source is not None else None) == (f"../../{box.source}" if box.source else None)


def test_svg_has_no_letters_smaller_than_what_is_legible(drawing: Drawing) -> None:
    sizes = [int(size) for size in re.findall(r"font-size: ?\"?(\d+)", svg(drawing))]
    assert sizes
    assert min(sizes) >= SMALLEST_FONT


def test_svg_ids_are_unique(drawing: Drawing) -> None:
    ids = re.findall(r' id="([^"]+)"', svg(drawing))
    assert len(ids) == len(set(ids))


def _cells(document: ET.Element) -> dict[str, ET.Element]:
    """Id → cell; what `UserObject` wraps has its id there."""
    found = {str(cell.get("id")): cell for cell in document.iter("mxCell") if cell.get("id")}
    found.update({str(outer.get("id")): cell for outer in document.iter("UserObject") for cell in outer.iter("mxCell")})
    return found


def test_drawio_is_a_tree_of_cells_with_layers(drawing: Drawing, document: ET.Element) -> None:
    assert [document.tag, document[0].tag, document[0][0].tag, document[0][0][0].tag] == [
        "mxfile", "diagram", "mxGraphModel", "root",
    ]  # fmt: skip
    cells = _cells(document)
    assert len(cells) == len(list(document.iter("mxCell")))
    assert all(cell.get("parent") in cells for key, cell in cells.items() if key != "0")
    layers = {str(cell.get("value")) for cell in cells.values() if cell.get("parent") == "0"}
    assert {layer.value for layer in drawing.page.layers} < layers


def test_drawio_edges_join_their_boxes_in_the_layer_of_what_they_carry(drawing: Drawing, document: ET.Element) -> None:
    cells = _cells(document)
    for link in drawing.page.links:
        cell = cells[f"link-{link.key}"]
        assert cell.get("edge") == "1"
        assert (cell.get("source"), cell.get("target")) == (f"box-{link.source}", f"box-{link.target}")
        assert cells[str(cell.get("parent"))].get("value") == link.layer.value
        assert cell.find("mxGeometry") is not None


def test_drawio_places_are_those_of_the_drawing_when_frames_are_added_up(
    drawing: Drawing, document: ET.Element
) -> None:
    cells = _cells(document)
    for key, rect in drawing.places.boxes.items():
        x, y, at = 0, 0, f"box-{key}"
        while cells[at].get("parent") != "0":
            geometry = cells[at].find("mxGeometry")
            assert geometry is not None
            x, y, at = x + int(str(geometry.get("x"))), y + int(str(geometry.get("y"))), str(cells[at].get("parent"))
        assert (x, y) == (rect.x, rect.y + HEADER)


def test_drawio_holds_every_group_that_is_drawn(drawing: Drawing, document: ET.Element) -> None:
    cells = _cells(document)
    for group in walk(drawing.page.root):
        if isinstance(group, Group):
            assert (f"group-{group.key}" in cells) == (group.kind not in BARE)


@pytest.mark.parametrize(("spot", "at"), [((0, 0), -1.0), ((100, 50), 0.0), ((100, 100), 0.333), ((200, 100), 1.0)])
def test_label_stands_where_draw_io_counts_from_the_middle(spot: tuple[int, int], at: float) -> None:
    line = ((0, 0), (100, 0), (100, 100), (200, 100)) if spot != (100, 50) else ((0, 50), (200, 50))
    assert along(line, spot) == pytest.approx(at, abs=0.001)


def test_mermaid_has_every_box_group_and_link(drawing: Drawing) -> None:
    page, text = drawing.page, mermaid(drawing.page)
    lines = [line.strip() for line in text.splitlines()]
    frames = [one for one in walk(page.root) if isinstance(one, Group) and one.kind not in BARE]
    assert lines.count("end") == len(frames) == sum(line.startswith("subgraph ") for line in lines)
    assert sum(":::" in line for line in lines) == len(page.boxes)
    names = {line.partition("[")[0] for line in lines if ":::" in line}
    assert len(names) == len(page.boxes)
    arrows = [re.fullmatch(r'(\w+) <?-\.?->(?:\|"[^"]*"\|)? (\w+)', line) for line in lines]
    joined = [arrow.groups() for arrow in arrows if arrow]
    assert len(joined) == len(page.links)
    assert {name for pair in joined for name in pair} <= names


def test_files_are_named_after_the_page_and_the_format() -> None:
    page = pages(two_regions(), [Kind.DATA])[0]
    made = files(page)
    assert sorted(made) == ["data.drawio", "data.mmd", "data.svg"]
    assert files(page) == made
    assert list(files(page, [Format.SVG])) == ["data.svg"]


def test_every_service_has_a_glyph_and_every_glyph_is_used() -> None:
    assert {service.glyph for service in SERVICES.values()} == set(GLYPHS)
