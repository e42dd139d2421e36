"""Patterns and placeholders: three answers, and none of them is a guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.iam.matching import covers, meets

HOLE = "${urn:pulumi:dev::atoll::aws:sqs/queue:Queue::q#id}"
OTHER_HOLE = "${urn:pulumi:dev::atoll::aws:sqs/queue:Queue::r#id}"
FREE = "${urn:pulumi:dev::atoll::pulumi:pulumi:StackReference::s#outputs.x}"


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("*", "anything", True),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/x", True),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("ABC", "abc", False),
        (f"key/{HOLE}", f"key/{HOLE}", True),
        ("key/*", f"key/{HOLE}", True),
        (f"key/{HOLE}", f"key/{OTHER_HOLE}", False),
        (f"key/{HOLE}", "key/123", None),
        ("k*w*", f"k{FREE}", None),
        ("key/?", f"key/{HOLE}", None),
        (f"key/{HOLE}", "role/123", False),
        (f"key/{HOLE}", "key/1/2", False),
        (f"key/{FREE}", "key/1/2", None),
        (f"key/{FREE}", f"key/{HOLE}", None),
        (FREE, "arn:aws:s3:::b", None),
        ("q-*-z", f"q-{HOLE}-z", True),
        ("q-*-z", f"q-{HOLE}-y", False),
    ],
)
def test_pattern_covers_a_text_or_not_or_it_depends(pattern: str, text: str, expected: bool | None) -> None:
    assert covers(pattern, text) is expected


def test_patterns_meet_when_one_text_has_both_forms() -> None:
    assert meets("a*", "*b") is True
    assert meets("a*", "b*") is False
    assert meets(f"key/{FREE}", "key/*") is None


def naive(pattern: str, text: str) -> bool:
    """By trying every split: slow, and plain to see."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(naive(pattern[1:], text[place:]) for place in range(len(text) + 1))
    return bool(text) and pattern[0] in {"?", text[0]} and naive(pattern[1:], text[1:])


@given(st.text("ab*?", max_size=6), st.text("ab", max_size=6))
def test_pattern_is_read_as_by_trying_every_split(pattern: str, text: str) -> None:
    assert covers(pattern, text) is naive(pattern, text)


LETTERS = st.lists(st.sampled_from(["a", "b", "*", FREE]), max_size=5).map("".join)


@given(LETTERS, st.lists(st.sampled_from(["a", "b", FREE]), max_size=5).map("".join), st.text("ab", max_size=3))
def test_answer_holds_whatever_the_placeholder_turns_out_to_be(pattern: str, text: str, drawn: str) -> None:
    answer = covers(pattern, text)
    if answer is not None:
        assert naive(pattern.replace(FREE, drawn), text.replace(FREE, drawn)) is answer
