"""All that is refused, in the exact words of `refusals.yaml`; an ellipsis there stands for a list that may grow."""

from __future__ import annotations

import copy
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from contracts.settings import SettingsError, parse
from tests.kit.settings import stack_values, to_config

CASES: list[dict[str, Any]] = YAML(typ="safe").load(
    Path(__file__).with_name("refusals.yaml").read_text(encoding="utf-8")
)
TODAY = date(2026, 11, 21)
ABSENT = "(absent)"


@pytest.mark.parametrize("case", CASES, ids=[case["when"] for case in CASES])
def test_settings_are_refused_in_these_words_when(case: dict[str, Any]) -> None:
    with pytest.raises(SettingsError) as caught:
        parse(to_config(changed(case)), stack="test", today=TODAY)
    said = "\n".join(map(str, caught.value.problems)) + "\n"
    wanted = ".*".join(map(re.escape, case["problems"].split("…")))
    assert re.fullmatch(wanted, said), f"{said}\nis not\n{case['problems']}"


def test_every_case_is_told_apart_when_a_test_is_named_after_it() -> None:
    assert len({case["when"] for case in CASES}) == len(CASES) > 80


def changed(case: dict[str, Any]) -> dict[str, Any]:
    """The values of the case's stack file with its changes made."""
    values = copy.deepcopy(stack_values(case["file"]))
    for path, value in case["change"].items():
        *holders, last = path.split(".")
        holder = values
        for part in holders:
            holder = holder[part]
        if value == ABSENT:
            del holder[last]
        else:
            holder[last] = value
    return values
