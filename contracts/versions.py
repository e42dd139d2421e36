"""The one table of engine versions: what AWS supports in standard support, and until when.

A version is refused after its last day of standard support, because from then on AWS either charges for extended
support or upgrades by itself. A version that AWS has added since `AS_OF` needs a row here before a stack can use it.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum, unique

AS_OF = date(2026, 4, 30)
"""Until when AWS's announcements are in the table."""


@unique
class Engine(StrEnum):
    """What has versions."""

    RDS_POSTGRES = "RDS for PostgreSQL"
    REDIS = "ElastiCache for Redis OSS"
    VALKEY = "ElastiCache for Valkey"
    EKS = "Amazon EKS"
    LAMBDA = "AWS Lambda"


SOURCES: dict[Engine, str] = {
    Engine.RDS_POSTGRES: "https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html",
    Engine.REDIS: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/extended-support-versions.html",
    Engine.VALKEY: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/supported-engine-versions.html",
    Engine.EKS: "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html",
    Engine.LAMBDA: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
}
"""Page that gives each engine's dates."""

NO_DATE = date.max
"""AWS has announced no end."""

END_OF_STANDARD_SUPPORT: dict[Engine, dict[str, date]] = {
    Engine.RDS_POSTGRES: {
        "12": date(2025, 2, 28),
        "13": date(2026, 2, 28),
        "14": date(2027, 2, 28),
        "15": date(2028, 2, 29),
        "16": date(2029, 2, 28),
        "17": date(2030, 2, 28),
        "18": date(2031, 2, 28),
    },
    Engine.REDIS: {
        "4.0": date(2026, 1, 31),
        "5.0": date(2026, 1, 31),
        "6.0": date(2027, 1, 31),
        "6.2": date(2027, 1, 31),
        "7.0": NO_DATE,
        "7.1": NO_DATE,
    },
    Engine.VALKEY: {"7.2": NO_DATE, "8.0": NO_DATE, "8.1": NO_DATE, "8.2": NO_DATE, "9.0": NO_DATE, "9.1": NO_DATE},
    Engine.EKS: {
        "1.28": date(2024, 11, 26),
        "1.29": date(2025, 3, 23),
        "1.30": date(2025, 7, 23),
        "1.31": date(2025, 11, 26),
        "1.32": date(2026, 3, 23),
        "1.33": date(2026, 7, 29),
        "1.34": date(2026, 12, 2),
        "1.35": date(2027, 3, 27),
    },
    Engine.LAMBDA: {
        "python3.9": date(2025, 12, 15),
        "python3.10": date(2026, 10, 31),
        "python3.11": date(2027, 6, 30),
        "python3.12": date(2028, 10, 31),
        "python3.13": date(2029, 6, 30),
        "python3.14": date(2029, 6, 30),
        "nodejs18.x": date(2025, 9, 1),
        "nodejs20.x": date(2026, 4, 30),
        "nodejs22.x": date(2027, 4, 30),
        "nodejs24.x": date(2028, 4, 30),
        "java11": date(2027, 6, 30),
        "java17": date(2027, 6, 30),
        "java21": date(2029, 6, 30),
        "java25": date(2029, 6, 30),
        "dotnet8": date(2026, 11, 10),
        "dotnet10": date(2028, 11, 14),
        "ruby3.3": date(2027, 3, 31),
        "ruby3.4": date(2028, 3, 31),
        "provided.al2": date(2026, 7, 31),
        "provided.al2023": date(2029, 6, 30),
    },
}
"""Engine → release series → last day of standard support."""


def series_of(engine: Engine, version: str) -> str:
    """The release series whose support counts: `17.6` → `17` for PostgreSQL, `7.1` → `7.1` for Redis."""
    return version.split(".")[0] if engine is Engine.RDS_POSTGRES else version


def newest(engine: Engine, like: str = "") -> str:
    """The newest series in the table; for Lambda, of the language of `like`."""
    family = like.rstrip("0123456789.x") if engine is Engine.LAMBDA else ""
    series = [name for name in END_OF_STANDARD_SUPPORT[engine] if name.startswith(family)] or list(
        END_OF_STANDARD_SUPPORT[engine]
    )
    return series[-1]


def supported(engine: Engine, today: date) -> tuple[str, ...]:
    """Series in standard support on a day, oldest first."""
    return tuple(series for series, end in END_OF_STANDARD_SUPPORT[engine].items() if today <= end)


def version_problem(engine: Engine, version: str, today: date) -> str | None:
    """Why a version is refused on a day; None when it is in standard support."""
    series = series_of(engine, version)
    end = END_OF_STANDARD_SUPPORT[engine].get(series)
    if end is None:
        return (
            f"{engine} {version} is not in the table of known versions; the newest there is {newest(engine, version)}"
        )
    if today > end:
        return (
            f"standard support of {engine} {series} ended on {end.isoformat()}; the newest is {newest(engine, version)}"
        )
    return None
