"""Asks one address, and fails where the answer is not what was promised.

Runs in CloudWatch Synthetics: a handler that raises is a failed run. Plain HTTP needs no browser, so nothing of the
runtime's own library is used.
"""

from __future__ import annotations

import json
import logging
import os
import time
import urllib.error
import urllib.request
from typing import Any

log = logging.getLogger()
log.setLevel(logging.INFO)

LONGEST_ANSWER = 1_000_000
"""Bytes of an answer that are read."""


class UnwellError(Exception):
    """The answer is not what was promised; the message says what came instead."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: Any) -> None:
        """Take the redirect as the answer: another host is not what is asked about."""


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Ask `URL` in the way of `KIND` (heartbeat or api) within `TIMEOUT_SECONDS`."""
    return ask(os.environ["URL"], os.environ["KIND"], float(os.environ["TIMEOUT_SECONDS"]))


def ask(url: str, kind: str, timeout: float) -> dict[str, Any]:
    """The status and the milliseconds it took.

    Raises:
        UnwellError: no answer, a status of 400 or more, or for an API another status than 200 or no JSON.
    """
    request = urllib.request.Request(url, headers={"User-Agent": "atoll-canary", "Accept": "*/*"})
    began = time.monotonic()
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=timeout) as answer:
            status, body = answer.status, answer.read(LONGEST_ANSWER)
    except urllib.error.HTTPError as error:
        status, body = error.code, b""
    except OSError as error:
        raise UnwellError(f"{url}: no answer: {getattr(error, 'reason', error)}") from None
    milliseconds = round(1000 * (time.monotonic() - began))
    log.info("%s answered %s in %s ms", url, status, milliseconds)
    if status >= 400:
        raise UnwellError(f"{url}: {status}")
    if kind == "api":
        if status != 200:
            raise UnwellError(f"{url}: {status} where 200 was promised")
        try:
            json.loads(body)
        except ValueError:
            raise UnwellError(f"{url}: the answer is not JSON") from None
    return {"status": status, "milliseconds": milliseconds}
