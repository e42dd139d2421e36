"""What leads out of a contract's folder, and what is large, deep or many: refused in these words, or read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.services import ContractError, read
from contracts.services.scaffold import Shape, create
from tests.contracts.services.kit import SAMPLE, TODAY, edit, refusal, sample

SCHEMA = "order/order/order-placed.json"


def schema(folder: Path, text: str) -> None:
    (folder / SCHEMA).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("reference", "fix"),
    [
        ("https://example.com/a.json", "copy the schema into the folder: a contract is whole without a network"),
        ("//example.com/a.json", "copy the schema into the folder: a contract is whole without a network"),
        ("file:///etc/hosts", "copy the schema into the folder: a contract is whole without a network"),
        ("FILE:a.json", "copy the schema into the folder: a contract is whole without a network"),
        ("/etc/hosts.json", "copy the file into the folder: a contract is published as one"),
        ("../payment/payment-captured.json", "copy the file into the folder: a contract is published as one"),
        ("%2e%2e/payment/payment-captured.json", "copy the file into the folder: a contract is published as one"),
        ("..%2Fpayment%2fpayment-captured.json", "copy the file into the folder: a contract is published as one"),
        ("a/../../payment/payment-captured.json", "copy the file into the folder: a contract is published as one"),
        ("link.json", "copy the file into the folder: a contract is published as one"),
        ("notes.txt", "refer to a .json or .yaml file"),
    ],
)
def test_reference_is_refused_in_these_words_when_it_leads_out(tmp_path: Path, reference: str, fix: str) -> None:
    folder = sample(tmp_path)
    (folder / "order" / "order" / "link.json").symlink_to(folder / "order" / "payment" / "payment-captured.json")
    schema(folder, json.dumps({"type": "object", "properties": {"order_id": {"$ref": reference}}}, indent=1))
    (problem,) = refusal(folder)
    assert str(problem) == (
        f"{SCHEMA}:5  properties.order_id.$ref\n"
        f"    found    {reference}\n"
        "    allowed  a file in the contract's folder, or a place in this document (#/…)\n"
        f"    fix      {fix}"
    )


def test_import_is_refused_when_a_link_leads_out(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    home = folder / "order" / "inventory"
    (tmp_path / "money.proto").write_text('syntax = "proto3";')
    (home / "money.proto").symlink_to(tmp_path / "money.proto")
    edit(folder, "order/inventory/inventory.proto", 'import "google', 'import "money.proto";\nimport "google')
    (problem,) = refusal(folder)
    assert (problem.file, problem.value) == (
        "order/inventory/money.proto",
        "a file outside the contract's folder",
    )


def test_imports_are_read_with_the_contract(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    home = folder / "order" / "inventory"
    (home / "common").mkdir()
    (home / "common" / "money.proto").write_text('syntax = "proto3"; import "common/unit.proto";')
    (home / "common" / "unit.proto").write_text('syntax = "proto3"; import "inventory.proto";')
    edit(folder, "order/inventory/inventory.proto", 'import "google', 'import "common/money.proto";\nimport "google')
    (loaded,) = [c for c in read(folder, today=TODAY).contracts if c.contract.id == "order/inventory"]
    assert [name for name, _ in loaded.documents.texts()] == [
        "common/money.proto",
        "common/unit.proto",
        "inventory.proto",
    ]


def test_schema_is_refused_when_it_has_ten_megabytes(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    schema(folder, json.dumps({"description": "a" * 10_000_000}))
    (problem,) = refusal(folder)
    assert str(problem) == (
        f"{SCHEMA}  (the file)\n"
        "    found    10000019 bytes\n"
        "    allowed  at most 10000000 bytes\n"
        "    fix      split the document"
    )


def test_schema_is_refused_when_it_is_nested_without_end(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    schema(folder, '{"items":' * 100_000 + "true" + "}" * 100_000)
    (problem,) = refusal(folder)
    assert (problem.value, problem.allowed, problem.fix) == ("nested too deeply", "JSON", "flatten it")


def test_everything_else_is_read_when_one_of_a_thousand_contracts_is_wrong(tmp_path: Path) -> None:
    for number in range(1000):
        create(tmp_path, f"d{number % 10}/s{number}", Shape.BATCH)
    assert len(read(tmp_path, today=TODAY).contracts) == 1000
    edit(tmp_path, "d7/s997/contract.yaml", "version: 0.1.0", "version: 0.1")
    with pytest.raises(ContractError, match="1 problem:") as caught:
        read(tmp_path, today=TODAY)
    (problem,) = caught.value.problems
    assert problem.where == "d7/s997/contract.yaml:3  version"


def test_contract_is_taken_from_what_is_known_only_when_its_files_are_the_same(tmp_path: Path) -> None:
    known = read(SAMPLE, today=TODAY)
    folder = sample(tmp_path)
    edit(folder, "order/payment/payment-captured.json", '"currency"', '"unit"')
    edit(folder, "user/user/contract.yaml", "version: 1.0.3", "version: 1.0.4")
    again = {c.contract.id: c for c in read(folder, today=TODAY, known=known).contracts}
    taken = {c.contract.id for c in known.contracts if again[c.contract.id] is c}
    assert taken == {"analytics/analytics", "order/inventory", "order/order", "platform/events"}
    assert again["user/user"].contract.version == "1.0.4"
