"""The kinds of values in settings: each says once what is allowed, to the validator, in the error and to the editor."""

from __future__ import annotations

import re
import zoneinfo
from difflib import get_close_matches
from functools import cache
from typing import Annotated

from contracts import addresses, catalogue, names, schedules, windows
from contracts.regions import REGION_ZONES
from contracts.settings.kind import Kind, between, matching, named, near, one_of


@cache
def _timezones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _timezone_problem(name: str) -> str | None:
    if name in _timezones() or not _timezones():
        return None  # a machine without a time zone database cannot judge; AWS will
    by_lower = {zone.lower(): zone for zone in _timezones()}
    found = get_close_matches(name.lower(), list(by_lower), n=1, cutoff=0.6)
    return f"did you mean {by_lower[found[0]]}?" if found else "it is not in the IANA database"


def _account_problem(text: str) -> str | None:
    if not (text.isascii() and text.isdigit()):
        return "it is not all digits"
    return None if len(text) == 12 else f"it has {len(text)} characters"


def _path_problem(text: str) -> str | None:
    if unsafe := names.unsafe_characters(text):
        return unsafe
    return None if re.fullmatch(_PATH, text) and len(text) <= LONGEST_PATH else "it is not such a path"


_PATH = r"/[A-Za-z0-9_.$/~\"'@:+*?&-]*"
LONGEST_PATH = 128
"""Characters of a path pattern. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html"""


def _newest_releases(known: tuple[str, ...]) -> dict[str, str]:
    """PostgreSQL series → its newest release."""
    return {version.split(".")[0]: version for version in known}


def _release(known: tuple[str, ...], service: str) -> Kind:
    """A release of PostgreSQL that a service offers."""
    newest = _newest_releases(known)

    def problem(version: str) -> str | None:
        if version in known:
            return None
        latest = newest.get(version.split(".")[0])
        if latest is None:
            return "AWS offers no release of this series"
        return f"AWS does not offer {version}; the newest of its series is {latest}"

    return Kind(
        f"a release of {service} that AWS offers, of which the newest are {', '.join(newest.values())}",
        problem,
        {"enum": list(known)},
        "use the newest of a series in standard support",
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


def _id_problem(text: str) -> str | None:
    if unsafe := names.unsafe_characters(text):
        return unsafe
    domain, slash, service = text.partition("/")
    if not slash:
        return "it has no /"
    for what, part in (("domain", domain), ("service", service)):
        if problem := names.LOGICAL.problem(part):
            return f"the {what} {part!r}: {problem}"
    return None


_POOL = addresses.on_demand_names()
_ID = rf"{names.LOGICAL.pattern}/{names.LOGICAL.pattern}"

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
CONTRACT_ID = Kind(
    "domain/service, both in lower-case letters, digits and single hyphens, at most 24 characters each",
    _id_problem,
    {"pattern": f"^({_ID})$", "maxLength": 49},
    "write it like order/payment",
)
"""The rule about ids of contracts, for those who take one from elsewhere than a file."""
ContractId = Annotated[str, CONTRACT_ID]
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
        {"pattern": f"^{_PATH}$", "maxLength": LONGEST_PATH},
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
AuroraLog = Annotated[str, one_of(catalogue.AURORA_LOG_EXPORTS, "a log that Aurora PostgreSQL exports")]
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
AuroraClass = Annotated[
    str,
    one_of(
        tuple(catalogue.aurora_postgres_classes().classes),
        "an instance class of Aurora PostgreSQL such as db.t4g.medium or db.serverless",
        listed=False,
    ),
]
PostgresVersion = Annotated[str, _release(catalogue.postgres_versions(), "RDS for PostgreSQL")]
AuroraVersion = Annotated[str, _release(catalogue.aurora_postgres_versions(), "Aurora PostgreSQL")]

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
