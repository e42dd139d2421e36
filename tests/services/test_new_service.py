"""A new service passes every check, and its code runs as it stands."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from components.functions import bundle
from contracts.services import findings, read
from contracts.services.scaffold import ScaffoldError, Shape, create
from tests.services import world

PROJECT = world.SERVICES.parent
from runtime.clients import client  # noqa: E402 - world has put the services on the path


def _app(folder: Path) -> ModuleType:
    """The new service's entry, loaded under a name of its own: the sample services have an `app`, too."""
    spec = importlib.util.spec_from_file_location("entry_demo_hello", folder / "demo" / "hello" / "code" / "app.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.mark.parametrize("shape", Shape)
def test_new_service_passes_every_check_and_can_be_packed(shape: Shape, tmp_path: Path) -> None:
    create(tmp_path, "demo/hello", shape)
    estate = read(tmp_path)
    assert [finding.problem for finding in findings(estate) if finding.kind.refuses] == []
    for key, function in estate.contracts[0].contract.compute.functions.items():
        bundle(key, function, service=tmp_path / "demo" / "hello", shared=PROJECT / "services" / "runtime")


@pytest.mark.parametrize("shape", Shape)
def test_nothing_is_left_to_fill_in(shape: Shape, tmp_path: Path) -> None:
    for file in create(tmp_path, "demo/hello", shape):
        text = file.read_text(encoding="utf-8")
        assert re.search("<[a-z]+>", text) is None, file
        if file.suffix == ".py":
            ast.parse(text)


@pytest.mark.usefixtures("aws")
def test_item_is_found_after_it_was_put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create(tmp_path, "demo/hello", Shape.REST)
    client("dynamodb").create_table(
        TableName="items",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    monkeypatch.setenv("ITEMS_TABLE", "items")
    app = _app(tmp_path)
    assert app.put({"id": "1", "name": "First"}, None) == {"id": "1", "name": "First"}
    assert app.get({"id": "1"}, None) == {"id": "1", "name": "First"}
    with pytest.raises(app.ItemNotFoundException):
        app.get({"id": "2"}, None)


def test_nothing_is_changed_when_the_service_is_there_already(tmp_path: Path) -> None:
    create(tmp_path, "demo/hello", Shape.REST)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    with pytest.raises(ScaffoldError, match="is there already"):
        create(tmp_path, "demo/hello", Shape.BATCH)
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before
