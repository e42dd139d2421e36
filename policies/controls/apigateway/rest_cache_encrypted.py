"""Caches of REST APIs are encrypted."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.corrections import within
from policies.subject import Subject
from policies.verdicts import PASS, NotApplicable, Verdict


def check(methods: Subject) -> Verdict:
    """There is no cache where nobody says so, and it is in clear where nobody says otherwise."""
    caching = methods.read("settings.cachingEnabled", default=False)
    if caching.known and caching.must_be(True) != PASS:
        return NotApplicable("it caches nothing")
    encrypted = methods.read("settings.cacheDataEncrypted", default=False).must_be(True)
    return encrypted if caching.known or encrypted == PASS else caching.undecided()


CONTROL = Control(
    id="rest-cache-encrypted",
    title="Caches of REST APIs are encrypted",
    severity=Severity.MEDIUM,
    rationale="Answers for one customer lie in clear.",
    remediation=Remediation(
        summary="Set cache_data_encrypted",
        snippet=(
            'apigateway.MethodSettings(\n    name, settings={"caching_enabled": True, "cache_data_encrypted": True}\n)'
        ),
    ),
    catalogue=("API-06",),
    types=("aws:apigateway/methodSettings:MethodSettings",),
    check=check,
    correct=within("settings", cacheDataEncrypted=True),
)
