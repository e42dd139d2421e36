"""Names: what is refused for being unsafe, for its form and for its length."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import names

KINDS = [found for found in vars(names).values() if isinstance(found, names.NameKind)]


@pytest.mark.parametrize("kind", KINDS, ids=[kind.what for kind in KINDS])
@given(st.text())
def test_accepted_name_is_plain_and_short_whatever_its_kind(kind: names.NameKind, name: str) -> None:
    if kind.problem(name) is None:
        assert name.isascii()
        assert name.isprintable()
        assert ".." not in name
        assert kind.shortest <= len(name) <= kind.longest


@pytest.mark.parametrize("kind", KINDS, ids=[kind.what for kind in KINDS])
@pytest.mark.parametrize("name", ["..", "a..b", "a\u202eb", "a\u200bb", "\u0430pi", "a\x00", "a\n", "p\u0101th", ""])
def test_unsafe_name_is_refused_whatever_its_kind(kind: names.NameKind, name: str) -> None:
    assert kind.problem(name) is not None


@pytest.mark.parametrize(
    ("kind", "name", "problem"),
    [
        (names.LOGICAL, "api-gateway", None),
        (names.LOGICAL, "a/b", "it does not have this form"),
        (names.LOGICAL, "a--b", "it does not have this form"),
        (names.LOGICAL, "a" * 25, "it has 25 characters"),
        (
            names.LOGICAL,
            "\u0430pi",
            "it contains U+0430 CYRILLIC SMALL LETTER A, which can be mistaken for another letter",
        ),
        (names.LOGICAL, "api\u200b", "it contains the invisible character U+200B ZERO WIDTH SPACE"),
        (names.ENVIRONMENT, "env-checkout-2", None),
        (names.ENVIRONMENT, "prod-west", "it does not have this form"),
        (names.BUCKET, "app-logs-prod", None),
        (names.BUCKET, "xn--logs", "it does not have this form"),
        (names.BUCKET, "logs-s3alias", "it does not have this form"),
        (names.BUCKET, "ab", "it has 2 characters"),
        (names.IAM_ROLE, "AtollDeploy", None),
        (names.IAM_ROLE, "a" * 65, "it has 65 characters"),
        (names.DATABASE_USER, "dbadmin", None),
        (names.DATABASE_USER, "postgres", "it does not have this form"),
        (names.DATABASE_USER, "pg_owner", "it does not have this form"),
        (names.IMAGE, "v1.4.2", None),
        (names.IMAGE, "latest", "it does not have this form"),
        (names.IMAGE, "nginx:latest", "it does not have this form"),
    ],
)
def test_name_is_judged_by_its_kind(kind: names.NameKind, name: str, problem: str | None) -> None:
    assert kind.problem(name) == problem


@pytest.mark.parametrize(
    ("domain", "fine"),
    [
        ("dev.atoll.example", True),
        ("localhost", False),
        ("a.-b.example", False),
        (f"{'a' * 64}.example", False),
        ("a.1", False),
    ],
)
def test_domain_is_judged_by_its_labels(domain: str, fine: bool) -> None:
    assert (names.domain_problem(domain) is None) == fine


@pytest.mark.parametrize(
    ("address", "fine"),
    [
        ("on-call+prod@atoll.example", True),
        ("a@b", False),
        ("@atoll.example", False),
        ("a b@atoll.example", False),
        ("a@@atoll.example", False),
    ],
)
def test_email_is_judged_by_both_its_parts(address: str, fine: bool) -> None:
    assert (names.email_problem(address) is None) == fine


def test_kind_says_where_its_rule_is_from() -> None:
    assert all(kind.source.startswith("https://") for kind in KINDS)
