"""The table of what the embedded cloud cannot hold is true and shown."""

import pytest
from pydantic import ValidationError

from embedded.emulators import shims
from embedded.emulators.gaps import BEGIN, DOCUMENT, END, Gap, gaps, with_table


def test_document_shows_the_table_as_it_is():
    document = DOCUMENT.read_text()
    assert document.count(BEGIN) == document.count(END) == 1
    assert with_table(document) == document, "run: python -m embedded.emulators.gaps"


def test_every_named_shim_exists_and_every_shim_is_named():
    assert {gap.shim for gap in gaps() if gap.shim} == shims.names()


def test_every_shim_says_why_and_does_something():
    for module in shims.ALL:
        assert len(module.REASON) > 40, module.__name__
        assert hasattr(module, "apply") or hasattr(module, "wrap"), module.__name__


def test_shim_files_are_all_in_use():
    folder = DOCUMENT.parent.parent / "embedded" / "emulators" / "shims"
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert files == shims.names()


def test_row_is_refused_when_its_shim_is_not_named():
    with pytest.raises(ValidationError, match="only when"):
        Gap.model_validate({"what": "aws:x", "why": "because", "remedy": "shim", "checked": "no"})
