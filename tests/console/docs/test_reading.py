"""What the reference reads out of docstrings, classes and models."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import pytest
from pydantic import BaseModel, Field

from console.docs import markdown
from console.docs.classes import attributes
from console.docs.made import Made
from console.docs.models import Row, clipped, rows
from console.docs.prose import Part, read
from contracts.settings.base import Settings
from contracts.settings.kind import between


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


class Door(Settings):
    """A door."""

    width: Annotated[int, between(1, 9, "metres")]
    """How wide it is;
    in whole metres."""
    color: Color = Color.BLUE


class House(Settings):
    """A house."""

    front: Door
    others: dict[str, Door] | None = None
    names: tuple[str, ...] = ("a", "b")
    height: Annotated[float, Field(ge=2)] = 2.5
    keys: list[Door] = Field(default_factory=list[Door])


@dataclass(frozen=True, kw_only=True)
class Wiring:
    size: int
    """How big,
    in GiB."""
    name: str | None = None
    _hidden: int = 0


def test_passages_are_told_apart_when_they_are_labelled() -> None:
    prose = read(
        "A queue that keeps (MSG-1). It is fast.\n\n"
        "Makes: the queue; its\nalarm. Costs USD 0.40 a\nmillion. Calls to KMS come on top.\n"
        "Does not make: topics. Units: seconds.\n\n"
        "Raises:\n    ValueError: too long,\n        or too short.\n    KeyError: gone.\n\n"
        "Source: MSG-1, STO-2; Guide."
    )
    assert prose.summary == "A queue that keeps (MSG-1)."
    assert prose.parts == {
        Part.ABOUT: ["It is fast."],
        Part.MAKES: ["The queue; its alarm."],
        Part.COST: ["USD 0.40 a million. Calls to KMS come on top."],
        Part.LIMITS: ["Does not make: topics."],
        Part.UNITS: ["Seconds."],
        Part.ERRORS: ["* ValueError: too long, or too short.\n* KeyError: gone."],
        Part.SOURCE: ["MSG-1, STO-2; Guide."],
    }
    assert prose.requirements == ("MSG-1", "STO-2")


def test_list_keeps_its_lines_when_it_follows_a_passage() -> None:
    prose = read(
        "A service.\n\nMakes the task, and:\n\n* rolling: one\n  by one;\n* canary: a tenth.\n\nCosts nothing."
    )
    assert prose.told(Part.MAKES) == ["Makes the task, and:", "* rolling: one\n  by one;\n* canary: a tenth."]
    assert prose.told(Part.COST) == ["Nothing."]


def test_nothing_is_told_about_cost_when_the_docstring_has_no_such_sentence() -> None:
    assert read("A thing that costs much.\n\nIt is free of errors.").told(Part.COST) == []


def test_attributes_carry_type_default_and_docstring_when_read_from_the_class() -> None:
    size, name = attributes(Wiring)
    assert (size.name, size.type, size.default, size.doc) == ("size", "int", None, "How big, in GiB.")
    assert (name.name, name.type, name.default, name.doc) == ("name", "str | None", "None", "")


def test_paths_are_followed_into_sections_maps_and_lists_when_a_model_is_read() -> None:
    found = {row.path: row for row in rows(House)}
    assert list(found) == [
        *("front", "front.width", "front.color"),
        *("others", "others.<name>.width", "others.<name>.color"),
        *("names", "height", "keys", "keys[].width", "keys[].color"),
    ]
    assert found["front.width"] == Row(
        "front.width", "1 to 9 metres", "required", "How wide it is; in whole metres.", None
    )
    assert (found["front.color"].allowed, found["front.color"].default) == ("`red`, `blue`", "`blue`")
    assert (found["others"].allowed, found["others"].default) == ("name → section, or null", "`null`")
    assert (found["names"].allowed, found["names"].default) == ("list of text", "`[a, b]`")
    assert (found["height"].allowed, found["height"].default) == ("number, at least 2", "`2.5`")
    assert found["keys"].default == "`[]`"


class Node(BaseModel):
    """A tree."""

    children: list[Node] = Field(default_factory=list["Node"])


def test_model_is_read_once_when_it_names_itself() -> None:
    assert [row.path for row in rows(Node)] == ["children"]


def test_long_list_is_cut_between_items() -> None:
    text = ", ".join(f"us-east-{number}" for number in range(40))
    assert clipped(text).endswith(", …")
    assert text.startswith(clipped(text).removesuffix(", …"))
    assert clipped("short") == "short"


def test_counts_are_ranges_when_components_of_a_kind_differ() -> None:
    made = Made(("a",), [Counter({"aws:x": 1, "aws:y": 2}), Counter({"aws:x": 1})])
    assert made.counts() == [("aws:x", "1"), ("aws:y", "0 to 2")]


def test_table_escapes_bars_and_is_left_out_when_it_has_no_rows() -> None:
    assert markdown.table(("a", "b"), [("x | y", "1")], right=(1,)) == [
        "| a | b |",
        "|---|---:|",
        "| x \\| y | 1 |",
        "",
    ]
    assert markdown.table(("a",), []) == []


@pytest.mark.parametrize(("text", "shown"), [("env-<name>", "env-&lt;name>"), ("`env-<name>`", "`env-<name>`")])
def test_angle_brackets_are_no_html_when_they_stand_in_prose(text: str, shown: str) -> None:
    assert markdown.page([text]) == f"{shown}\n"
