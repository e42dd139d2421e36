"""Names that end up in AWS: what each kind may look like, how long it may be, and where AWS says so.

Every kind is plain ASCII, so a path (`..`, `/`), a control character or a letter of another script that looks like
a Latin one never reaches a resource, an ARN or a log line.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_DOCS = "https://docs.aws.amazon.com"


@dataclass(frozen=True)
class NameKind:
    """One kind of name."""

    what: str
    """Noun for messages."""
    pattern: str
    """Regular expression of the whole name; also the JSON Schema pattern."""
    longest: int
    """Characters."""
    allowed: str
    """The pattern in words."""
    source: str
    """Page that states the rule."""
    shortest: int = 1
    """Characters."""

    def problem(self, name: str) -> str | None:
        """Why the name is refused; None when it is fine."""
        if unsafe := unsafe_characters(name):
            return unsafe
        if not self.shortest <= len(name) <= self.longest:
            return f"it has {len(name)} characters"
        if re.fullmatch(self.pattern, name) is None:
            return "it does not have this form"
        return None


def unsafe_characters(name: str) -> str | None:
    """What makes a name dangerous anywhere: path parts, control characters, look-alikes; None if nothing does."""
    if ".." in name:
        return "it contains '..', which climbs out of a path"
    if name.isascii() and name.isprintable():
        return None
    for character in name:
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
            return f"it contains the invisible character {_described(character)}"
        if not character.isascii():
            return f"it contains {_described(character)}, which can be mistaken for another letter"
    return None


def _described(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'control character')}"


_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"

LOGICAL = NameKind(
    "logical name",
    r"[a-z][a-z0-9]*(-[a-z0-9]+)*",
    24,
    "lower-case letters, digits and single hyphens, beginning with a letter",
    f"{_DOCS}/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html",
)
"""Name of a service or a table inside a stack. At most 24, for a target group has 32 with the environment."""

ENVIRONMENT = NameKind(
    "environment",
    r"dev|staging|prod|env-[a-z0-9]+(-[a-z0-9]+)*",
    20,
    "dev, staging, prod, or env-<name> for an on-demand environment",
    f"{_DOCS}/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html",
)
"""Environment of a stack."""

DNS_LABEL = NameKind(
    "DNS label",
    _LABEL,
    63,
    "lower-case letters, digits and hyphens, not at either end",
    "https://www.rfc-editor.org/rfc/rfc1123#page-13",
)
"""One part of a domain name."""

DOMAIN = NameKind(
    "domain name",
    rf"({_LABEL}\.)+[a-z]([a-z0-9-]*[a-z0-9])?",
    253,
    "labels of at most 63 lower-case letters, digits and hyphens, joined by dots, such as dev.atoll.example",
    "https://www.rfc-editor.org/rfc/rfc1123#page-13",
    shortest=4,
)
"""Fully qualified domain name without the trailing dot; the labels' length is checked by `domain_problem`."""

BUCKET = NameKind(
    "bucket name",
    r"(?!xn--|sthree-|amzn-s3-demo-)(?!.*(-s3alias|--ol-s3|--x-s3|\.mrap)$)[a-z0-9][a-z0-9-]*[a-z0-9]",
    63,
    "lower-case letters, digits and hyphens, not at either end, without a prefix or suffix S3 keeps for itself",
    f"{_DOCS}/AmazonS3/latest/userguide/bucketnamingrules.html",
    shortest=3,
)
"""S3 bucket. S3 allows dots too, but they break TLS."""

IAM_ROLE = NameKind(
    "IAM role name",
    r"[A-Za-z0-9+=,.@_-]+",
    64,
    "letters, digits and any of +=,.@_-",
    f"{_DOCS}/IAM/latest/APIReference/API_CreateRole.html",
)
"""IAM role."""

DATABASE = NameKind(
    "database name",
    r"[a-z][a-z0-9_]*",
    63,
    "lower-case letters, digits and underscores, beginning with a letter",
    f"{_DOCS}/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
)
"""PostgreSQL database; lower case, so that it needs no quotes in SQL."""

DATABASE_USER = NameKind(
    "master user name",
    r"(?!(rdsadmin|admin|postgres|public|none|current_user|session_user|user|pg_.*)$)[a-z][a-z0-9_]*",
    16,
    "lower-case letters, digits and underscores, beginning with a letter, no word RDS or PostgreSQL keeps for itself",
    f"{_DOCS}/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
)
"""RDS master user."""

ATTRIBUTE = NameKind(
    "attribute name",
    r"[A-Za-z_][A-Za-z0-9_]*",
    255,
    "letters, digits and underscores, not beginning with a digit",
    f"{_DOCS}/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html",
)
"""DynamoDB attribute; narrower than DynamoDB's own rule, so that expressions need no placeholder."""

TAG_VALUE = NameKind(
    "tag value",
    r"[A-Za-z0-9 _.:/=+@-]+",
    256,
    "letters, digits, spaces and any of _.:/=+@-",
    f"{_DOCS}/tag-editor/latest/userguide/best-practices-and-strats.html",
)
"""Value of a resource tag."""

IMAGE = NameKind(
    "image",
    r"(?!latest$|.*:latest$)[A-Za-z0-9_][A-Za-z0-9_./:@-]*",
    512,
    "a fixed tag (never latest) such as v1.4.2, or a full reference such as public.ecr.aws/nginx/nginx:1.29",
    f"{_DOCS}/AmazonECS/latest/APIReference/API_ContainerDefinition.html",
)
"""Container image: a tag, or a reference with registry, repository and tag or digest."""


def domain_problem(name: str) -> str | None:
    """Why a domain name is refused; None when it is fine."""
    if problem := DOMAIN.problem(name):
        return problem
    long = [label for label in name.split(".") if len(label) > DNS_LABEL.longest]
    return f"its label {long[0][:20]}… has {len(long[0])} characters" if long else None


def email_problem(address: str) -> str | None:
    """Why an e-mail address is refused; None when it is fine. Plain addresses only, without names or quotes."""
    if unsafe := unsafe_characters(address):
        return unsafe
    local, at, domain = address.rpartition("@")
    if not at or re.fullmatch(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*", local) is None or len(local) > 64:
        return "the part before @ is not letters, digits and any of ._+-"
    return f"the part after @ is no domain name: {problem}" if (problem := domain_problem(domain.lower())) else None
