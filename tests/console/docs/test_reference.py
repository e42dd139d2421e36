"""docs/reference is what the code says, says enough about every component, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from console.cli import app
from console.docs import cli, component_pages, reference
from console.docs.classes import component_classes
from console.docs.component_pages import path_of, prose_of
from console.docs.prose import Part
from console.exits import Exit
from contracts.settings.stack import StackSettings
from tests.components.test_conventions import TOKENS
from tests.conftest import PROJECT

FOLDER = PROJECT / cli.FOLDER
CLASSES = component_classes()
each_class = pytest.mark.parametrize("cls", CLASSES, ids=[cls.__name__ for cls in CLASSES])
run = CliRunner()


def text_of(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def section(page: str, title: str) -> str:
    """What stands below a heading, empty lines left out; nothing without the heading."""
    _, _, behind = page.partition(f"\n## {title}\n")
    return behind.partition("\n## ")[0].strip()


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return reference.pages(PROJECT)


def test_reference_is_current(pages: dict[str, str]) -> None:
    late = cli.differences(FOLDER, pages)
    assert late == [], "run `atoll docs --write` and commit what it changes"


def test_components_are_those_of_the_locked_map() -> None:
    assert {cls.__name__ for cls in CLASSES} == TOKENS.keys()


@each_class
def test_cost_is_told_when_a_component_is_documented(cls: type) -> None:
    assert prose_of(cls).told(Part.COST), (
        f"the docstring of {cls.__module__}.{cls.__name__} says nothing about cost: begin a sentence with `Costs`"
    )


@each_class
def test_page_tells_what_is_made_set_exported_and_paid(cls: type, pages: dict[str, str]) -> None:
    page = pages[f"components/{path_of(cls)}"]
    assert page.startswith(f"# {cls.__name__}\n")
    for title in ("Makes", "Cost", "Outputs", "Arguments"):
        assert section(page, title), f"{title} of {cls.__name__} is empty"


def test_page_has_types_settings_outputs_and_controls_when_the_component_is_recorded(pages: dict[str, str]) -> None:
    page = pages["components/storage/file_system.md"]
    assert "| `aws:efs/mountTarget:MountTarget` | 3 |" in section(page, "Makes")
    assert "**FileSystemSettings** ([`files`](../../settings/files.md))" in section(page, "Settings")
    assert "| `throughput` | `elastic`, `bursting` | required |" in section(page, "Settings")
    assert "| `security_group_id` | `Output[str]` |" in section(page, "Outputs")
    assert "| `key_arn` | `Input[str]` | required |" in section(page, "Arguments")
    assert "[efs-encrypted-with-customer-key](../../../controls.md#efs)" in section(page, "Controls")
    assert "STO-2 ([tests]" in page


def test_page_says_so_when_no_stack_uses_the_component() -> None:
    from console.docs.component_pages import Known, component

    [bucket] = [cls for cls in CLASSES if cls.__name__ == "Bucket"]
    page = component(bucket, Known(PROJECT, {}, frozenset(), {}))
    assert "No stack that is recorded for this reference uses it" in section(page, "Makes")
    assert "requirements" not in page


def test_every_section_of_the_settings_has_a_page(pages: dict[str, str]) -> None:
    plain = {"layer", "environment", "region"}
    for name in StackSettings.model_fields.keys() - plain:
        assert f"[`{name}`]({name}.md)" in pages["settings/README.md"]
        assert f"`atoll:{name}`" in pages[f"settings/{name}.md"]


def test_every_component_is_in_the_index_and_in_its_area(pages: dict[str, str]) -> None:
    for cls in CLASSES:
        assert f"[{cls.__name__}](components/{path_of(cls)})" in pages["README.md"]
        assert (
            f"[`{cls.__name__}`]({Path(path_of(cls)).name})"
            in pages[f"components/{component_pages.area(cls)}/README.md"]
        )


def test_links_lead_somewhere(pages: dict[str, str]) -> None:
    wrong: list[str] = []
    for name, text in pages.items():
        for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", text):
            path = (FOLDER / name).parent / target if target else FOLDER / name
            known = path.exists() or path.resolve().relative_to(FOLDER.resolve()).as_posix() in pages
            if not known or (anchor and f"# {anchor}\n" not in path.read_text(encoding="utf-8").lower()):
                wrong.append(f"{name}: {target}#{anchor}")
    assert wrong == []


def test_pages_name_no_machine(pages: dict[str, str]) -> None:
    folders = (f"{PROJECT}/", f"{Path.home()}/")
    assert [name for name, text in pages.items() if any(folder in text for folder in folders)] == []


def test_late_pages_are_named_when_missing_changed_or_left_over(tmp_path: Path) -> None:
    (tmp_path / "old.md").write_text("left over", encoding="utf-8")
    (tmp_path / "same.md").write_text("same", encoding="utf-8")
    (tmp_path / "changed.md").write_text("before", encoding="utf-8")
    wanted = {"same.md": "same", "changed.md": "after", "deep/new.md": "new"}
    assert cli.differences(tmp_path, wanted) == ["changed.md", "deep/new.md", "old.md"]


def test_command_tells_then_mends_then_is_content_when_pages_are_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Pulumi.yaml").touch()
    (tmp_path / cli.FOLDER).mkdir(parents=True)
    (tmp_path / cli.FOLDER / "old.md").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(reference, "pages", lambda _root: {"area/new.md": "# New\n"})
    found = run.invoke(app, ["docs", "--check"])
    assert found.exit_code == Exit.FINDINGS
    assert "docs/reference/area/new.md is out of date" in found.stderr
    assert "docs/reference/old.md is out of date" in found.stderr
    assert "atoll docs --write" in found.stderr
    assert run.invoke(app, ["docs", "--write"]).exit_code == Exit.OK
    assert run.invoke(app, ["docs", "--check"]).exit_code == Exit.OK
    assert [path.name for path in (tmp_path / cli.FOLDER).rglob("*.md")] == ["new.md"]
