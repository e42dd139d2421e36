"""All that is refused, in the exact words of `refusals.yaml`; an ellipsis there stands for a list that may grow."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.contracts.services.kit import edit, refusal, sample

CASES: list[dict[str, str]] = YAML(typ="safe").load(
    Path(__file__).with_name("refusals.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=[case["when"] for case in CASES])
def test_contract_is_refused_in_these_words_when(case: dict[str, str], tmp_path: Path) -> None:
    folder = sample(tmp_path)
    edit(folder, case["file"], case["old"], case["new"])
    said = "\n".join(map(str, refusal(folder))) + "\n"
    wanted = ".*".join(map(re.escape, case["problems"].split("…")))
    assert re.fullmatch(wanted, said), f"{said}\nis not\n{case['problems']}"


def test_every_case_is_told_apart_when_a_test_is_named_after_it() -> None:
    assert len({case["when"] for case in CASES}) == len(CASES) > 55


def test_everything_is_told_at_once_when_several_contracts_are_wrong(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    edit(folder, "order/inventory/contract.yaml", "version: 1.4.2", "version: one")
    edit(folder, "user/user/contract.yaml", "minimum_length: 8", "minimum_length: 5")
    edit(folder, "order/order/openapi.yaml", "openapi: 3.1.0", "openapi: 3.0.0")
    assert [problem.file for problem in refusal(folder)] == [
        "order/inventory/contract.yaml",
        "order/order/openapi.yaml",
        "user/user/contract.yaml",
    ]
