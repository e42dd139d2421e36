"""The list of types that take tags is what the SDK's classes say."""

from __future__ import annotations

import re
from pathlib import Path

import pulumi_aws

from policies.taggable import TAGGABLE

TOKEN = re.compile(r"__self__\)\.__init__\(\s*'(aws:[^']+)'")


def test_taggable_types_are_those_whose_class_has_all_tags() -> None:
    found: set[str] = set()
    for file in Path(pulumi_aws.__file__).parent.glob("*/*.py"):
        text = file.read_text(encoding="utf-8")
        token = TOKEN.search(text)
        if token is not None and "def tags_all(self) -> pulumi.Output[" in text:
            found.add(token[1])
    assert found == TAGGABLE
