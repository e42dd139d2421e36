"""Kinds of values: each says once what is allowed, to the validator, to whoever reads the error, to the editor."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from contracts import addresses, catalogue, names, schedules, windows
from contracts.regions import REGION_ZONES

REFUSED = "atoll_refused"
"""Error type of a value that its kind refuses; the context carries `allowed` and `fix`."""


@dataclass(frozen=True)
class Kind:
    """A rule about one value, used as `Annotated[str, Kind(...)]`."""

    allowed: str
    """What is accepted, in words."""
    problem: Callable[[Any], str | None]
    """Why a value is refused; None when it is fine."""
    schema: Mapping[str, object] = field(default_factory=dict[str, object], hash=False)
    """The same rule for JSON Schema, as far as it can say it."""
    fix: str = "change the value"
    """What to do about it, when the reason alone does not say."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check after the type."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Add the rule to the type's schema."""
        return {**handler(core), **self.schema}

    def _check(self, value: Any) -> Any:
        reason = self.problem(value)
        if reason is None:
            return value
        # A reason that asks "did you mean …?" is all the advice that is needed.
        fix = reason if reason.endswith("?") else f"{reason}; {self.fix}" if reason else self.fix
        raise PydanticCustomError(REFUSED, "{fix}", {"allowed": self.allowed, "fix": fix})


def near(value: object, known: Sequence[object]) -> str:
    """`did you mean …?` where something known is near."""
    found = get_close_matches(str(value).lower(), [str(item) for item in known], n=1, cutoff=0.6)
    return f"did you mean {found[0]}?" if found else ""


def one_of(known: Sequence[str] | Sequence[int], what: str, *, listed: bool = True) -> Kind:
    """One of a known set; `listed` says whether the message can hold them all."""

    def problem(value: object) -> str | None:
        if value in known:
            return None
        if isinstance(value, int):
            closest = min((item for item in known if isinstance(item, int)), key=lambda item: abs(item - value))
            return f"the nearest is {closest}"
        return near(value, known) or f"it is not {what}"

    allowed = f"{what}: {', '.join(map(str, known))}" if listed else what
    return Kind(
        allowed,
        problem,
        {"enum": list(known)},
        "use one of these" if listed else "look it up on the page AWS has for it",
    )


def between(low: int, high: int, unit: str) -> Kind:
    """A whole number from `low` to `high`."""

    def problem(value: int) -> str | None:
        return None if low <= value <= high else f"it is {'below' if value < low else 'above'} the limit"

    return Kind(f"{low} to {high} {unit}", problem, {"minimum": low, "maximum": high}, f"choose {low} to {high}")


def named(kind: names.NameKind) -> Kind:
    """A name of a kind from `contracts.names`."""
    limits = {"pattern": f"^({kind.pattern})$", "minLength": kind.shortest, "maxLength": kind.longest}
    return Kind(
        f"{kind.allowed}; {kind.shortest} to {kind.longest} characters",
        kind.problem,
        limits,
        f"rename it ({kind.source})",
    )


def matching(pattern: str, allowed: str, problem: Callable[[str], str | None], fix: str = "rewrite it") -> Kind:
    """Text with a shape."""
    return Kind(allowed, problem, {"pattern": f"^({pattern})$"}, fix)


@cache
def _timezones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _timezone_problem(name: str) -> str | None:
    if name in _timezones():
        return None
    by_lower = {zone.lower(): zone for zone in _timezones()}
    found = get_close_matches(name.lower(), list(by_lower), n=1, cutoff=0.6)
    return f"did you mean {by_lower[found[0]]}?" if found else "it is not in the IANA database"


def _account_problem(text: str) -> str | None:
    return (
        None
        if len(text) == 12 and text.isascii() and text.isdigit()
        else f"it has {len(text)} characters"
        if text.isdigit()
        else "it is not all digits"
    )


def _path_problem(text: str) -> str | None:
    unsafe = names.unsafe_characters(text)
    return unsafe or (
        None
        if text.startswith("/") and not set(text) - _PATH_CHARACTERS and len(text) <= 128
        else "it is not such a path"
    )


_PATH_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.$/~\"'@:+*?&")


def _newest_releases() -> dict[str, str]:
    """PostgreSQL series → its newest release."""
    return {version.split(".")[0]: version for version in catalogue.postgres_versions()}


def _release_problem(version: str) -> str | None:
    if version in catalogue.postgres_versions():
        return None
    newest = _newest_releases().get(version.split(".")[0])
    return (
        f"AWS offers no {version} any more, of its series {newest}"
        if newest
        else "AWS offers no release of this series"
    )


def _environment_problem(name: str) -> str | None:
    problem = names.ENVIRONMENT.problem(name)
    guess = next((known for known in ("dev", "staging", "prod") if name[:3] == known[:3]), None)
    return problem and (f"did you mean {guess}?" if guess else problem)


def _block_problem(name: str) -> str | None:
    if addresses.in_plan(name):
        return None
    if "/" in name:
        return "CIDRs stand in one table, contracts/addresses.py, where they are proved not to overlap: name a block"
    return near(name, list(addresses.ADDRESS_PLAN)) or "a new VPC gets a row in contracts/addresses.py first"


_POOL = addresses.on_demand_names()

AccountId = Annotated[
    str,
    matching(
        r"[0-9]{12}",
        "12 digits in quotes",
        _account_problem,
        "copy the id from `aws sts get-caller-identity` and write it in quotes",
    ),
]
Region = Annotated[str, one_of(tuple(REGION_ZONES), "a region of contracts/regions.py")]
Zone = Annotated[
    str,
    Kind(
        "a zone letter such as a, or a full name such as us-east-1a",
        lambda text: None if (len(text) == 1 and text in "abcdef") or text[:-1] in REGION_ZONES else "it names no zone",
        {"pattern": f"^(({'|'.join(REGION_ZONES)})?[a-f])$"},
        "write the letter only: the stack's region is put before it",
    ),
]
EnvironmentName = Annotated[
    str,
    Kind(
        f"{names.ENVIRONMENT.allowed}; at most {names.ENVIRONMENT.longest} characters",
        _environment_problem,
        {"pattern": f"^({names.ENVIRONMENT.pattern})$", "maxLength": names.ENVIRONMENT.longest},
        "choose one of these forms",
    ),
]
AddressBlock = Annotated[
    str,
    Kind(
        f"a block of the address plan: {', '.join(addresses.ADDRESS_PLAN)}, or {_POOL[0]} to {_POOL[-1]}",
        _block_problem,
        {"anyOf": [{"enum": list(addresses.ADDRESS_PLAN)}, {"pattern": "^pool-[0-5][0-9][0-9]$"}]},
        "`atoll settings addresses` shows the plan",
    ),
]
LogicalName = Annotated[str, named(names.LOGICAL)]
RoleName = Annotated[str, named(names.IAM_ROLE)]
DatabaseName = Annotated[str, named(names.DATABASE)]
DatabaseUser = Annotated[str, named(names.DATABASE_USER)]
AttributeName = Annotated[str, named(names.ATTRIBUTE)]
TagValue = Annotated[str, named(names.TAG_VALUE)]
Image = Annotated[str, named(names.IMAGE)]
Domain = Annotated[
    str,
    Kind(
        names.DOMAIN.allowed,
        names.domain_problem,
        {"pattern": f"^({names.DOMAIN.pattern})$", "maxLength": names.DOMAIN.longest},
        "write a full domain name",
    ),
]
Email = Annotated[
    str,
    Kind(
        "an e-mail address such as team@example.org",
        names.email_problem,
        {"format": "email", "pattern": "^[^@ ]+@[^@ ]+$"},
        "correct it",
    ),
]
UrlPath = Annotated[
    str,
    Kind(
        "a path that begins with /, at most 128 characters",
        _path_problem,
        {"pattern": "^/", "maxLength": 128},
        "write it like /health or /users/*",
    ),
]

LogRetention = Annotated[int, one_of(catalogue.LOG_RETENTION_DAYS, "days that CloudWatch Logs accepts")]
InsightsRetention = Annotated[
    int,
    one_of(
        catalogue.PERFORMANCE_INSIGHTS_DAYS, "days that Performance Insights accepts (7, months of 31 days, or 731)"
    ),
]
MonitoringInterval = Annotated[
    int, one_of(catalogue.ENHANCED_MONITORING_SECONDS, "seconds that enhanced monitoring accepts")
]
TlsPolicy = Annotated[
    str, one_of(catalogue.TLS_POLICIES, "a listener policy with TLS 1.2 or newer and forward secrecy")
]
GatewayEndpoint = Annotated[str, one_of(catalogue.GATEWAY_ENDPOINTS, "a service with a gateway endpoint")]
InterfaceEndpoint = Annotated[str, one_of(catalogue.INTERFACE_ENDPOINTS, "a service with an interface endpoint")]
PostgresLog = Annotated[str, one_of(catalogue.POSTGRES_LOG_EXPORTS, "a log that RDS for PostgreSQL exports")]
FargateCpu = Annotated[int, one_of(tuple(catalogue.FARGATE_MEMORY_MIB), "CPU units of a Fargate task")]
PostgresClass = Annotated[
    str,
    one_of(
        tuple(catalogue.rds_postgres_classes().classes),
        "an instance class of RDS for PostgreSQL such as db.t3.micro",
        listed=False,
    ),
]
CacheNodeType = Annotated[
    str,
    one_of(
        tuple(catalogue.cache_node_types().classes), "a node type of ElastiCache such as cache.t3.micro", listed=False
    ),
]
PostgresVersion = Annotated[
    str,
    Kind(
        "a release of RDS for PostgreSQL that AWS offers, of which the newest are "
        + ", ".join(_newest_releases().values()),
        _release_problem,
        {"enum": list(catalogue.postgres_versions())},
        "use the newest of a series in standard support",
    ),
]

Cron = Annotated[
    str,
    Kind(
        "an EventBridge Scheduler cron of six fields, minutes hours day-of-month month day-of-week year, "
        "such as cron(0 20 ? * MON-FRI *)",
        schedules.cron_problem,
        {"pattern": r"^cron\(\S+ \S+ \S+ \S+ \S+ \S+\)$"},
        "correct the expression",
    ),
]
Timezone = Annotated[
    str,
    Kind(
        "an IANA time zone such as America/New_York",
        _timezone_problem,
        {"pattern": "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"},
        "use the IANA name",
    ),
]


def daily_window(shortest: int) -> Kind:
    """A daily window in UTC of at least so many minutes."""
    allowed = f"hh:mm-hh:mm in UTC, at least {shortest} minutes"
    return matching(
        windows.DAILY_PATTERN, allowed, lambda text: windows.daily_problem(text, shortest), "write it like 03:00-04:00"
    )


def weekly_window(shortest: int) -> Kind:
    """A weekly window in UTC of at least so many minutes."""
    allowed = f"ddd:hh:mm-ddd:hh:mm in UTC, at least {shortest} minutes and less than a day"
    return matching(
        windows.WEEKLY_PATTERN,
        allowed,
        lambda text: windows.weekly_problem(text, shortest),
        "write it like sun:05:00-sun:06:00",
    )


RDS_SHORTEST_WINDOW = 30
"""Minutes. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"""
CACHE_SHORTEST_WINDOW = 60
"""Minutes. https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html"""

RdsDailyWindow = Annotated[str, daily_window(RDS_SHORTEST_WINDOW)]
RdsWeeklyWindow = Annotated[str, weekly_window(RDS_SHORTEST_WINDOW)]
CacheDailyWindow = Annotated[str, daily_window(CACHE_SHORTEST_WINDOW)]
CacheWeeklyWindow = Annotated[str, weekly_window(CACHE_SHORTEST_WINDOW)]

Percent = Annotated[int, between(0, 100, "percent")]
