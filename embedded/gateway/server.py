"""The gateway itself: read the scope, decide, pass on, note. See `Gateway.handle` for the order of things."""

from __future__ import annotations

import asyncio
import functools
import logging
import re
import secrets
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web
from multidict import CIMultiDict

from embedded.emulators import process
from embedded.gateway import wire
from embedded.gateway.accounts import MINTING, Accounts
from embedded.gateway.catalog import HttpCall, Operation, ServiceIndex, find_operation
from embedded.gateway.clusters import ACTIONS as OF_CLUSTERS
from embedded.gateway.clusters import Clusters, arn_in
from embedded.gateway.fallback.engine import Fallback
from embedded.gateway.fallback.memory import Place
from embedded.gateway.fallback.question import Question
from embedded.gateway.faults import Fault, Faults
from embedded.gateway.forward import Forwarder, continue_if_expected, end_to_end, held_body, send_back, stream_back
from embedded.gateway.journal import Answerer, Call, Journal
from embedded.gateway.routes import Emulator, Profile, route
from embedded.gateway.scope import (
    DEFAULT_REGION,
    EXECUTE_API,
    Scope,
    api_of_host,
    read_scope,
    with_access_key,
)

CONTROL = "/_atoll/"
_LOG = logging.getLogger("atoll.gateway")
_UNKNOWN_ACTION = re.compile(
    rb"InvalidAction|UnknownOperation|Unknown operation|not (?:yet )?(?:implemented|supported by MiniStack)"
    rb"|Unknown API Gateway (?:v1 )?path",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A call, understood: what the journal, the faults and the routes look at."""

    call: HttpCall
    host: str
    access_key: str | None
    account: str
    region: str
    service: str
    action: str
    candidates: tuple[str, ...]
    request_id: str

    @functools.cached_property
    def operation(self) -> Operation | None:
        """The operation in the service models; looked up only when somebody needs it."""
        return find_operation(self.call, list(self.candidates))

    @property
    def content_type(self) -> str:
        """The request's content type, which tells the protocol of the answer."""
        return self.call.headers.get("Content-Type", "")


class Gateway:
    """Everything behind the port. `home` holds its files; `emulators` starts an emulator when it is first needed."""

    def __init__(self, home: Path, index: ServiceIndex, profiles: frozenset[Profile], url: str) -> None:
        """Opens the journal and memories of `home`; call inside the event loop. `url` is where it will listen."""
        self.home = home
        self.url = url
        self.profiles = profiles
        self.journal = Journal(home / "journal.sqlite")
        self.faults = Faults(home / "faults.json")
        self.accounts = Accounts(home / "accounts.json")
        self.fallback = Fallback(home / "fallback.sqlite")
        self.last_call = time.monotonic()
        self.control: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]] | None = None
        self.forwarder = Forwarder()
        self.clusters = Clusters(home, url, self.fallback.memory, self.arn_of, self._touch)
        self._index = index
        self._urls: dict[Emulator, str] = {}
        self._starting = {emulator: asyncio.Lock() for emulator in Emulator}
        self._missing: set[tuple[Emulator, str, str]] = set()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """One call: control → understand → faults → emulator → fallback → journal."""
        if request.path.startswith(CONTROL) and self.control:
            return await self.control(request)
        self.last_call = time.monotonic()
        started = time.time()
        await continue_if_expected(request)
        body = await held_body(request)
        ask = self.understand(request, body or b"")
        try:
            response, answerer, filled = await self._answer(request, ask, body)
        except (aiohttp.ClientError, process.EmulatorError, TimeoutError) as broken:
            _LOG.error("%s %s: %s", ask.service, ask.action, broken)
            response, answerer, filled = self._refuse(request, ask, broken), Answerer.GATEWAY, False
        except Exception as broken:
            _LOG.error("%s %s\n%s", ask.service, ask.action, traceback.format_exc())
            response, answerer, filled = self._refuse(request, ask, broken), Answerer.GATEWAY, False
        self.journal.add(
            Call(
                time=started,
                account=ask.account,
                region=ask.region,
                service=ask.service,
                action=ask.action,
                status=response.status,
                duration=round((time.time() - started) * 1000, 2),
                route=answerer.value,
                request_id=response.headers.get("x-amzn-RequestId") or ask.request_id,
                filled=filled,
            )
        )
        return response

    def understand(self, request: web.BaseRequest, body: bytes) -> Ask:
        """Account, region, service and action of a request."""
        host = request.headers.get("Host", "")
        query = request.rel_url.raw_query_string
        if api_of_host(host):
            return self._call_of_api(request, body, host)
        scope = read_scope(request.headers, query, host)
        form = _form(request, query, body)
        target = request.headers.get("X-Amz-Target", "")
        prefix, _, target_action = target.rpartition(".")
        candidates = self._index.candidates(
            signing_name=scope.service,
            signed=scope.signed,
            target=prefix or None,
            version=form.get("Version"),
            endpoint=scope.host_service,
        )
        if not candidates and not scope.signed and not target:
            candidates = ["cognito-idp"] if "/.well-known/" in request.path else ["s3"]
        url = f"http://{host or 'localhost'}{request.rel_url.raw_path}" + (f"?{query}" if query else "")
        call = HttpCall(request.method, url, request.headers, body)
        action = target_action or form.get("Action")
        service = candidates[0] if candidates else scope.service or "unknown"
        if not action:
            found = find_operation(call, candidates)
            action, service = (found.name, found.service) if found else ("", service)
        return Ask(
            call=call,
            host=host,
            access_key=scope.access_key,
            account=self._account(scope),
            region=scope.region or DEFAULT_REGION,
            service=service,
            action=action or f"{request.method} {request.path.split('/')[1] if '/' in request.path else ''}".strip(),
            candidates=(service, *(name for name in candidates if name != service)),
            request_id=secrets.token_hex(16),
        )

    def _call_of_api(self, request: web.BaseRequest, body: bytes, host: str) -> Ask:
        """A call to somebody's API: it may be signed, or carry a token that only the API's authorizer can judge."""
        scope = read_scope(request.headers, request.rel_url.raw_query_string, host)
        return Ask(
            call=HttpCall(request.method, f"http://{host}{request.rel_url.raw_path_qs}", request.headers, body),
            host=host,
            access_key=scope.access_key,
            account=self._account(scope),
            region=scope.region or DEFAULT_REGION,
            service=EXECUTE_API,
            action=f"{request.method} {request.rel_url.raw_path}",
            candidates=(),
            request_id=secrets.token_hex(16),
        )

    async def url_of(self, emulator: Emulator) -> str:
        """Where an emulator listens; starts it when it does not."""
        if emulator not in self._urls:
            async with self._starting[emulator]:
                if emulator not in self._urls:
                    known = await asyncio.to_thread(process.found, self.home, emulator.value)
                    running = known or await asyncio.to_thread(process.start, self.home, emulator.value, self.url)
                    if known is None and emulator is Emulator.MOTO:
                        self.forget_answers()  # it begins empty, and so must what was remembered beside it
                    self._urls[emulator] = running.url
        return self._urls[emulator]

    async def arn_of(self, access_key: str) -> str:
        """What STS calls the owner of an access key. Raises `AccessError` when it does not know it."""
        headers = {
            "Authorization": f"AWS4-HMAC-SHA256 Credential={access_key}/20000101/{DEFAULT_REGION}/sts/aws4_request",
            "x-moto-account-id": self.accounts.of(access_key),
            "Host": "sts.amazonaws.com",
        }
        form = {"Action": "GetCallerIdentity", "Version": "2011-06-15"}
        return arn_in(await self.forwarder.submit(await self.url_of(Emulator.MOTO), form, headers))

    def _touch(self) -> None:
        self.last_call = time.monotonic()

    def started(self) -> tuple[Emulator, ...]:
        """The emulators this gateway has started or found."""
        return tuple(self._urls)

    def forget_answers(self) -> None:
        """The emulators are empty: nothing is remembered, not even what they could not do; a new generation begins."""
        self.fallback.reset()
        self.accounts.reset()
        self.clusters.forget()
        self._missing.clear()
        (self.home / process.GENERATION).write_text(secrets.token_hex(8))

    async def close(self) -> None:
        """Store and close everything but the emulators."""
        await self.forwarder.close()
        self.journal.close()
        self.fallback.close()

    async def _answer(
        self, request: web.BaseRequest, ask: Ask, body: bytes | None
    ) -> tuple[web.StreamResponse, Answerer, bool]:
        hits = self.faults.strike(account=ask.account, region=ask.region, service=ask.service, action=ask.action)
        failed = await self._suffer(request, ask, hits)
        if failed:
            return failed, Answerer.FAULT, False
        emulator = route(ask.service, ask.action, self.profiles)
        if body is not None and (emulator, ask.service, ask.action) in self._missing:
            return self._by_model(request, ask), Answerer.FALLBACK, False
        if body is not None and self.fallback.claims(ask.action):
            tagging = Question.of(ask.operation, ask)
            if tagging and self.fallback.holds(tagging):
                return self._by_model(request, ask), Answerer.FALLBACK, False
        source = await self._forward(request, ask, emulator, body)
        question = Question.of(ask.operation, ask) if body is not None and self._must_look(ask, source) else None
        if question is None and process.NOT_IMPLEMENTED in source.headers:
            source.release()
            return self._by_model(request, ask), Answerer.GATEWAY, False
        of_cluster = body is not None and (ask.service, ask.action) in OF_CLUSTERS and source.status == 200
        if question is None and not of_cluster and not self._mints(ask, source):
            return await stream_back(request, source), Answerer(emulator.value), False
        raw = await source.read()
        if self._mints(ask, source):
            self.accounts.remember(body or b"", raw, ask.account)
        filled = None
        if question is not None:
            if self._not_implemented(ask, emulator, source, raw):
                self._missing.add((emulator, ask.service, ask.action))
                return self._by_model(request, ask), Answerer.FALLBACK, False
            if source.status >= 400 and self.fallback.holds(question):
                return self._by_model(request, ask), Answerer.FALLBACK, False
            filled = self.fallback.observe(question, source.status, dict(source.headers), raw)
        if of_cluster:
            place = Place(account=ask.account, region=ask.region, service=ask.service)
            raw = await self.clusters.answer(ask.action, place, ask.access_key, body or b"", filled or raw)
            return send_back(request, source.status, source.headers, raw), Answerer(emulator.value), filled is not None
        if filled is not None:
            return send_back(request, source.status, source.headers, filled), Answerer(emulator.value), True
        return send_back(request, source.status, source.headers, raw, source.reason), Answerer(emulator.value), False

    async def _forward(
        self, request: web.BaseRequest, ask: Ask, emulator: Emulator, body: bytes | None
    ) -> aiohttp.ClientResponse:
        headers = end_to_end(request.headers)
        query = request.rel_url.raw_query_string
        if emulator is Emulator.MOTO:
            headers["x-moto-account-id"] = ask.account
        else:
            rewritten, query = with_access_key(headers, query, ask.account)
            headers = CIMultiDict(rewritten)
            if ask.service == EXECUTE_API:
                headers["Host"] = f"{api_of_host(ask.host)}.{EXECUTE_API}.localhost"
        path = request.rel_url.raw_path + (f"?{query}" if query else "")
        try:
            base = await self.url_of(emulator)
            return await self.forwarder.send(request, base=base, path_and_query=path, headers=headers, body=body)
        except aiohttp.ClientConnectionError:
            if body is None:  # a streamed body cannot be sent twice
                raise
            self._urls.pop(emulator, None)  # it may have died: start it again, once
            base = await self.url_of(emulator)
            return await self.forwarder.send(request, base=base, path_and_query=path, headers=headers, body=body)

    async def _suffer(self, request: web.BaseRequest, ask: Ask, hits: tuple[Fault, ...]) -> web.StreamResponse | None:
        if not hits:
            return None
        await asyncio.sleep(sum(fault.latency for fault in hits))
        failing = next((fault for fault in hits if fault.error is not None or fault.refuse), None)
        if failing is None:
            return None
        if failing.error is None:
            return _hung_up(request)
        failure = wire.AwsError(failing.error, failing.sentence, failing.status)
        return self._error(request, ask, failure)

    def _by_model(self, request: web.BaseRequest, ask: Ask) -> web.StreamResponse:
        question = Question.of(ask.operation, ask)
        if question is None:
            failure = wire.AwsError(
                "UnknownOperationException",
                f"No emulator implements {ask.service} {ask.action}, and botocore has no model of it.",
                501,
            )
            return self._error(request, ask, failure)
        try:
            value = self.fallback.answer(question)
        except wire.AwsError as failure:
            return self._error(request, ask, failure)
        answer = wire.result(question.operation, value, content_type=ask.content_type, request_id=ask.request_id)
        return send_back(request, answer.status, answer.headers, answer.body)

    def _error(self, request: web.BaseRequest, ask: Ask, failure: wire.AwsError) -> web.StreamResponse:
        answer = wire.error(
            failure,
            operation=ask.operation,
            service=ask.service,
            content_type=ask.content_type,
            request_id=ask.request_id,
        )
        return send_back(request, answer.status, answer.headers, answer.body)

    def _refuse(self, request: web.BaseRequest, ask: Ask, broken: Exception) -> web.StreamResponse:
        text = f"The embedded cloud could not answer {ask.service} {ask.action}: {type(broken).__name__}: {broken}"
        return self._error(request, ask, wire.AwsError("InternalFailure", text, 500))

    def _must_look(self, ask: Ask, source: aiohttp.ClientResponse) -> bool:
        return source.status >= 400 or self.fallback.interested(ask.service, ask.action, ask.account, ask.region)

    @staticmethod
    def _mints(ask: Ask, source: aiohttp.ClientResponse) -> bool:
        return (ask.service, ask.action) in MINTING and source.status == 200

    @staticmethod
    def _not_implemented(ask: Ask, emulator: Emulator, source: aiohttp.ClientResponse, raw: bytes) -> bool:
        if process.NOT_IMPLEMENTED in source.headers or source.status == 501:
            return True
        if ask.service == "s3" or ask.call.method == "HEAD":  # a missing object also is an empty 404
            return False
        if emulator is Emulator.MOTO:
            # no route: Flask's page; no action: nothing at all
            page = raw.lstrip()[:15].lower().startswith(b"<!doctype html")
            return source.status in (404, 405) and (page or not raw)
        return source.status in (400, 404, 405, 500) and bool(_UNKNOWN_ACTION.search(raw[:2000]))

    def _account(self, scope: Scope) -> str:
        if scope.access_key is None and scope.host_account:
            return scope.host_account
        return self.accounts.of(scope.access_key)


def _hung_up(request: web.BaseRequest) -> web.StreamResponse:
    """Close the connection without an answer; what is returned is for the journal, nobody reads it."""
    if request.transport:
        request.transport.abort()
    return web.Response(status=503)


def _form(request: web.BaseRequest, query: str, body: bytes) -> dict[str, str]:
    """`Action` and `Version` of a query-protocol call, from its form or its query string."""
    text = query
    if request.content_type == "application/x-www-form-urlencoded" and body:
        text = body.decode("utf-8", "replace")
    if "Action=" not in text:
        return {}
    members = parse_qs(text)
    return {name: members[name][0] for name in ("Action", "Version") if name in members}
