"""The table of what the embedded cloud cannot hold is true and shown."""

import ast
from pathlib import Path

import pytest
from pydantic import ValidationError

from embedded.emulators import ministack_shims, shims
from embedded.emulators.gaps import BEGIN, DOCUMENT, END, Gap, Remedy, differences, gaps, with_table


def test_document_shows_the_table_as_it_is():
    document = DOCUMENT.read_text()
    assert document.count(BEGIN) == document.count(END) == 1
    assert with_table(document) == document, "run: python -m embedded.emulators.gaps"


def test_what_is_not_as_in_aws_is_a_page_that_people_read():
    assert len(differences()) < 25
    assert {gap.remedy for gap in gaps()} == {*Remedy}, "each is shown"


def test_every_named_shim_exists_and_every_shim_is_named():
    named = [gap.shim for gap in gaps() if gap.shim]
    assert set(named) == shims.names() | ministack_shims.names()
    assert not shims.names() & ministack_shims.names(), "a name says which emulator is meant"


def test_every_shim_says_why_and_does_something():
    for module in shims.ALL:
        assert len(module.REASON) > 40, module.__name__
        assert hasattr(module, "apply") or hasattr(module, "wrap"), module.__name__


def test_every_shim_of_ministack_says_why_and_does_something():
    """Read, not imported: MiniStack takes its settings when it is imported."""
    [folder] = ministack_shims.__path__
    for name in ministack_shims.names():
        body = ast.parse((Path(folder) / f"{name}.py").read_text()).body
        [reason] = [
            ast.literal_eval(node.value)
            for node in body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "REASON"
        ]
        assert len(reason) > 40, name
        assert [node.name for node in body if isinstance(node, ast.FunctionDef)][-1] == "apply", name


def test_shim_files_are_all_in_use():
    for package in (shims, ministack_shims):
        [folder] = package.__path__
        files = {path.stem for path in Path(folder).glob("*.py")} - {"__init__"}
        assert files == package.names()


def test_row_is_refused_when_its_shim_is_not_named():
    with pytest.raises(ValidationError, match="only when"):
        Gap.model_validate({"what": "aws:x", "why": "because", "remedy": "shim", "checked": "no"})
