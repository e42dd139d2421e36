"""Schemas of answers: what is in the repository is what the models say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from contracts import published
from contracts.published import Published


@pytest.mark.parametrize("form", published.ALL, ids=lambda form: form.name)
def test_schema_is_current_and_one(form: Published) -> None:
    assert form.is_current(), "run: python -m contracts.published"
    Draft202012Validator.check_schema(json.loads(form.render()))


def test_file_follows_the_model_when_it_is_written(tmp_path: Path) -> None:
    form = Published("parity-report", published.PARITY_REPORT.model)
    object.__setattr__(form, "FILE", tmp_path / "form.json")
    assert not form.is_current()
    form.write()
    assert form.is_current()
