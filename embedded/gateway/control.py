"""The control API below ``/_atoll/``: for the owner of the state folder, on loopback, and nobody else.

`health` is open (it says which home the port belongs to); everything else wants the token of the state folder in
``x-atoll-token``, which a web page in a browser can neither read nor send. The webhooks of control planes
(``kubernetes/<secret>/…``) carry a secret in their address instead.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import os
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from embedded.emulators import process
from embedded.gateway.faults import Fault
from embedded.gateway.routes import Emulator
from embedded.gateway.server import CONTROL, Gateway

TOKEN_HEADER = "x-atoll-token"
_RESET_PATH = {Emulator.MOTO: "/moto-api/reset", Emulator.MINISTACK: "/_ministack/reset"}
_REVIEWS = "kubernetes/"

Handler = Callable[[dict[str, Any]], Awaitable[Any]]


class Control:
    """Answers control calls for one gateway; `leave` ends the daemon, keeping the emulators or not."""

    def __init__(self, gateway: Gateway, token: str, leave: Callable[[bool], None]) -> None:
        """`token` is the secret of the state folder; `leave(keep_emulators)` must return at once."""
        self._gateway = gateway
        self._token = token
        self._leave = leave
        self._handlers: dict[str, Handler] = {
            "status": self._status,
            "flush": self._flush,
            "fail": self._fail,
            "heal": self._heal,
            "reset": self._reset,
            "stop": self._stop,
        }

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Dispatch by the last part of the path."""
        name = request.path.removeprefix(CONTROL)
        if name == "health":
            return web.json_response({"atoll": True, "home": str(self._gateway.home)})
        if name.startswith(_REVIEWS):
            return await self._review(request, name.removeprefix(_REVIEWS))
        if not hmac.compare_digest(request.headers.get(TOKEN_HEADER, ""), self._token):
            return web.json_response({"error": "this needs the token of the cloud's state folder"}, status=403)
        handler = self._handlers.get(name)
        if handler is None or request.method != "POST":
            return web.json_response({"error": f"no such control call: {request.method} {name}"}, status=404)
        try:
            told: dict[str, Any] = json.loads(await request.content.read(-1) or b"{}")
            return web.json_response(await handler(told))
        except (ValidationError, ValueError) as wrong:
            return web.json_response({"error": _sentences(wrong)}, status=400)

    async def _review(self, request: web.BaseRequest, name: str) -> web.StreamResponse:
        """A control plane's webhook; the secret is part of its address, because it sends none over plain HTTP."""
        secret, _, purpose = name.partition("/")
        asked: dict[str, Any] = json.loads(await request.content.read(-1) or b"{}")
        answer = await self._gateway.clusters.review(secret, purpose, asked)
        if answer is None:
            return web.json_response({"error": "no such cluster"}, status=404)
        return web.json_response(answer)

    async def _status(self, _: dict[str, Any]) -> dict[str, Any]:
        gateway = self._gateway
        counts = await asyncio.to_thread(gateway.journal.counts)
        running = [process.found(gateway.home, emulator.value) for emulator in Emulator]
        return {
            **counts,
            "pid": os.getpid(),
            "emulators": [
                {"name": item.name, "pid": item.pid, "url": item.url, "version": item.version}
                for item in running
                if item
            ],
            "clusters": gateway.clusters.status(),
            "profiles": sorted(gateway.profiles),
            "faults": [fault.model_dump(mode="json") for fault in gateway.faults.active],
        }

    async def _flush(self, _: dict[str, Any]) -> dict[str, Any]:
        await asyncio.to_thread(self._gateway.journal.flush)
        return {}

    async def _fail(self, told: dict[str, Any]) -> dict[str, Any]:
        return self._gateway.faults.add(Fault.model_validate(told)).model_dump(mode="json")

    async def _heal(self, told: dict[str, Any]) -> dict[str, Any]:
        return {"healed": list(self._gateway.faults.heal(told.get("ids", ())))}

    async def _reset(self, _: dict[str, Any]) -> dict[str, Any]:
        gateway = self._gateway
        for emulator in gateway.started():
            await gateway.forwarder.post(await gateway.url_of(emulator) + _RESET_PATH[emulator])
        gateway.forget_answers()
        await asyncio.to_thread(gateway.journal.clear)
        return {"reset": [emulator.value for emulator in gateway.started()]}

    async def _stop(self, told: dict[str, Any]) -> dict[str, Any]:
        self._leave(bool(told.get("keep_emulators")))
        return {}


def _sentences(wrong: Exception) -> str:
    if isinstance(wrong, ValidationError):
        return "; ".join(
            f"{'.'.join(str(part) for part in item['loc']) or 'fault'}: {item['msg']}" for item in wrong.errors()
        )
    return str(wrong)
