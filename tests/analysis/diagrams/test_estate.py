"""The diagrams of the real program: production as it is documented, dev as the smallest environment."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.diagrams import Drawing, Format, draw, faults, pages
from analysis.diagrams.model import Layer
from console.cli import app
from console.diagram import COMMITTED, FOLDER, drawn, late
from console.exits import Exit
from console.offline import offline_estate
from graph.estate import Estate
from tests.conftest import PROJECT

run = CliRunner()


@pytest.fixture(scope="module")
def production() -> Estate:
    return offline_estate(PROJECT, environment=COMMITTED)


@pytest.fixture(scope="module")
def drawings(production: Estate) -> dict[str, Drawing]:
    return {page.key: draw(page) for page in pages(production)}


def test_production_has_its_diagrams_without_faults(drawings: dict[str, Drawing]) -> None:
    assert list(drawings) == ["dr", "region-us-east-1", "region-us-west-2", "data", "security"]
    for key, drawing in drawings.items():
        assert faults(drawing) == (), key
        assert 30 <= len(drawing.page.boxes) <= 120, key


def test_production_shows_how_each_store_is_copied(drawings: dict[str, Drawing]) -> None:
    links = drawings["dr"].page.links
    copied = {link.source.partition("/")[2] for link in links if link.layer is Layer.REPLICATION}
    assert {"aurora", "cache", "tables", "buckets", "keys", "secrets", "images"} <= copied
    weights = {link.target: link.label for link in links if link.label.endswith("%")}
    assert weights == {"us-east-1/alb": "70 %", "us-west-2/alb": "30 %"}


def test_every_line_of_a_copy_names_the_resources_that_make_it(
    production: Estate, drawings: dict[str, Drawing]
) -> None:
    for link in drawings["dr"].page.links:
        if link.layer in (Layer.REPLICATION, Layer.BACKUP):
            assert link.urns
            assert all(production.stack_of(urn) for urn in link.urns), link.key


def test_every_box_stands_for_resources_of_the_estate(production: Estate, drawings: dict[str, Drawing]) -> None:
    for drawing in drawings.values():
        for box in drawing.page.boxes:
            assert box.key == "users" or box.urns
            assert all(production.stack_of(urn) for urn in box.urns), box.key


def test_documentation_is_current(production: Estate) -> None:
    assert late(PROJECT / FOLDER, drawn(production)) == [], "run `atoll diagram --write` and commit what it changes"


def test_picture_is_late_when_it_is_missing_changed_or_left_over(tmp_path: Path) -> None:
    (tmp_path / "same.svg").write_text("same", encoding="utf-8")
    (tmp_path / "other.svg").write_text("old", encoding="utf-8")
    (tmp_path / "gone.svg").write_text("", encoding="utf-8")
    made = {"same.svg": "same", "other.svg": "new", "missing.svg": ""}
    assert late(tmp_path, made) == ["gone.svg", "missing.svg", "other.svg"]


def test_dev_is_drawn_when_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    asked = ["diagram", "dr", "--environment", "dev", "--format", "svg,mermaid", "--output", str(tmp_path / "new")]
    answer = run.invoke(app, asked)
    assert answer.exit_code == Exit.OK, answer.stderr
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["dr.mmd", "dr.svg"]


@pytest.mark.parametrize("words", [["moon"], ["all", "--format", "pdf"], ["--write", "--check"]])
def test_question_is_refused_when_there_is_no_such_thing(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    answer = run.invoke(app, ["diagram", *words])
    assert answer.exit_code == Exit.USAGE
    assert "Traceback" not in answer.output


def test_formats_have_names_that_the_command_takes() -> None:
    assert [form.value for form in Format] == ["drawio", "svg", "mermaid"]
