"""Passing a call on to an emulator and its answer back, streaming wherever nobody has to look at the body."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

# Held in memory so that a fallback can read the call again; larger bodies are streamed and have no fallback.
HELD_BODY = 1 << 20
HELD_FORM = 8 << 20
_CHUNK = 1 << 16

_HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect"}
)


def end_to_end(headers: Mapping[str, str]) -> CIMultiDict[str]:
    """The headers that travel with the message; those that describe one connection are left out."""
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in _HOP_BY_HOP)


async def held_body(request: web.BaseRequest) -> bytes | None:
    """The body when it is known to be small, else `None`: stream it."""
    if not request.body_exists:
        return b""
    length = request.content_length
    limit = HELD_FORM if request.content_type == "application/x-www-form-urlencoded" else HELD_BODY
    if length is None or length > limit:
        return None
    return await request.content.read(-1)


async def continue_if_expected(request: web.BaseRequest) -> None:
    """Answer ``Expect: 100-continue``, without which S3 clients wait a second before they send a body."""
    if request.headers.get("Expect", "").lower() == "100-continue" and request.transport:
        request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")


class Forwarder:
    """One client session for all emulators; `close` it."""

    def __init__(self) -> None:
        """Must be made inside the event loop. Connections are kept and never limited in number."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=30),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5),
            auto_decompress=False,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        )

    async def send(
        self, request: web.BaseRequest, *, base: str, path_and_query: str, headers: CIMultiDict[str], body: bytes | None
    ) -> aiohttp.ClientResponse:
        """The emulator's response, its body not read yet. Raises `aiohttp.ClientError` when it cannot be reached."""
        data: bytes | AsyncIterator[bytes] | None = request.content.iter_chunked(_CHUNK) if body is None else body
        return await self._session.request(
            request.method,
            URL(base + path_and_query, encoded=True),
            headers=headers,
            data=data or None,
            allow_redirects=False,
        )

    async def post(self, url: str) -> None:
        """A control call to an emulator."""
        async with self._session.post(url) as response:
            response.raise_for_status()

    async def submit(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> bytes:
        """Send a form; the body of the answer, whatever its status."""
        async with self._session.post(url, data=form, headers=headers) as response:
            return await response.read()

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()


async def stream_back(request: web.BaseRequest, source: aiohttp.ClientResponse) -> web.StreamResponse:
    """Pass the answer on as it comes in."""
    answer = web.StreamResponse(status=source.status, reason=source.reason, headers=end_to_end(source.headers))
    await answer.prepare(request)
    if request.method != "HEAD":
        async for chunk in source.content.iter_chunked(_CHUNK):
            await answer.write(chunk)
    await answer.write_eof()
    return answer


def send_back(
    request: web.BaseRequest, status: int, headers: Mapping[str, str], body: bytes, reason: str | None = None
) -> web.Response:
    """Pass on an answer that is held as a whole."""
    kept = end_to_end(headers)
    if request.method == "HEAD":
        return web.Response(status=status, reason=reason, headers=kept)
    kept.popall("Content-Length", None)
    return web.Response(status=status, reason=reason, headers=kept, body=body)
