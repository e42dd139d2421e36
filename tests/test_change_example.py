"""The example in the documentation has the shape that the program writes today."""

from __future__ import annotations

import re

from console.change.markdown import MARK
from console.change.words import TITLES, VERDICTS
from tests.conftest import PROJECT

EXAMPLE = (PROJECT / "docs" / "examples" / "change-report.md").read_text(encoding="utf-8")
PAGE = (PROJECT / "docs" / "change-report.md").read_text(encoding="utf-8")


def test_example_answers_every_question_in_its_order() -> None:
    head = EXAMPLE.partition("<details>")[0].splitlines()
    assert head[0] == MARK
    assert head[1].removeprefix("## ") in VERDICTS.values()
    assert [row.split(" | ")[0].removeprefix("| ") for row in head if row.startswith("| ")][1:] == list(TITLES.values())


def test_every_difference_of_the_example_says_where_it_comes_from() -> None:
    rows = [row for row in EXAMPLE.splitlines() if re.match(r"\| \S+ \| prod \|", row)]
    assert len(rows) > 30
    assert [row for row in rows if row.endswith("|  |")] == [], "a row without a place"
    resources = [row for row in rows if " is created." in row or " is updated: " in row]
    assert all(re.search(r"\]\(\.\./\.\./\S+\.py#L\d+\)", row) for row in resources)
    money = [row for row in rows if " a month (" in row]
    assert money
    assert any("](https://aws.amazon.com/" in row for row in money)


def test_files_that_the_example_links_are_there() -> None:
    linked = set(re.findall(r"\]\(\.\./\.\./([^#)]+)#", EXAMPLE))
    assert linked
    assert [path for path in sorted(linked) if not (PROJECT / path).is_file()] == []


def test_page_shows_the_head_of_the_example() -> None:
    for row in EXAMPLE.splitlines():
        if row.startswith(("| Resources |", "| Cost |", "| Access |")):
            assert row in PAGE, row
