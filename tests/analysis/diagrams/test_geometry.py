"""Pictures that a reader can follow: nothing overlaps, no line runs through what it does not join."""

from __future__ import annotations

import pytest
from hypothesis import given, reject, settings

from analysis.diagrams import DiagramError, Drawing, draw, drawio, faults, svg
from analysis.diagrams.drawing import LARGEST, SMALLEST_FONT, Line
from analysis.diagrams.geometry import Rect, crosses
from analysis.diagrams.layout import UNIT, placed
from analysis.diagrams.model import Box, Flow, Group, GroupKind, Layer, Link, Page
from analysis.diagrams.text import fitted, width
from tests.analysis.diagrams.kit import pages

A3_POINTS = (404 / 25.4 * 72, 281 / 25.4 * 72)
"""A3 across, less margins of eight millimetres."""


@settings(max_examples=25)
@given(pages())
def test_random_page_has_no_faults_when_it_is_drawn(page: Page) -> None:
    try:
        drawing = draw(page)
    except DiagramError:
        reject()  # too much for one page is an answer, too; the tests below are about it
    assert faults(drawing) == ()
    assert svg(drawing) == svg(draw(page))
    assert drawio(drawing) == drawio(draw(page))


@settings(max_examples=60)
@given(pages())
def test_everything_stands_on_the_grid_when_it_is_placed(page: Page) -> None:
    places = placed(page)
    for rect in (*places.boxes.values(), *places.groups.values()):
        assert not any(side % UNIT for side in (rect.x, rect.y, rect.width, rect.height))


def test_letters_have_seven_points_when_the_largest_page_is_printed_on_a3() -> None:
    assert min(room / side for room, side in zip(A3_POINTS, LARGEST, strict=True)) * SMALLEST_FONT >= 7


def row(count: int) -> Page:
    boxes = tuple(Box(key=f"b{number}", service="s3", label="Box") for number in range(count))
    root = Group(key="page", kind=GroupKind.PAGE, label="", flow=Flow.ROW, members=boxes)
    return Page(key="row", title="Row", subtitle="", root=root)


def test_page_is_refused_with_its_size_when_it_is_too_full_for_a3() -> None:
    with pytest.raises(DiagramError, match=r"diagram row cannot be drawn on A3: it is 3810 by 180 pixels, of 1600"):
        draw(row(20))


def test_page_is_refused_when_a_group_is_aligned_with_what_it_holds() -> None:
    inner = Group(key="inner", kind=GroupKind.STAGE, label="", members=row(1).root.members, align="same")
    outer = Group(key="outer", kind=GroupKind.STAGE, label="", members=(inner,), align="same")
    root = Group(key="page", kind=GroupKind.PAGE, label="", members=(outer,))
    with pytest.raises(DiagramError, match=r"aligned with what they hold \(same\)"):
        placed(Page(key="p", title="", subtitle="", root=root))


def linked(*links: Link) -> Drawing:
    page = row(3)
    return draw(Page(key="row", title="Row", subtitle="", root=page.root, links=links))


def test_line_goes_around_when_a_box_stands_between_its_ends() -> None:
    drawing = linked(Link(key="over", source="b0", target="b2", layer=Layer.TRAFFIC, label="over"))
    assert faults(drawing) == ()
    assert len(drawing.lines[0].points) > 2


@pytest.mark.parametrize(
    ("points", "label", "fault"),
    [
        (((180, 40), (400, 40)), None, "link runs through b1"),
        (((100, 60), (100, 900)), None, "link leaves the page"),
        (((180, 50), (210, 50)), Rect(150, 40, 40, 16), "the label of link lies over b0"),
    ],
)
def test_fault_is_told_when_a_picture_has_it(
    points: tuple[tuple[int, int], ...], label: Rect | None, fault: str
) -> None:
    drawing = linked(Link(key="link", source="b0", target="b2", layer=Layer.TRAFFIC))
    bad = Drawing(drawing.page, drawing.places, (Line(drawing.lines[0].link, points, label, "x"),))
    assert fault in faults(bad)


def test_overlap_is_told_when_boxes_stand_on_each_other() -> None:
    drawing = linked()
    drawing.places.boxes["b1"] = drawing.places.boxes["b0"].moved(20, 0)
    assert "boxes b0 and b1 overlap" in faults(drawing)


def test_lanes_are_told_when_two_lines_run_on_top_of_each_other() -> None:
    drawing = linked(
        Link(key="a", source="b0", target="b1", layer=Layer.TRAFFIC),
        Link(key="b", source="b1", target="b0", layer=Layer.TRAFFIC),
    )
    assert faults(drawing) == ()
    same = tuple(Line(line.link, drawing.lines[0].points) for line in drawing.lines)
    assert "a and b share a lane" in faults(Drawing(drawing.page, drawing.places, same))


def test_side_is_not_crossed_when_a_line_only_touches_it() -> None:
    area = Rect(10, 10, 20, 20)
    assert not crosses(((0, 10), (50, 10)), area)
    assert crosses(((0, 11), (50, 11)), area)


def test_text_is_cut_with_an_ellipsis_when_it_is_wider_than_its_room() -> None:
    assert fitted("short", 10, 100) == "short"
    cut = fitted("something that is much too long", 10, 60)
    assert cut.endswith("…")
    assert width(cut, 10) <= 60
