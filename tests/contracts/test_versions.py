"""The table of engine versions: dates, order and words."""

from __future__ import annotations

from datetime import date

import pytest

from contracts import catalogue
from contracts.versions import END_OF_STANDARD_SUPPORT, SOURCES, Engine, newest, supported, version_problem

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("engine", "version", "problem"),
    [
        (Engine.RDS_POSTGRES, "17.6", None),
        (
            Engine.RDS_POSTGRES,
            "13.23",
            "standard support of RDS for PostgreSQL 13 ended on 2026-02-28; the newest is 18",
        ),
        (Engine.EKS, "1.28", "standard support of Amazon EKS 1.28 ended on 2024-11-26; the newest is 1.35"),
        (
            Engine.LAMBDA,
            "python3.9",
            "standard support of AWS Lambda python3.9 ended on 2025-12-15; the newest is python3.14",
        ),
        (
            Engine.LAMBDA,
            "nodejs18.x",
            "standard support of AWS Lambda nodejs18.x ended on 2025-09-01; the newest is nodejs24.x",
        ),
        (Engine.LAMBDA, "java11", None),
        (Engine.REDIS, "7.1", None),
        (Engine.VALKEY, "8.0", None),
        (
            Engine.VALKEY,
            "6.0",
            "ElastiCache for Valkey 6.0 is not in the table of known versions; the newest there is 9.1",
        ),
    ],
)
def test_versions_of_the_documents_are_judged_by_date(engine: Engine, version: str, problem: str | None) -> None:
    assert version_problem(engine, version, TODAY) == problem


def test_version_is_accepted_until_its_last_day() -> None:
    last = END_OF_STANDARD_SUPPORT[Engine.EKS]["1.33"]
    assert version_problem(Engine.EKS, "1.33", last) is None
    assert version_problem(Engine.EKS, "1.33", last.replace(day=last.day + 1)) is not None


def test_engine_has_a_source_and_a_supported_version_when_it_is_in_the_table() -> None:
    assert set(SOURCES) == set(END_OF_STANDARD_SUPPORT) == set(Engine)
    assert all(supported(engine, TODAY) for engine in Engine)


def test_series_are_in_order_of_their_end_when_they_are_of_one_kind() -> None:
    for engine in (Engine.RDS_POSTGRES, Engine.EKS, Engine.REDIS):
        ends = list(END_OF_STANDARD_SUPPORT[engine].values())
        assert ends == sorted(ends)


def test_newest_postgres_series_is_one_that_rds_offers() -> None:
    assert newest(Engine.RDS_POSTGRES) == catalogue.postgres_versions()[-1].split(".")[0]
