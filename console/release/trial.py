"""What is tried on a deployed environment, from outside, through its public address (004)."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

TIMEOUT = 10.0
REQUESTS = 200
AT_ONCE = 8
ERROR_SHARE = 0.001
"""OBS-6: fewer than 0.1 % of requests fail."""
OLD_TLS = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)
INJECTION = "?id=1%27%20OR%20%271%27%3D%271"
"""What every scanner sends first."""


@dataclass(frozen=True)
class Place:
    """A deployed environment as the internet sees it."""

    url: str
    """Scheme and host, such as `https://staging.atoll.example`."""
    health: Sequence[str]
    """Paths that answer 200 when a service is well."""
    latency_p95_milliseconds: int
    web_acl: bool
    """Whether a web ACL stands before it."""


@dataclass(frozen=True)
class Outcome:
    """One thing tried."""

    what: str
    passed: bool
    seen: str


def ask(url: str, *, method: str = "GET", tls: ssl.TLSVersion | None = None) -> tuple[int, dict[str, str]]:
    """Status and headers (names in small letters) of one request; no redirect is followed.

    Raises:
        OSError: nobody answers, or not in this version of TLS.
    """
    parts = urlsplit(url)
    connection = _connection(parts, tls)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, headers={"User-Agent": "atoll-release"})
        answer = connection.getresponse()
        answer.read()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}
    except http.client.HTTPException as error:
        raise OSError(f"{type(error).__name__}: {error}") from None
    finally:
        connection.close()


def _connection(parts: SplitResult, tls: ssl.TLSVersion | None) -> http.client.HTTPConnection:
    if parts.scheme == "http":
        return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT)
    context = ssl.create_default_context()
    if tls is not None:
        context.minimum_version = context.maximum_version = tls
    return http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=TIMEOUT, context=context)


def smoke(place: Place) -> Iterator[Outcome]:
    """Every service answers."""
    for path in place.health:
        yield _status(f"{path} answers", place.url + path, lambda status: status == 200)


def performance(place: Place) -> Iterator[Outcome]:
    """The 95th percentile of the latency, and the share of errors, of a small load."""
    urls = [place.url + place.health[number % len(place.health)] for number in range(REQUESTS)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(_timed, urls))
    failed = sum(not well for well, _ in answers)
    taken = sorted(seconds for _, seconds in answers)[int(0.95 * len(answers)) - 1] * 1000
    wanted = place.latency_p95_milliseconds
    yield Outcome(f"95 of 100 answers within {wanted} ms", taken <= wanted, f"{taken:.0f} ms of {REQUESTS} requests")
    share = f"{failed} of {REQUESTS} failed"
    yield Outcome(f"less than {ERROR_SHARE:.1%} of requests fail", failed < ERROR_SHARE * REQUESTS, share)


def _timed(url: str) -> tuple[bool, float]:
    begun = time.monotonic()
    try:
        status, _ = ask(url)
    except OSError:
        return False, time.monotonic() - begun
    return status < 500, time.monotonic() - begun


def security(place: Place) -> Iterator[Outcome]:
    """What an attacker tries first: plain HTTP, old TLS, strange methods, injection."""
    plain = place.url.replace("https://", "http://", 1)
    yield _redirected(plain)
    for version in OLD_TLS:
        yield _refused(place.url, version)
    yield _status("TRACE is refused", place.url, lambda status: status in {400, 403, 404, 405, 501}, "TRACE")
    if place.web_acl:
        url = place.url + place.health[0] + INJECTION
        yield _status("SQL injection is refused by the web ACL", url, lambda status: status == 403)


def _status(what: str, url: str, good: Callable[[int], bool], method: str = "GET") -> Outcome:
    try:
        status, _ = ask(url, method=method)
    except OSError as error:
        return Outcome(what, False, str(error))
    return Outcome(what, good(status), f"{method} {url} gives {status}")


def _redirected(url: str) -> Outcome:
    what = "plain HTTP leads to HTTPS"
    try:
        status, headers = ask(url)
    except OSError as error:
        return Outcome(what, False, str(error))
    target = headers.get("location", "")
    return Outcome(what, status in {301, 308} and target.startswith("https://"), f"{status} {target}".strip())


def _refused(url: str, version: ssl.TLSVersion) -> Outcome:
    name = version.name.replace("v1_1", " 1.1").replace("v1", " 1.0")
    try:
        ask(url, tls=version)
    except ssl.SSLError as error:
        return Outcome(f"{name} is refused", True, error.reason or "refused")
    except (OSError, ValueError) as error:
        return Outcome(f"{name} is refused", False, f"nobody can say: {error}")
    return Outcome(f"{name} is refused", False, "it was accepted")


TRIALS: dict[str, Callable[[Place], Iterator[Outcome]]] = {
    "smoke": smoke,
    "performance": performance,
    "security": security,
}
"""What the platform itself tries; `integration` and `end-to-end` are tests that services bring."""
